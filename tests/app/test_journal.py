"""Long recordings whose recognition is killed, and go on when the same command is given again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from command_line import REPOSITORY, CommandLine
from samples import Sample
from sounds import write_wav

from app.journal import open_journal
from app.paths import unfinished_folder
from speech.audio import load_audio
from speech.journal import Heard
from speech.transcript import Segment, Word

WORD = Word("cough.", 0.1, 1 / 3, 0.9)
HEARD = Heard(0.0, 8.032, "en", (Segment(0.1, 1 / 3, "cough.", 0.9, (WORD,)),), False)
LATER = replace(HEARD, start_s=8.032, end_s=1e5 / 7, segments=(), doubtful=False)


def refuse(what: str) -> None:
    raise AssertionError(what)


@pytest.fixture
def audio(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "visit.wav", np.zeros(16))


def keep(audio: Path, *circumstances: str, on_trouble: Callable[[str], None] = refuse) -> Path:
    """A journal of two windows, as a killed command leaves it."""
    with open_journal(audio, list(circumstances), on_trouble) as journal:
        assert journal is not None
        journal.keep([HEARD])
        journal.keep([LATER])
        return journal.path


def known(audio: Path, *circumstances: str) -> list[Heard]:
    with open_journal(audio, list(circumstances), refuse) as journal:
        assert journal is not None
        found = [journal.find(each.start_s, each.end_s) for each in (HEARD, LATER)]
    return [each for each in found if each is not None]


def test_what_was_kept_is_found_again_to_the_last_digit(audio: Path) -> None:
    assert known(audio, "base", "en") == []
    keep(audio, "base", "en")
    assert known(audio, "base", "en") == [HEARD, LATER]
    moved = shutil.copy(audio, audio.with_name("renamed.wav"))
    assert known(moved, "base", "en") == [HEARD, LATER]


def test_other_sound_model_or_language_begins_anew(audio: Path) -> None:
    keep(audio, "base", "en")
    assert known(audio, "base", "de") == known(audio, "small", "en") == known(audio, "basee", "n") == []
    write_wav(audio, np.ones(16) / 2)
    assert known(audio, "base", "en") == []


def test_nothing_is_left_when_it_is_done(audio: Path) -> None:
    keep(audio)
    with open_journal(audio, [], refuse) as journal:
        assert journal is not None and journal.known_until_s == LATER.end_s
        journal.remove()
    assert list(unfinished_folder().iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="permissions are a POSIX thing")
def test_only_the_user_may_read_it(audio: Path) -> None:
    path = keep(audio)
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700
    assert audio.stem not in path.name


@pytest.mark.parametrize("cut", [1, 20])
@pytest.mark.parametrize("behind", [b"", b"\x00\xff\n", b"{}\n", b'{"start_s": 1}\n[]\n'])
def test_what_a_crash_cut_off_does_not_count(audio: Path, cut: int, behind: bytes) -> None:
    path = keep(audio)
    path.write_bytes(path.read_bytes()[:-cut] + behind)
    assert known(audio) == [HEARD]
    with open_journal(audio, [], refuse) as journal:
        assert journal is not None
        journal.keep([LATER])
    assert known(audio) == [HEARD, LATER]
    assert all(json.loads(line) for line in path.read_bytes().splitlines())


def test_it_does_not_outlive_a_week(audio: Path) -> None:
    old, young = keep(audio, "old"), keep(audio, "young")
    for path, days in ((old, 8), (young, 6)):
        os.utime(path, (time.time() - days * 86400,) * 2)
    assert known(audio, "young") == [HEARD, LATER]
    assert not old.exists()


def test_two_commands_do_not_write_the_same_journal(audio: Path) -> None:
    with open_journal(audio, [], refuse) as first:
        assert first is not None
        with open_journal(audio, [], refuse) as second:
            assert second is None
        first.keep([HEARD])
    assert known(audio) == [HEARD]


def test_a_full_disk_is_told_once_and_stops_nothing(audio: Path) -> None:
    resource = pytest.importorskip("resource", reason="limits on the size of files are a POSIX thing")
    told: list[str] = []
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with open_journal(audio, [], told.append) as journal:
        assert journal is not None
        journal.keep([HEARD])
        resource.setrlimit(resource.RLIMIT_FSIZE, (journal.path.stat().st_size + 40, hard))
        try:
            journal.keep([LATER])
            journal.keep([LATER])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(told) == 1 and "begins anew" in told[0] and "cough" not in told[0]
    assert known(audio) == [HEARD]


@pytest.fixture
def visit(sample: Sample, tmp_path: Path) -> Path:
    """Seventy seconds of speech: three windows. None says the same twice, which would be taken for a mistake."""
    speech = load_audio(sample.audio).samples
    return write_wav(tmp_path / "visit.wav", np.concatenate([speech, np.zeros(8000), speech]))


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a POSIX thing")
def test_a_killed_transcription_goes_on_where_it_was(visit: Path, with_model: CommandLine) -> None:
    """One window at a time, so that little sound is needed."""
    code = (
        "import sys, speech.recognizer; speech.recognizer.MOST_ROWS = 1\n"
        "from app.cli import run; sys.exit(run(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "transcribe", str(visit), "--format", "json"]
    killed = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE)
    journals: list[Path] = []
    deadline = time.monotonic() + 200
    while not (journals and journals[0].stat().st_size):
        assert killed.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)
        journals = list(unfinished_folder().glob("*.jsonl"))
    killed.kill()
    out, _ = killed.communicate()
    assert out == b"" and killed.returncode == -9
    windows = len(journals[0].read_bytes().splitlines())
    assert windows < 3
    resumed = with_model("transcribe", visit, "--format", "json")
    assert "Goes on at 0:" in resumed.err and "where it was stopped" in resumed.err
    assert list(unfinished_folder().iterdir()) == []
    at_once = with_model("transcribe", visit, "--format", "json")
    assert (resumed.status, at_once.status, at_once.err) == (0, 0, "")
    first, second = (json.loads(said.out) for said in (resumed, at_once))
    assert len(first["text"].split()) > 130
    assert first["text"] == second["text"]
    for a, b in zip(first["segments"], second["segments"], strict=True):
        assert a["text"] == b["text"]
        assert [word["start_s"] for word in a["words"]] == pytest.approx(
            [word["start_s"] for word in b["words"]], abs=0.3
        )  # batches of other sizes round otherwise: a word behind a pause may begin a little earlier in it
