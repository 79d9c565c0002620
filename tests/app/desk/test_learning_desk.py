"""From the record through a real training and the gate to a version: what does not help is kept but not used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from stored_notes import AUTHOR
from tiny_whisper import silent_checkpoint

import app.desk.learning as desk
from adaptation.adapters import Adapter, weights_digest
from adaptation.corpus import Clip
from adaptation.learning import Progress
from app.paths import models_folder, trainings_folder
from app.records import RecordStore
from app.records.gathered import NewClip, NewCorrection
from speech.store import InstalledModel, ModelFacts, ModelStore
from speech.weights import read_settings, write_checkpoint

OTHER = "Dr. Brin"
SLIP = NewCorrection(1, 2, "heared", "heard", "misheard")


def gather(store: RecordStore, audio: Path, author: str, utterances: int) -> None:
    note = store.create_note(author=author, text="dictated")
    recording = store.attach_recording(note.id, audio, keep_source=True)
    clips = [
        NewClip(recording.id, 0.3 * n, 0.3 * n + 0.3, ("Word", "heared", f"{n}."), (SLIP,)) for n in range(utterances)
    ]
    undecided = replace(SLIP, kind="doubtful"), replace(SLIP, kind="rewritten")
    clips += [NewClip(recording.id, 7.0, 7.3, ("Word", "heared", "last."), (each,)) for each in undecided]
    store.learning.keep(note.id, author, clips)


def test_only_what_is_known_to_have_been_said_is_learned_and_only_the_authors_own(short_sample: Path) -> None:
    with RecordStore.open() as store:
        gather(store, short_sample, AUTHOR, 3)
        gather(store, short_sample, OTHER, 1)
        clips = store.learning.clips(AUTHOR)
        assert [clip.text for clip in desk.to_learn_from(clips)] == [f"Word heard {n}." for n in range(3)]
        assert desk.to_learn_from(clips)[1].load().duration_s == pytest.approx(0.3, abs=0.01)
        gathered = desk.summarize(clips)
        assert (gathered.utterances, gathered.misheard, gathered.doubtful, gathered.usable) == (5, 3, 1, 3)
        doubtful = next(each for clip in clips for each in clip.corrections if each.kind == "doubtful")
        store.learning.decide(doubtful.id, "misheard")
        assert len(desk.to_learn_from(store.learning.clips(AUTHOR))) == 4
        assert desk.look(store, AUTHOR, "tiny").can_train is False


@pytest.mark.slow
def test_a_version_that_does_not_help_is_kept_but_not_used(
    base_model: InstalledModel, short_sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one clip of general speech in place of the shipped ones, for time's sake."""
    general = [Clip("short", short_sample, "quite other words", span_s=(0.0, 2.0))]
    monkeypatch.setattr(desk, "canary_clips", lambda: general)
    monkeypatch.setattr(desk, "replay_clips", list)
    write_checkpoint(silent_checkpoint(read_settings(base_model.checkpoint_folder).tokenizer), tmp_path / "tiny")
    facts = ModelFacts("tiny", "Tiny", "none", "this test", languages=("en",), min_padding_s=0.5)
    model = ModelStore(models_folder()).import_folder(tmp_path / "tiny", facts=facts)
    adapters = desk.open_adapters()
    matrix = np.zeros((256, 2), np.float32), np.zeros((2, 64), np.float32)
    digest = weights_digest(model.checkpoint_folder)
    adapters.add("before", Adapter("tiny", digest, {"model.decoder.layers.0.fc1.weight": matrix}))
    adapters.promote("before")
    told: list[Progress] = []
    with RecordStore.open() as store:
        gather(store, short_sample, AUTHOR, 22)
        promotion = desk.learn_from(store, AUTHOR, "tiny", "en", minutes=0.01, on_progress=told.append)
        state = desk.look(store, AUTHOR, "tiny")
    assert not promotion.verdict.passed and "own" in [c.name for c in promotion.verdict.checks if not c.passed]
    assert state.in_use == "before" and [(v.number, v.verdict) for v in state.versions] == [(1, promotion.verdict)]
    assert "Version 1 was refused" in desk.describe_state(state)
    assert adapters.get(promotion.name).report["clips"] > 10 and AUTHOR not in promotion.name
    assert list(trainings_folder().iterdir()) == []
    assert [step.share for step in told] == sorted(step.share for step in told) and told[-1].share == 1.0
    adapters.remove(promotion.name)
    assert desk.versions(AUTHOR) == [] and adapters.verdict(promotion.name) is None
