"""Manifests as people write them, and as they should not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adaptation.corpus import Clip, CorpusError, read_manifest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "audio").mkdir()
    for name in ("a.flac", "b.flac"):
        (tmp_path / "audio" / name).write_bytes(b"sound")
    return tmp_path


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "manifest.jsonl"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_everything_that_a_line_may_say(folder: Path) -> None:
    full = {
        "audio": "audio/a.flac",
        "text": "Metformin, 500 mg.",
        "speaker": "dr-1",
        "terms": ["metformin"],
        "domain": "clinic letter",
        "source": "anything else is left alone",
    }
    path = write(folder, json.dumps(full) + "\n" + json.dumps({"audio": "audio/b.flac", "text": ""}))
    assert read_manifest(path) == [
        Clip("audio/a.flac", folder / "audio/a.flac", full["text"], "dr-1", ("metformin",), "clinic letter"),
        Clip("audio/b.flac", folder / "audio/b.flac", ""),
    ]


def test_text_that_is_not_known(folder: Path) -> None:
    path = write(folder, '{"audio": "audio/a.flac"}\n{"audio": "audio/b.flac", "text": null, "terms": null}\n')
    assert [clip.text for clip in read_manifest(path)] == [None, None]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks(folder: Path, ends: str, mark: bytes) -> None:
    lines = ['{"audio": "audio/a.flac", "text": "é"}', "", "  ", '{"audio": "audio/b.flac", "text": "ö"}', ""]
    path = write(folder, mark + ends.join(lines).encode())
    assert [clip.text for clip in read_manifest(path)] == ["é", "ö"]


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x85", "\x7f"])
def test_only_line_feeds_end_a_line(folder: Path, character: str) -> None:
    """JSON lets these stand in a string as they are, and other programs leave them there."""
    text = f"one{character}two"
    path = write(folder, json.dumps({"audio": "audio/a.flac", "text": text}, ensure_ascii=False))
    assert [clip.text for clip in read_manifest(path)] == [text]


def test_absolute_paths(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "c.wav"
    elsewhere.write_bytes(b"sound")
    path = write(folder, json.dumps({"audio": str(elsewhere)}))
    assert read_manifest(path)[0].audio == elsewhere


GOOD = '{"audio": "audio/a.flac", "text": "fine"}'


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "is not JSON"),
        ("audio/a.flac\tfine", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"audio": ' + "9" * 5000 + "}", "is not JSON"),
        ("[]", 'lacks "audio"'),
        ("3", 'lacks "audio"'),
        ('{"text": "no sound"}', 'lacks "audio"'),
        ('{"audio": 7}', 'lacks "audio"'),
        ('{"audio": "audio/a.flac", "text": 7}', '"text" that is not a string'),
        ('{"audio": "audio/a.flac", "terms": "metformin"}', '"terms" that are not a list'),
        ('{"audio": "audio/a.flac", "terms": [1]}', '"terms" that are not a list'),
        ('{"audio": "audio/none.flac"}', "audio that is not there"),
        ('{"audio": "audio"}', "audio that is not there"),
        ('{"audio": ""}', "audio that is not there"),
        ('{"audio": "a\\u0000b"}', "audio that is not there"),
        ('{"audio": "\\ud800"}', "audio that is not there"),
        (json.dumps({"audio": "x" * 5000}), "audio that is not there"),
    ],
)
def test_the_first_wrong_line_is_named(folder: Path, line: str, what: str) -> None:
    path = write(folder, f"{GOOD}\n\n{line}\n{GOOD}\nworse\n")
    with pytest.raises(CorpusError, match=f"Line 3 of .* {what}") as raised:
        read_manifest(path)
    assert "\n" not in str(raised.value) and raised.value.next_step


@settings(max_examples=100, deadline=None)
@given(
    line=st.one_of(
        st.text(min_size=1, max_size=40).filter(lambda text: text.strip() and not set("\r\n") & set(text)),
        st.dictionaries(
            st.sampled_from(["audio", "text", "terms", "speaker", "domain"]),
            st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner)),
        ).map(json.dumps),
    )
)
@example(line='{"audio": "audio/a.flac", "speaker": {"a": 1}}')
def test_garbage_is_told_with_its_line_or_read(tmp_path_factory: pytest.TempPathFactory, line: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "garbage"
    (folder / "audio").mkdir(parents=True, exist_ok=True)
    (folder / "audio" / "a.flac").write_bytes(b"sound")
    path = write(folder, f"{GOOD}\n{line}\n".encode("utf-8", "surrogatepass"))
    try:
        clips = read_manifest(path)
    except CorpusError as error:
        assert "Line 2" in str(error) or "UTF-8" in str(error)
        assert "\n" not in str(error)
    else:
        assert len(clips) == 2 and clips[1].audio.is_file()


def test_manifests_that_are_not_there_or_not_text(folder: Path) -> None:
    with pytest.raises(CorpusError, match="There is no manifest"):
        read_manifest(folder / "none.jsonl")
    for unreadable in (folder, write(folder, b"\xff\xfe{\x00")):
        with pytest.raises(CorpusError, match="cannot be read"):
            read_manifest(unreadable)
    for empty in ("", "\n \n"):
        with pytest.raises(CorpusError, match="names no clips"):
            read_manifest(write(folder, empty))
