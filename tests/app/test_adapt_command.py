"""otoscribe adapt, as typed: what is promoted is what writes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import CommandLine
from stored_notes import AUTHOR, WORDS, store_dictation
from tiny_whisper import silent_checkpoint

from adaptation.adapters import Adapter, weights_digest, write_adapter
from app import settings
from app.paths import models_folder, trainings_folder
from speech.store import InstalledModel, ModelStore
from speech.weights import read_settings, write_checkpoint


@pytest.mark.slow
def test_what_is_promoted_writes_until_it_is_taken_back(
    otoscribe: CommandLine, base_model: InstalledModel, short_sample: Path, tmp_path: Path
) -> None:
    tokenizer = read_settings(base_model.checkpoint_folder).tokenizer
    write_checkpoint(silent_checkpoint(tokenizer), tmp_path / "tiny")
    model = ModelStore(models_folder()).import_folder(tmp_path / "tiny")
    up, down = np.random.default_rng(0).normal(0, 0.3, (2, 256, 64)).astype(np.float32)
    matrices = {"model.decoder.layers.0.fc1.weight": (up[:, :2], down[:2])}
    file = tmp_path / "mine.safetensors"
    write_adapter(Adapter("tiny", weights_digest(model.checkpoint_folder), matrices), file)

    def writer(*options: str) -> str:
        said = otoscribe("transcribe", short_sample, "--model", "tiny", "--format", "json", *options)
        assert said.status == 0, said.err
        return str(json.loads(said.out)["model"])

    assert otoscribe("adapt", "import", file).status == 0
    assert writer() == "tiny"
    assert writer("--adapter", "mine") == "tiny.mine"
    assert otoscribe("adapt", "promote", "mine").status == 0
    assert json.loads(otoscribe("adapt", "status", "--json").out)["in_use"] == {"tiny": "mine"}
    assert (writer(), writer("--adapter", "none")) == ("tiny.mine", "tiny")
    assert otoscribe("adapt", "rollback", "--model", "tiny").status == 0
    assert writer() == "tiny"
    assert otoscribe("adapt", "export", "mine", tmp_path / "out.safetensors").status == 0
    assert otoscribe("adapt", "remove", "mine").status == 0
    assert (
        "There is no adapter" in otoscribe("transcribe", short_sample, "--model", "tiny", "--adapter", "mine").complaint
    )
    assert "There are no adapters" in otoscribe("adapt", "list").out


@pytest.mark.slow
def test_what_was_learned_for_weights_of_before_does_not_keep_from_writing(
    otoscribe: CommandLine, base_model: InstalledModel, short_sample: Path, tmp_path: Path
) -> None:
    """As after an update that brings another student."""
    write_checkpoint(silent_checkpoint(read_settings(base_model.checkpoint_folder).tokenizer), tmp_path / "tiny")
    ModelStore(models_folder()).import_folder(tmp_path / "tiny")
    matrix = np.ones((256, 2), np.float32), np.ones((2, 64), np.float32)
    write_adapter(
        Adapter("tiny", "0" * 64, {"model.decoder.layers.0.fc1.weight": matrix}), tmp_path / "old.safetensors"
    )
    assert otoscribe("adapt", "import", tmp_path / "old.safetensors").status == 0
    assert otoscribe("adapt", "promote", "old").status == 0
    said = otoscribe("transcribe", short_sample, "--model", "tiny", "--format", "json")
    assert said.status == 0 and json.loads(said.out)["model"] == "tiny"
    assert "made for other weights" in said.err and "train it again" in said.err
    named = otoscribe("transcribe", short_sample, "--model", "tiny", "--adapter", "old")
    assert named.status == 1 and "made for other weights" in named.complaint


@pytest.mark.slow
def test_clips_of_one_voice_become_an_adapter_that_can_be_tried(
    otoscribe: CommandLine, base_model: InstalledModel, short_sample: Path, tmp_path: Path
) -> None:
    tokenizer = read_settings(base_model.checkpoint_folder).tokenizer
    write_checkpoint(silent_checkpoint(tokenizer, 3.3), tmp_path / "tiny")
    ModelStore(models_folder()).import_folder(tmp_path / "tiny")
    line = json.dumps({"audio": str(short_sample), "text": "The left knee is better."})
    (tmp_path / "clips.jsonl").write_text(f"{line}\n{line}\n", encoding="utf-8")
    asked = ("adapt", "train", tmp_path / "clips.jsonl", "--model", "tiny", "--name", "mine", "--minutes", "0.5")
    said = otoscribe(*asked, "--json")
    assert said.status == 0, said.err
    result = json.loads(said.out.splitlines()[-1])
    assert (result["name"], result["clips"]) == ("mine", 2) and result["strength"] >= 0.0
    assert "mine" in otoscribe("adapt", "list").out
    assert not list(trainings_folder().glob("*"))
    assert "is there already" in otoscribe(*asked).complaint


def test_corrections_are_counted_removed_and_too_few_to_learn_from(otoscribe: CommandLine) -> None:
    settings.save(settings.Settings(learning=True, author=AUTHOR))
    note = store_dictation(WORDS, "Patient takes metoprolol twice daily.")
    assert otoscribe("notes", "sign", note).status == 0
    learning = json.loads(otoscribe("adapt", "status", "--json").out)["learning"]
    assert learning["on"] and learning["utterances"] == 1 and learning["last"] is None
    assert learning["misheard"] + learning["doubtful"] + learning["rewritten"] == 1
    refused = otoscribe("adapt", "train")
    assert refused.status == 1 and "too few to learn from" in refused.complaint
    assert otoscribe("adapt", "train", "--name", "x").status == 2
    assert "in English only" in otoscribe("adapt", "train", "--language", "de").complaint
    assert "1 utterances" in otoscribe("adapt", "purge").out
    assert json.loads(otoscribe("adapt", "status", "--json").out)["learning"]["utterances"] == 0
