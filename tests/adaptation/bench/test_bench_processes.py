"""Engines in processes of their own: what they tell, how they fail, what they leave behind."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from adaptation.bench.engines import OURS, PEERS, EngineKind, Setup
from adaptation.bench.measuring import measure_in_turn
from adaptation.bench.process import EngineError, EngineProcess
from adaptation.bench.run import BenchOptions, run_bench
from adaptation.bench.weights import provide_weights
from adaptation.corpus import Clip
from speech.audio import load_audio
from speech.store import InstalledModel

SAID = (
    "The patient has a dry cough and a mild fever since Monday. Aspirin 300 milligrams, no more than three times a day."
)
TEXT = SAID.replace("milligrams", "mg")

pytestmark = pytest.mark.slow


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_an_engine_tells_text_time_and_its_own_memory(
    setup: Setup, short_sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    ballast = np.ones(600_000_000, np.uint8)  # the parent's memory is not the engine's
    with EngineProcess(OURS, setup) as engine:
        ready = engine.load()
        heard = engine.transcribe(load_audio(short_sample).samples)
        limits = Path(f"/proc/{engine.process_id}/environ").read_text().split("\0")
    assert ballast[-1] == 1
    assert "int8" in ready.description and ready.load_s > 0
    assert heard.text == SAID
    assert 0 < heard.wall_s < 60 and heard.processor_s > 0
    assert heard.peak_memory_bytes is not None and 100e6 < heard.peak_memory_bytes < 600e6
    assert "OMP_NUM_THREADS=1" in limits
    assert "OMP_NUM_THREADS" not in os.environ


def test_damaged_weights_are_told_as_the_engine_tells_them(nothing: Setup) -> None:
    with EngineProcess(OURS, nothing) as engine, pytest.raises(EngineError, match="There is no model 'nothing'"):
        engine.load()


@pytest.mark.skipif(not PEERS["faster-whisper"].is_installed, reason="faster-whisper is not installed")
def test_a_peer_that_cannot_load_says_so_without_its_own_words(nothing: Setup) -> None:
    with EngineProcess(PEERS["faster-whisper"], nothing) as engine, pytest.raises(EngineError) as caught:
        engine.load()
    assert str(caught.value).startswith("faster-whisper: It failed (")
    assert "nothing" not in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="kills with a signal")
def test_a_process_that_is_killed_is_an_error_with_its_exit_code(setup: Setup) -> None:
    with EngineProcess(OURS, setup) as engine:
        engine.load()
        os.kill(engine.process_id or 0, signal.SIGKILL)
        with pytest.raises(EngineError, match=r"otoscribe ended by itself \(-9\)"):
            engine.transcribe(np.zeros(16_000, np.float32))


def test_a_failing_peer_is_left_out_and_the_others_go_on(setup: Setup, nothing: Setup, short_sample: Path) -> None:
    broken = replace(OURS, name="broken")
    clip = Clip("short", short_sample, TEXT)
    with EngineProcess(OURS, setup) as ours, EngineProcess(broken, nothing) as peer:
        shares: list[float] = []
        run = measure_in_turn([ours, peer], [clip, clip], 2, shares.append, required="otoscribe")
    assert list(run.measured) == ["otoscribe"]
    assert [len(rounds) for rounds in run.measured["otoscribe"].heard] == [2, 2]
    assert "broken: There is no model" in run.failed["broken"]
    assert shares == [0.25, 0.5, 0.75, 1.0]
    assert run.lengths_s == pytest.approx([8.3, 8.3], abs=0.1)


def test_when_otoscribe_itself_fails_nothing_is_measured(nothing: Setup, short_sample: Path) -> None:
    clip = Clip("short", short_sample, TEXT)
    with EngineProcess(OURS, nothing) as ours, pytest.raises(EngineError):
        measure_in_turn([ours], [clip], 1, lambda share: None, required="otoscribe")


def test_a_peer_that_is_not_installed_is_named_with_its_command(
    base_model: InstalledModel, short_sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PEERS, "absent", EngineKind("absent", "absent", "no_such_package", "absent-engine", "ggml"))
    clips = [Clip("short", short_sample, TEXT)]
    report = run_bench(base_model, clips, BenchOptions(("absent",), 1, rounds=1), tmp_path, lambda share: None)
    assert report.left_out == {"absent": "not installed; run: pip install absent-engine"}
    assert [engine.name for engine in report.engines] == ["otoscribe"]
    assert list(tmp_path.iterdir()) == []  # weights that nobody reads are not written


@pytest.mark.parametrize("name", PEERS)
def test_each_peer_reads_what_we_export_and_writes_what_is_said(
    base_model: InstalledModel, short_sample: Path, tmp_path: Path, name: str
) -> None:
    kind = PEERS[name]
    if not kind.is_installed:
        pytest.skip(f"{name} is not installed; pip install {kind.install}")
    setup = Setup(provide_weights(base_model, kind, tmp_path), 2, "en")
    with EngineProcess(kind, setup) as engine:
        engine.load()
        heard = engine.transcribe(load_audio(short_sample).samples)
    assert heard.text.strip() == SAID


def test_weights_are_exported_once_and_old_ones_cleared(base_model: InstalledModel, tmp_path: Path) -> None:
    stale = tmp_path / base_model.folder.name / "0123456789abcdef"
    stale.mkdir(parents=True)
    kind = PEERS["whisper.cpp"]
    place = provide_weights(base_model, kind, tmp_path)
    written = place.stat().st_mtime_ns
    assert provide_weights(base_model, kind, tmp_path) == place
    assert place.stat().st_mtime_ns == written
    assert not stale.exists()
