"""otoscribe live on a file that is played as if spoken."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import numpy as np
import pytest
from command_line import CommandLine
from sounds import write_wav

from speech.audio import load_audio

TOO_SLOW = "This computer is too slow for live text"  # what a busy one may say
KEYS = ["type", "text", "start_s", "end_s", "emitted_s", "latency_s"]


@pytest.mark.slow
def test_events_as_documented(with_model: CommandLine, short_sample: Path) -> None:
    duration_s = load_audio(short_sample).duration_s
    started = time.perf_counter()
    said = with_model("live", "--input", short_sample, "--pace", "2.0", "--json")
    assert time.perf_counter() - started > duration_s / 2  # no sound is heard before its time
    assert said.status == 0 and all(line.startswith(TOO_SLOW) for line in said.err.splitlines())
    events = [json.loads(line) for line in said.out.splitlines()]
    assert all(list(event) == KEYS for event in events)
    assert {event["type"] for event in events} == {"partial", "final"} and events[-1]["type"] == "final"
    for event in events:
        assert 0 <= event["start_s"] < event["end_s"] <= duration_s
        assert event["latency_s"] == pytest.approx(event["emitted_s"] - event["end_s"], abs=0.002)
        assert event["latency_s"] > 0
    assert [event["emitted_s"] for event in events] == sorted(event["emitted_s"] for event in events)
    text = " ".join(event["text"] for event in events if event["type"] == "final")
    assert "dry cough" in text and re.search("(three|3) times a day", text)


@pytest.mark.slow
def test_where_there_is_no_terminal_only_finals_are_printed(with_model: CommandLine, short_sample: Path) -> None:
    said = with_model("live", "--input", short_sample, "--pace", "20", "--language", "auto")
    assert said.status == 0 and "\r" not in said.out and "\033" not in said.out
    assert "dry cough" in said.out and said.out.count("dry cough") == 1


@pytest.mark.slow
def test_bad_input_is_one_line(with_model: CommandLine, short_sample: Path, tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no sound")
    write_wav(tmp_path / "nothing.wav", np.zeros(0))
    for name, what in (("text.wav", "text.wav"), ("nothing.wav", "no sound at all"), ("none.wav", "There is no file")):
        said = with_model("live", "--input", tmp_path / name, "--json")
        assert said.status == 1 and said.out == "" and what in said.complaint
    assert "does not know" in with_model("live", "--input", short_sample, "--language", "xx").complaint


def test_asked_wrongly_or_without_a_model(otoscribe: CommandLine, short_sample: Path) -> None:
    said = otoscribe("live", "--input", short_sample, "--microphone", "desk")
    assert said.status == 2 and "either --input or --microphone" in said.complaint
    complaint = otoscribe("live", "--input", short_sample, "--model", "whisper-base").complaint
    assert "otoscribe models pull" in complaint
