import json
import os
import stat
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import settings
from app.settings import Settings, SettingsError, load, save


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def test_defaults_without_a_file(file: Path) -> None:
    assert load(file) == Settings()
    assert not file.exists()


def test_what_was_saved_is_read_again(file: Path) -> None:
    chosen = Settings("USB Mikrofon №3", "tiny", "de", "Dr. Łukasz Ødegård", "dark", 18, 0.25, False, ("units", "ages"))
    save(chosen, file)
    assert load(file) == chosen


def test_default_place_is_the_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTOSCRIBE_HOME", str(tmp_path))
    save(replace(Settings(), theme="dark"))
    assert load().theme == "dark"
    assert list(tmp_path.rglob("settings.json"))


def test_unknown_keys_are_kept(file: Path) -> None:
    file.write_text(json.dumps({"version": 1, "hot_key": "F9", "theme": "dark"}))
    save(replace(load(file), text_size=20), file)
    stored = json.loads(file.read_text())
    assert stored["hot_key"] == "F9"
    assert (stored["theme"], stored["text_size"]) == ("dark", 20)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("microphone", 3),
        ("microphone", ""),
        ("model", None),
        ("model", " "),
        ("language", []),
        ("author", 1),
        ("theme", "purple"),
        ("theme", ["dark"]),
        ("text_size", "12"),
        ("text_size", True),
        ("text_size", 0),
        ("confidence_threshold", 1.01),
        ("confidence_threshold", float("nan")),
        ("confidence_threshold", True),
        ("formatting", 1),
        ("formatting_off", "ranges"),
        ("formatting_off", ["dosage"]),
        ("punctuation", "none"),
    ],
)
def test_a_wrong_value_names_file_and_key_and_changes_nothing(file: Path, key: str, value: Any) -> None:
    content = json.dumps({"version": 1, key: value})
    file.write_text(content)
    with pytest.raises(SettingsError) as caught:
        load(file)
    assert str(file) in str(caught.value) and key in str(caught.value)
    assert file.read_text() == content
    with pytest.raises(SettingsError, match=key):
        save(replace(Settings(), **{key: value}), file)
    assert file.read_text() == content


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b"null", b'{"version": "one"}', b'{"version": 99}', b"[" * 100_000],
)
def test_a_damaged_file_is_named_and_never_overwritten(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    for action in (lambda: load(file), lambda: save(Settings(), file)):
        with pytest.raises(SettingsError) as caught:
            action()
        assert str(file) in str(caught.value)
    assert file.read_bytes() == content


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_no_content_crashes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.mktemp("any") / "settings.json"
    file.write_bytes(content)
    try:
        assert isinstance(load(file), Settings)
    except SettingsError:
        assert file.read_bytes() == content


def test_a_file_that_cannot_be_written_keeps_the_old_one(file: Path) -> None:
    file.mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        save(Settings(), file)
    with pytest.raises(SettingsError, match="cannot be written"):
        save(Settings(), file.parent / "missing" / "settings.json")
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_the_file_is_private(file: Path) -> None:
    save(Settings(), file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_every_setting_has_help_and_a_valid_default() -> None:
    for item in fields(Settings):
        assert item.metadata["help"].endswith(".")
        assert item.metadata["is_valid"](item.default)
    assert Settings().theme in settings.THEMES
