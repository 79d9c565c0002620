"""Figures out of what engines did."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adaptation.bench.comparison import (
    compare,
    count_errors,
    wer_difference,
    wer_difference_interval,
)
from adaptation.bench.machine import describe_machine
from adaptation.bench.measuring import Measured
from adaptation.bench.run import BenchReport
from adaptation.bench.table import render_table
from adaptation.bench.worker import Heard

REFERENCES = ("the patient has a dry cough", "no chest pain", "aspirin three times a day")


def engine(seconds: list[list[float]], texts: tuple[str, ...], peak_mb: int = 100) -> Measured:
    heard = tuple(
        tuple(Heard(text, wall, 2 * wall, peak_mb * 1_000_000 + round(wall)) for wall in rounds)
        for text, rounds in zip(texts, seconds, strict=True)
    )
    return Measured("made up", 0.5, heard)


OURS = engine([[1.0, 1.2, 5.0], [0.5, 0.4, 0.5], [1.0, 1.0, 1.0]], REFERENCES)
THEIRS = engine(
    [[2.4, 2.4, 2.4], [2.0, 2.0, 2.0], [1.0, 1.5, 1.5]], ("the patient has a dry coffin", *REFERENCES[1:]), 300
)


def test_times_are_medians_over_rounds_then_over_clips() -> None:
    ours, theirs = compare({"otoscribe": OURS, "peer": THEIRS}, "otoscribe", REFERENCES, [3.0, 2.0, 4.0])
    assert ours.clip_times_s == (1.2, 0.5, 1.0)
    assert ours.clip_s.median == 1.0
    assert ours.total_s == pytest.approx(2.7)
    assert ours.processor_s == pytest.approx(5.4)
    assert ours.rtfx == pytest.approx(9.0 / 2.7)
    assert ours.round_noise == pytest.approx(0.2)  # of 4.0 / 1.2, 0.1 / 0.5 and 0
    assert ours.peak_memory_mb == pytest.approx(100, abs=0.01)
    assert theirs.peak_memory_mb == pytest.approx(300, abs=0.01)


def test_ratios_are_taken_clip_by_clip() -> None:
    ours, theirs = compare({"otoscribe": OURS, "peer": THEIRS}, "otoscribe", REFERENCES, [3.0, 2.0, 4.0])
    assert ours.times_ours is None
    assert theirs.times_ours is not None
    assert theirs.times_ours.median == pytest.approx(2.0)  # of 2, 4 and 1.5
    assert theirs.times_ours.high == pytest.approx(3.0)


def test_errors_beside_ours() -> None:
    ours, theirs = compare({"otoscribe": OURS, "peer": THEIRS}, "otoscribe", REFERENCES, [3.0, 2.0, 4.0])
    assert ours.wer == 0 and ours.wer_above_ours is None
    assert theirs.wer == pytest.approx(1 / 14)
    assert theirs.wer_above_ours == pytest.approx(1 / 14)
    low, high = theirs.wer_above_ours_ci95 or (1.0, -1.0)
    assert low == 0.0 and 1 / 14 < high < 0.5
    assert theirs.medical_wer is not None and theirs.medical_wer > 0


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(1, 20)), min_size=2, max_size=30))
def test_the_interval_holds_the_difference_and_turns_with_the_sides(rows: list[tuple[int, int, int]]) -> None:
    theirs = np.array([(a, words) for a, _, words in rows], np.float64)
    ours = np.array([(b, words) for _, b, words in rows], np.float64)
    difference, (low, high) = wer_difference(theirs, ours), wer_difference_interval(theirs, ours) or (0, 0)
    assert difference is not None
    surplus = [(a - b) / words for a, b, words in rows]
    assert min(surplus) - 1e-9 <= low <= high <= max(surplus) + 1e-9
    assert wer_difference(ours, theirs) == pytest.approx(-difference)
    assert wer_difference_interval(ours, theirs) == pytest.approx((-high, -low))
    assert wer_difference(ours, ours) == 0


def test_silent_clips_and_single_ones_give_no_interval() -> None:
    silent = count_errors(["", "no pain"], ["hm", "no pain"])
    assert silent.tolist() == [[1.0, 0.0], [0.0, 2.0]]
    assert wer_difference_interval(silent, silent) is None
    nothing_said = count_errors([""], [""])
    assert wer_difference(nothing_said, nothing_said) is None


def test_one_round_tells_nothing_about_noise() -> None:
    (ours,) = compare({"otoscribe": engine([[1.0]], ("no chest pain",))}, "otoscribe", ("no chest pain",), [1.0])
    assert ours.round_noise is None


def test_the_table_names_set_machine_engines_and_what_is_missing() -> None:
    engines = compare({"otoscribe": OURS, "peer": THEIRS}, "otoscribe", REFERENCES, [3.0, 2.0, 4.0])
    machine = describe_machine()
    report = BenchReport("whisper-base", 2, 3, "en", (3.0, 2.0, 4.0), machine, engines, {"other": "not installed"})
    table = render_table(report)
    assert "clips: 3 of 2.0 to 4.0 s (9 s together)" in table
    assert machine.processor in table
    row = next(line for line in table.splitlines() if line.startswith("peer  "))
    assert "2.000 (" in row and "2.00 (1.75 to 3.00)" in row and "7.14%" in row and "300 MB" in row
    assert "WER of peer less ours: +7.14%" in table
    assert "other is left out: not installed" in table


def test_the_machine_is_described() -> None:
    machine = describe_machine()
    assert machine.processor and machine.usable_cores >= 1 and machine.python.startswith("3.")
