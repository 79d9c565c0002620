"""The loop's promises: the best weights come out, also of a training that was cut off."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny_whisper import tiny_checkpoint

from speech.audio import load_audio
from speech.store import InstalledModel
from speech.vocabulary import Vocabulary
from speech.weights import ModelSettings, read_settings


class Cut(Exception):
    """Stands for the kill: nothing but what is on the disk is left of the training."""


@pytest.mark.slow
def test_the_best_weights_come_out_of_a_training_that_was_cut_off(
    base_model: InstalledModel, short_sample: Path, tmp_path: Path
) -> None:
    """So fast a training is best after its first epoch; it is cut off in the third."""
    import torch

    from adaptation.training.batches import Batches, BatchOptions, Example
    from adaptation.training.loop import LoopOptions, Step, train
    from adaptation.training.losses import LossWeights, mean_loss
    from adaptation.training.network import Network

    tokenizer = read_settings(base_model.checkpoint_folder).tokenizer
    checkpoint = tiny_checkpoint(5, vocabulary=51865, heads=2, tokenizer=tokenizer)
    vocabulary = Vocabulary.of(ModelSettings(checkpoint.config, checkpoint.generation, checkpoint.tokenizer))
    samples = load_audio(short_sample).samples[:8_000]
    batching = BatchOptions(joined=0.0, cut=0.0)

    def batches(text: str) -> Batches:
        return Batches([Example(samples, text)], vocabulary, vocabulary.prompt("en"), 80, None, batching)

    held_out = batches("two words")

    def run(folder: Path, cut_at: int | None = None) -> Network:
        def on_step(step: Step) -> None:
            if step.step == cut_at:
                raise Cut

        network = Network(checkpoint)
        options = LoopOptions(epochs=3, learning_rate=1.0, checkpoint_every_s=0.0, patience=9)
        train(network, batches("two words"), folder, options, held_out=held_out, on_step=on_step)
        return network

    with pytest.raises(Cut):
        run(tmp_path, 3)
    network = run(tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "curve.jsonl").read_text().splitlines()]
    losses = [line["held_out_loss"] for line in lines if "held_out_loss" in line]
    assert losses[0] < losses[-1]  # else this would show nothing
    with torch.no_grad():
        left = mean_loss(network, held_out, LossWeights(), torch.device("cpu"))
    assert left == pytest.approx(min(losses), abs=1e-3)
