"""Students learn what they are told, go on after a kill, and come out in the form that was asked for."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_whisper import tiny_checkpoint

from adaptation.augmentation import Augmentation, mix
from adaptation.corpus import Clip, CorpusError
from adaptation.distill import MIN_PADDING_S, PRESETS, DistillOptions, distill
from adaptation.training.labels import label_clips, read_labels
from adaptation.vocabulary import restrict_vocabulary, tokens_needed
from speech.errors import ModelError, OtoscribeError
from speech.packed import read_packed, write_packed
from speech.quantization import quantize_per_channel
from speech.recognizer import Recognizer
from speech.store import InstalledModel, ModelStore
from speech.vocabulary import Vocabulary
from speech.weights import Checkpoint, ModelSettings, read_checkpoint, read_settings, write_checkpoint

SAID = "The patient takes metoprolol 25 mg twice a day."


def vocabulary_of(checkpoint: Checkpoint) -> Vocabulary:
    return Vocabulary.of(ModelSettings(checkpoint.config, checkpoint.generation, checkpoint.tokenizer))


@pytest.fixture(scope="module")
def tokenizer(base_model: InstalledModel) -> str:
    return read_settings(base_model.checkpoint_folder).tokenizer


@pytest.fixture(scope="module")
def teacher(tokenizer: str, tmp_path_factory: pytest.TempPathFactory) -> InstalledModel:
    """A tiny Whisper with the real tokenizer, installed."""
    folder = tmp_path_factory.mktemp("teacher")
    write_checkpoint(tiny_checkpoint(5, vocabulary=51865, heads=2, tokenizer=tokenizer), folder / "tiny")
    return ModelStore(folder / "models").import_folder(folder / "tiny")


@pytest.fixture(scope="module")
def clip(short_sample: Path) -> Clip:
    return Clip("short.flac", short_sample, SAID, "a")


@pytest.fixture(scope="module")
def few_words(tokenizer: str) -> Vocabulary:
    whole = tiny_checkpoint(1, vocabulary=51865, heads=2, tokenizer=tokenizer)
    return vocabulary_of(restrict_vocabulary(whole, tokens_needed(tokenizer, ["a few words"]), ("en",))[0])


def losses(folder: Path) -> list[float]:
    return [json.loads(line)["loss"] for line in (folder / "curve.jsonl").read_text().splitlines()]


@pytest.mark.slow
def test_a_student_learns_what_is_written(teacher: InstalledModel, clip: Clip, tmp_path: Path) -> None:
    options = DistillOptions(PRESETS["decoder-2"], epochs=100, learning_rate=3e-2, words=SAID.split())
    student = distill(teacher, [clip], [], tmp_path, options)
    curve = losses(tmp_path)
    assert len(curve) == 100
    assert np.mean(curve[-3:]) < 0.1 * curve[0]
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["learned_from"]["examples"] == 1 and report["versions"]["torch"]
    assert SAID not in json.dumps(report)
    write_checkpoint(student, tmp_path / "student")
    installed = ModelStore(tmp_path / "models").import_folder(tmp_path / "student")
    heard = Recognizer.open(installed).transcribe(clip.audio)
    assert heard.duration_s > 0  # the whole way runs on it, whatever a tiny one writes


@pytest.mark.slow
def test_layers_that_faded_are_gone(tokenizer: str, clip: Clip, tmp_path: Path) -> None:
    tiny = tiny_checkpoint(6, vocabulary=51865, heads=2, tokenizer=tokenizer)
    third = {n.replace(".layers.1.", ".layers.2."): t for n, t in tiny.tensors.items() if "decoder.layers.1." in n}
    three = Checkpoint(
        {**tiny.config, "decoder_layers": 3},
        {"alignment_heads": [[1, 0], [2, 1]]},
        {**tiny.tensors, **third},
        tokenizer,
    )
    write_checkpoint(three, tmp_path / "three")
    model = ModelStore(tmp_path / "models").import_folder(tmp_path / "three")
    student = distill(model, [clip], [], tmp_path / "work", DistillOptions(PRESETS["decoder-2"], epochs=4))
    assert student.config["decoder_layers"] == 2
    assert not [name for name in student.tensors if name.startswith("model.decoder.layers.2.")]
    assert student.generation["alignment_heads"] in ([[1, 1]], [[1, 0]], [[0, 0], [1, 1]])
    write_checkpoint(student, tmp_path / "two")
    assert read_checkpoint(tmp_path / "two").config["decoder_layers"] == 2


def test_layers_that_cannot_be(teacher: InstalledModel, clip: Clip, tmp_path: Path) -> None:
    with pytest.raises(OtoscribeError, match="cannot become"):
        distill(teacher, [clip], [], tmp_path, DistillOptions(PRESETS["decoder-4"]))


KILLED = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
import adaptation.training.loop as loop
from adaptation.corpus import Clip
from adaptation.distill import PRESETS, DistillOptions, distill
from speech.store import ModelStore
import adaptation.distill
models, audio, folder, until = sys.argv[1:]
made = loop.LoopOptions
loop.LoopOptions = lambda **given: made(**given, checkpoint_every_s=0.0)
def on_step(step):
    if step.step == int(until):
        os.kill(os.getpid(), signal.SIGKILL)
model = ModelStore(Path(models)).open("tiny")
options = DistillOptions(PRESETS["context"], epochs=6, learning_rate=1e-3)
student = distill(model, [Clip("a", Path(audio), "two words")], [], Path(folder), options, on_step=on_step)
from speech.weights import write_checkpoint
write_checkpoint(student, Path(folder) / "student")
"""


@pytest.mark.slow
def test_a_killed_training_ends_as_one_that_was_left_alone(
    teacher: InstalledModel, short_sample: Path, tmp_path: Path
) -> None:
    def run(folder: Path, until: int) -> int:
        arguments = [str(teacher.folder.parent), str(short_sample), str(folder), str(until)]
        return subprocess.run([sys.executable, "-c", KILLED, *arguments], timeout=200).returncode

    assert run(tmp_path / "whole", 100) == 0
    assert run(tmp_path / "killed", 4) == -signal.SIGKILL
    assert run(tmp_path / "killed", 100) == 0
    steps = [json.loads(line)["step"] for line in (tmp_path / "killed" / "curve.jsonl").read_text().splitlines()]
    assert steps[-1] == 6 and steps[4] in (4, 5)  # it went on from where it was, not from the beginning
    whole, killed = (read_checkpoint(tmp_path / name / "student") for name in ("whole", "killed"))
    for name, tensor in whole.tensors.items():
        np.testing.assert_allclose(killed.tensors[name], tensor, atol=2e-3, err_msg=name)


def test_nothing_to_learn_from(teacher: InstalledModel, tmp_path: Path, short_sample: Path) -> None:
    silent = Clip("silent", short_sample, "")
    with pytest.raises(CorpusError, match="No clip"):
        distill(teacher, [], [], tmp_path, DistillOptions(PRESETS["context"]))
    assert silent.text == ""


@pytest.mark.slow
def test_labels_are_the_teachers_and_doubtful_ones_are_left_out(
    base_model: InstalledModel, short_sample: Path, tmp_path: Path
) -> None:
    recognizer = Recognizer.open(base_model)
    text = recognizer.transcribe(short_sample).text
    clips = [Clip("good", short_sample, text.upper()), Clip("free", short_sample, None)]
    path = tmp_path / "labels.jsonl"
    labels = label_clips(recognizer, clips[:1], path)
    assert labels[0].text == text and labels[0].tokens[-1] == recognizer.vocabulary.end_of_text
    assert [row[0] for row in labels[0].candidates] == list(labels[0].tokens)  # greedy: what it wrote was likeliest
    ends = [end for end, _, _ in labels[0].words]
    assert [text[a:b].strip() for a, b in zip([0, *ends[:-1]], ends, strict=True)] == text.split()
    path.write_text(path.read_text() + '{"audio": "half writ')  # a kill in the middle of a line
    assert label_clips(recognizer, clips[1:], path) == labels and len(read_labels(path)) == 1
    wrong = Clip("wrong", short_sample, "something else altogether was said by the doctor here")
    assert label_clips(recognizer, [wrong], tmp_path / "other.jsonl")[0].text is None


def test_a_smaller_vocabulary_writes_the_same_texts(tokenizer: str) -> None:
    whole = tiny_checkpoint(1, vocabulary=51865, heads=2, tokenizer=tokenizer)
    texts = [SAID, " the heart rate was 72", "Hepatomegaly"]
    small, numbers = restrict_vocabulary(whole, tokens_needed(tokenizer, texts), ("en", "de"))
    before, after = vocabulary_of(whole), vocabulary_of(small)
    assert small.config["vocab_size"] < 1000 == (numbers >= 0).sum() - small.config["vocab_size"] + 1000
    for text in texts:
        assert after.encode(text) == [int(numbers[token]) for token in before.encode(text)]
    old = before.encode(SAID)[0]
    embedding = "model.decoder.embed_tokens.weight"
    np.testing.assert_array_equal(small.tensors[embedding][numbers[old]], whole.tensors[embedding][old])
    assert set(after.languages) == {"en", "de"}
    assert after.prompt("en") == [int(numbers[token]) for token in before.prompt("en")]


@settings(max_examples=30, deadline=None)
@given(text=st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_a_smaller_vocabulary_still_writes_everything(few_words: Vocabulary, text: str) -> None:
    assert few_words.decode(few_words.encode(text)) == text


def test_a_packed_model_rounds_once(tmp_path: Path) -> None:
    checkpoint = tiny_checkpoint(2)
    write_packed(checkpoint, tmp_path / "a.safetensors")
    unpacked = read_packed(tmp_path / "a.safetensors")
    assert (unpacked.config, unpacked.tokenizer) == (checkpoint.config, checkpoint.tokenizer)
    for name, tensor in checkpoint.tensors.items():
        if tensor.ndim == 2 and "positions" not in name:
            once, twice = quantize_per_channel(tensor), quantize_per_channel(unpacked.tensor(name))
            np.testing.assert_array_equal(twice.values, once.values)
            np.testing.assert_allclose(twice.scales, once.scales, rtol=1e-6)
        else:
            np.testing.assert_array_equal(unpacked.tensor(name), tensor.astype(np.float16).astype(np.float32))


@pytest.mark.parametrize("damage", [b"", b"garbage" * 100])
def test_a_damaged_packed_model_is_refused(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "a.safetensors").write_bytes(damage)
    with pytest.raises(ModelError, match=r"a\.safetensors is damaged"):
        read_packed(tmp_path / "a.safetensors")


def test_draws_are_reproducible() -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, 32000).astype(np.float32)
    augmentation = Augmentation()
    drawn = [augmentation.apply(samples, seed) for seed in range(12)]
    again = [augmentation.apply(samples, seed) for seed in range(12)]
    for one, other in zip(drawn, again, strict=True):
        np.testing.assert_array_equal(one, other)
        assert np.abs(one).max() <= 1.0 and np.isfinite(one).all() and one.dtype == np.float32
    assert len({sound.tobytes() for sound in drawn}) > 6


@given(snr_db=st.floats(-5, 40))
@settings(max_examples=20, deadline=None)
def test_noise_stands_where_it_was_asked_to(snr_db: float) -> None:
    random = np.random.default_rng(1)
    voice, noise = random.normal(0, 0.2, 16000).astype(np.float32), random.normal(0, 3, 16000).astype(np.float32)
    added = mix(voice, noise, snr_db) - voice
    assert 10 * np.log10(np.mean(voice**2) / np.mean(added**2)) == pytest.approx(snr_db, abs=0.1)


def test_the_promised_padding() -> None:
    assert MIN_PADDING_S <= 0.5
