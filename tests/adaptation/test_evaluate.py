"""Recognising clips for a report, on real speech where it is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import Sample

from adaptation.corpus import Clip, CorpusError, read_manifest
from adaptation.evaluate import recognize_clips
from adaptation.metrics import measure
from speech.errors import AudioError
from speech.recognizer import Recognizer
from speech.store import InstalledModel

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def recognizer(base_model: InstalledModel) -> Recognizer:
    return Recognizer.open(base_model)


def test_shipped_clips(recognizer: Recognizer, sample: Sample) -> None:
    clips = read_manifest(sample.audio.with_name("manifest.jsonl"))
    results = list(recognize_clips(recognizer, clips))
    assert [result.clip for result in results] == clips
    report = measure(results)
    assert report.utterances == len(clips)
    assert report.wer is not None and report.wer < 0.15
    assert report.term_recall == 1.0 and report.term_precision == 1.0
    assert report.rtfx > 1 and 0 < report.latency_p50_s <= report.latency_p95_s


def test_clips_without_text_are_refused_before_any_work(recognizer: Recognizer, sample: Sample) -> None:
    clips = [Clip("good", sample.audio, sample.reference), Clip("bad.flac", sample.audio, None)]
    with pytest.raises(CorpusError, match=r"bad\.flac has no text"):
        next(recognize_clips(recognizer, clips))


def test_a_clip_that_cannot_be_read_stops_the_measuring(recognizer: Recognizer, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("no sound")
    with pytest.raises(AudioError, match=r"a\.wav"):
        list(recognize_clips(recognizer, [Clip("a.wav", tmp_path / "a.wav", "text")]))


def test_medical_speech_of_real_people(recognizer: Recognizer, shared_data: Path) -> None:
    clips = read_manifest(shared_data / "real-medical" / "manifest.jsonl")[::7]
    report = measure(list(recognize_clips(recognizer, clips)))
    assert report.utterances == len(clips) > 15
    assert report.wer is not None and report.wer < 0.16
    assert report.medical_wer is not None


def test_books_read_aloud(recognizer: Recognizer, shared_data: Path) -> None:
    clips = read_manifest(shared_data / "librispeech-other" / "manifest.jsonl")[::15][:4]
    report = measure(list(recognize_clips(recognizer, clips)))
    assert report.wer is not None and report.wer < 0.25


def test_single_words_and_numbers(recognizer: Recognizer, shared_data: Path) -> None:
    """Clips of a second or two, spelled letters and digits: nothing is left out."""
    clips = read_manifest(shared_data / "an4" / "manifest.jsonl")[::25][:4]
    assert all(result.hypothesis for result in recognize_clips(recognizer, clips))
