"""The wall between decoding and what runs the network: both sides of it give the same numbers."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from random_whisper import RandomWhisper

from speech.audio import load_audio
from speech.backends import CANDIDATES, Backend
from speech.backends.onnx import OnnxBackend, own_threads
from speech.decoding import DecodingOptions, decode
from speech.errors import ModelError
from speech.features import log_mel
from speech.store import InstalledModel
from speech.vocabulary import Vocabulary

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from speech.backends.torch import TorchBackend

PROMPT = [50258, 50259, 50359, 50363]
TOKENS = np.array([[*PROMPT, 400, 2000, 31, 77]])


@pytest.fixture(scope="module")
def torch_backend(random_whisper: RandomWhisper) -> TorchBackend:
    return TorchBackend(random_whisper.folder)


@pytest.fixture(params=["onnx", "torch"])
def backend(request: pytest.FixtureRequest, random_backend: OnnxBackend, torch_backend: TorchBackend) -> Backend:
    return random_backend if request.param == "onnx" else torch_backend


def mel(frames: int, batch: int = 1, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0, 0.5, (batch, 80, frames)).astype(np.float32)


@pytest.mark.parametrize("frames", [2, 10, 100, 1234, 3000])
def test_onnx_and_torch_agree_at_every_context_length(
    random_backend: OnnxBackend, torch_backend: TorchBackend, frames: int
) -> None:
    features = mel(frames)
    logits, weights = [], []
    for one in (random_backend, torch_backend):
        memory = one.encode(features)
        logits.append(one.step(TOKENS, None, memory)[0])
        weights.append(one.align(TOKENS, memory))
    assert logits[0].shape == (1, 8, 51865) and logits[0].dtype == np.float32
    assert np.abs(logits[0] - logits[1]).max() < 1e-3 * np.abs(logits[1]).max()
    assert weights[0].shape == (1, 1, 8, frames // 2)
    assert np.abs(weights[0] - weights[1]).max() < 1e-4
    assert np.allclose(weights[0].sum(axis=3), 1.0, atol=1e-4)


def test_tokens_at_once_or_one_at_a_time(backend: Backend) -> None:
    memory = backend.encode(mel(60))
    at_once, _ = backend.step(TOKENS, None, memory)
    for cuts in ([1, 2, 3, 4, 5, 6, 7], [4], [3, 5]):
        cache, parts = None, []
        for piece in np.split(TOKENS, cuts, axis=1):
            logits, cache = backend.step(piece, cache, memory)
            parts.append(logits)
        assert np.abs(np.concatenate(parts, axis=1) - at_once).max() < 1e-3 * np.abs(at_once).max()


def test_only_what_is_asked_for_is_computed(backend: Backend) -> None:
    memory = backend.encode(mel(60))
    whole, cache = backend.step(TOKENS, None, memory)
    for asked in ([0], [7], [2, 5]):
        some, longer = backend.step(TOKENS, None, memory, asked)
        assert some.shape == (1, len(asked), whole.shape[-1])
        assert np.abs(some - whole[:, asked]).max() < 1e-3 * np.abs(whole).max()
        after = [backend.step(np.array([[5]]), one, memory)[0] for one in (cache, longer)]
        assert np.abs(after[0] - after[1]).max() < 1e-4  # what was not asked for was read all the same


def test_no_token_sees_those_behind_it(backend: Backend) -> None:
    memory = backend.encode(mel(60))
    changed = TOKENS.copy()
    changed[0, -1] = 9999
    first, second = (backend.step(tokens, None, memory)[0] for tokens in (TOKENS, changed))
    assert np.abs(first[:, :-1] - second[:, :-1]).max() < 1e-4
    assert np.abs(first[:, -1] - second[:, -1]).max() > 1e-2


def test_rows_of_a_batch_do_not_mix(backend: Backend) -> None:
    features = mel(60, batch=3)
    tokens = np.array([[50258, 50259, 11], [50258, 50260, 12], [50258, 50261, 13]])
    memory = backend.encode(features)
    logits, cache = backend.step(tokens, None, memory)
    alone = []
    for row in range(3):
        one = backend.encode(features[row : row + 1])
        expected, its_cache = backend.step(tokens[row : row + 1], None, one)
        assert np.abs(logits[row] - expected[0]).max() < 1e-3 * np.abs(expected).max()
        alone.append((one, its_cache))
    rows = np.array([2, 0, 2, 1])
    chosen_memory, chosen_cache = backend.select(memory, rows), backend.select(cache, rows)
    following = np.array([[5], [6], [7], [8]])
    after, _ = backend.step(following, chosen_cache, chosen_memory)
    for place, row in enumerate(rows):
        expected, _ = backend.step(following[place : place + 1], alone[row][1], alone[row][0])
        assert np.abs(after[place] - expected[0]).max() < 1e-3 * np.abs(expected).max()


def test_candidates_are_the_best_of_the_biased_logits(backend: Backend) -> None:
    memory = backend.encode(mel(60))
    logits, cache = backend.step(TOKENS, None, memory)
    bias = np.random.default_rng(1).normal(0, 0.2, logits.shape[-1]).astype(np.float32)
    bias[int((logits[0, -1] + bias).argmax())] = -np.inf
    candidates, scores, longer = backend.choose(TOKENS, None, memory, bias)
    assert candidates.shape == scores.shape == (1, 8, CANDIDATES)
    biased = (logits + bias).astype(np.float64)
    probabilities = biased - np.log(np.exp(biased).sum(axis=-1, keepdims=True))
    best = np.argsort(-probabilities, axis=-1)[..., :CANDIDATES]
    assert np.array_equal(candidates[..., 0], best[..., 0])
    assert np.allclose(np.take_along_axis(probabilities, candidates, -1), scores, atol=1e-3)
    assert np.allclose(scores, np.take_along_axis(probabilities, best, -1), atol=1e-3)
    assert (np.diff(scores) <= 0).all() and all(len(set(row)) == CANDIDATES for row in candidates[0].tolist())
    after = [backend.step(np.array([[5]]), one, memory)[0] for one in (cache, longer)]
    assert np.abs(after[0] - after[1]).max() < 1e-4


def test_a_truncated_cache_is_that_of_fewer_tokens(backend: Backend) -> None:
    memory = backend.encode(mel(60))
    _, longer = backend.step(np.repeat(TOKENS, 2, axis=0), None, memory)
    _, shorter = backend.step(np.repeat(TOKENS[:, :5], 2, axis=0), None, memory)
    following = np.array([[7, 8], [9, 10]])
    expected, _ = backend.step(following, shorter, memory)
    whole, _ = backend.step(following, longer, memory)
    for _ in range(2):
        found, _ = backend.step(following, backend.truncate(longer, 5), memory)
        assert np.abs(found - expected).max() < 1e-3 * np.abs(expected).max()
    assert np.array_equal(backend.step(following, longer, memory)[0], whole)
    assert np.abs(whole - expected).max() > 1e-2


def test_attention_is_noted_while_tokens_are_read(random_backend: OnnxBackend) -> None:
    memory = random_backend.encode(mel(60))
    expected = random_backend.align(TOKENS, memory)
    _, cache = random_backend.step(TOKENS[:, :4], None, memory)
    _, _, cache = random_backend.choose(TOKENS[:, 4:5], cache, memory, np.zeros(51865, np.float32))
    _, _, longer = random_backend.choose(np.array([[9, 8, 7]]), cache, memory, np.zeros(51865, np.float32))
    cache = random_backend.truncate(longer, 5)
    _, _, cache = random_backend.choose(TOKENS[:, 5:], cache, memory, np.zeros(51865, np.float32))
    noted = random_backend.attention(cache)
    assert noted is not None and noted.shape == expected.shape
    assert np.abs(noted - expected).max() < 1e-5
    other = random_backend.attention(longer)
    assert other is not None and np.abs(other - expected).max() > 1e-4
    assert random_backend.attention(random_backend.select(cache, np.array([0, 0]))) is None


def test_one_memory_serves_several_rows(backend: Backend) -> None:
    memory = backend.encode(mel(60))
    rows = np.array([[50258, 50259, 11], [50258, 50260, 12]])
    together, _ = backend.step(rows, None, memory)
    for row in range(2):
        alone, _ = backend.step(rows[row : row + 1], None, memory)
        assert np.abs(together[row] - alone[0]).max() < 1e-3 * np.abs(alone).max()


def test_memory_and_cache_may_be_used_again(backend: Backend) -> None:
    memory = backend.encode(mel(60))
    _, cache = backend.step(TOKENS[:, :4], None, memory)
    first, longer = backend.step(TOKENS[:, 4:5], cache, memory)
    backend.step(np.array([[123, 456]]), longer, memory)
    backend.align(TOKENS, memory)
    backend.select(cache, np.array([0, 0]))
    again, _ = backend.step(TOKENS[:, 4:5], cache, memory)
    assert np.array_equal(first, again)


def test_the_sound_and_the_token_matter(backend: Backend) -> None:
    logits = [backend.step(TOKENS, None, backend.encode(mel(60, seed=seed)))[0] for seed in (1, 2)]
    assert np.abs(logits[0] - logits[1]).max() > 1e-2


def test_longest_text_that_the_model_holds(backend: Backend) -> None:
    memory = backend.encode(mel(20))
    _, cache = backend.step(np.full((1, 447), 400), None, memory)
    logits, _ = backend.step(np.array([[400]]), cache, memory)
    assert np.isfinite(logits).all()


@pytest.mark.parametrize("name", ["encoder.onnx", "decoder.onnx"])
@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "text"])
def test_damaged_graphs(random_whisper: RandomWhisper, tmp_path: Path, name: str, damage: str) -> None:
    for file in random_whisper.graphs.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    broken = tmp_path / name
    if damage == "missing":
        broken.unlink()
    else:
        data = broken.read_bytes()
        broken.write_bytes({"empty": b"", "cut": data[: len(data) // 2], "text": b"not a graph"}[damage])
    with pytest.raises(ModelError, match=f"{name} is missing or damaged"):
        OnnxBackend(tmp_path, precision="fp32")


def test_devices_that_are_not_there(random_whisper: RandomWhisper) -> None:
    for device in ("directml", "toaster"):
        with pytest.raises(ModelError, match="no device"):
            OnnxBackend(random_whisper.graphs, precision="fp32", device=device)
        with pytest.raises(ModelError, match="no device"):
            TorchBackend(random_whisper.folder, device=device)


def test_threads_are_the_cores_but_never_many() -> None:
    assert [own_threads(processors) for processors in (1, 2, 8)] == [0, 0, 0]  # onnxruntime counts the cores
    assert [own_threads(processors) for processors in (10, 12, 16, 256)] == [5, 6, 8, 8]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/smaps").is_file(), reason="only Linux tells what is resident")
def test_weights_are_in_memory_once(base_model: InstalledModel) -> None:
    folder = base_model.graph_folder("int8")
    backend = OnnxBackend(folder, precision="int8", threads=1)
    entries = re.split(r"^(?=[0-9a-f]+-[0-9a-f]+ )", Path("/proc/self/smaps").read_text(), flags=re.MULTILINE)
    mapped = [entry for entry in entries if f"{folder.resolve()}/" in entry.partition("\n")[0]]
    kilobytes = [int(re.findall(r"^Rss: +(\d+)", entry, re.MULTILINE)[0]) for entry in mapped]
    assert mapped and sum(kilobytes) < 1000  # the token embedding alone is 26 MB, and packed already
    memory = backend.encode(mel(20))
    logits = backend.step(np.arange(0, 51865, 400)[None], None, memory)[0]
    assert np.isfinite(logits).all()


@pytest.mark.slow
def test_both_backends_write_the_same_tokens_on_real_speech(
    base_model: InstalledModel, base_in_fp32: Path, vocabulary: Vocabulary, short_sample: Path
) -> None:
    features = log_mel(load_audio(short_sample).samples, 80)
    prompt = vocabulary.prompt("en")
    backends: list[Backend] = [OnnxBackend(base_in_fp32, precision="fp32"), TorchBackend(base_model.checkpoint_folder)]
    options = DecodingOptions(temperatures=(0.0,))
    written = [decode(one, vocabulary, one.encode(features), prompt, options) for one in backends]
    assert written[0].tokens == written[1].tokens and len(written[0].tokens) > 15
    assert "dry cough" in written[0].text and "aspirin" in written[0].text.lower()
    assert np.allclose(written[0].log_probabilities, written[1].log_probabilities, atol=0.02)
    assert written[0].no_speech_probability == pytest.approx(written[1].no_speech_probability, rel=0.05, abs=1e-6)
