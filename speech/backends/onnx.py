"""The student on onnxruntime: int8 or fp32 graphs from `speech.graph`, on the CPU or one of its other providers."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as native

from speech.backends import DECODER_FILE, ENCODER_FILE
from speech.backends.providers import find_provider, open_session, unusable
from speech.context import Context, whole
from speech.errors import ModelError

onnxruntime.disable_telemetry_events()  # Windows' own event log, which the variable in speech/__init__ leaves alone

Tensors = dict[str, onnxruntime.OrtValue]


@dataclass(frozen=True)
class Cache:
    """Keys and values of the tokens read, and what the alignment heads looked at [batch, heads, n, context] in each
    call that read some; None once rows were selected, which only beams and samples do."""

    tensors: Tensors
    attention: tuple[NDArray[np.float32], ...] | None


@dataclass(frozen=True)
class Kept:
    """Keys and values, of encoder and decoder, of the first `positions` of a context."""

    tensors: Tensors
    positions: int


_SEEN_BEFORE = 2  # positions whose frames the convolutions of the next one reach into
_MADV_DONTNEED = 4  # of Linux
_MOST_THREADS = 8

# onnxruntime's SkipLayerNormalization takes five times as long on the CPU as the two operators that it replaces
_SLOW_FUSIONS = ["SkipLayerNormFusion"]


# onnxruntime's exceptions share no base class, and older versions have fewer
_FAILURES: tuple[type[Exception], ...] = (
    RuntimeError,
    *(value for value in vars(native).values() if isinstance(value, type) and issubclass(value, Exception)),
)


class OnnxBackend:
    """Implements `speech.backends.Backend`; memories and caches are named tensors that stay inside onnxruntime."""

    failures = _FAILURES

    def __init__(self, folder: Path, *, precision: str, device: str = "cpu", threads: int | None = None) -> None:
        """Loads encoder.onnx and decoder.onnx from `folder`. `threads` of None: all cores, at most eight.

        Raises ModelError when a graph is missing or damaged or the device is not there.
        """
        provider = find_provider(device)
        self.name = f"onnx-{device}-{precision}"
        self._on_processor = device == "cpu"
        self._keeps = provider.keeps
        self._encoder = _load(folder / ENCODER_FILE, device, threads)
        self._decoder = _load(folder / DECODER_FILE, provider.decoder or device, threads)
        _let_go_of_mapped(folder)
        vocabulary = next(i for i in self._decoder.get_inputs() if i.name == "bias").shape[0]
        self._no_bias = onnxruntime.OrtValue.ortvalue_from_numpy(np.zeros(vocabulary, np.float32))
        self._cached = [i for i in self._decoder.get_inputs() if i.name.startswith("past_")]
        self._present = [i.name.replace("past", "present") for i in self._cached]
        self._what_is_fetched = onnxruntime.RunOptions()
        self._what_is_fetched.only_execute_path_to_fetches = True
        past = (i for i in self._encoder.get_inputs() if i.name.startswith("past_"))
        self._past_widths: dict[str, int] = {i.name.removeprefix("past_"): i.shape[2] for i in past}
        self._memory_outputs = [o.name for o in self._encoder.get_outputs() if o.name.startswith("cross_")]

    def encode(self, mel: NDArray[np.float32], context: Context | None = None, kept: Kept | None = None) -> Tensors:
        context = context or whole(mel.shape[2] // 2)
        if len(mel) == 1 or not self._on_processor:
            return self._encode(mel, context, kept)
        # many at once take as long as one after the other, and gigabytes for the attention
        first = {name: value.numpy() for name, value in self._encode(mel[:1], context).items()}
        joined = {name: np.empty((len(mel), *value.shape[1:]), value.dtype) for name, value in first.items()}
        for name, value in first.items():
            joined[name][0] = value[0]
        for row in range(1, len(mel)):
            own = slice(row, row + 1)
            self._encode_into({name: value[own] for name, value in joined.items()}, mel[own], context)
        return _values(joined)

    def _encode_into(self, places: dict[str, NDArray[Any]], mel: NDArray[np.float32], context: Context) -> None:
        """Has the encoder write its outputs where they shall lie, instead of copying them there."""
        binding = self._encoder.io_binding()
        for name, value in self._heard(mel, context).items():
            binding.bind_ortvalue_input(name, value)
        for name, place in places.items():
            binding.bind_output(name, "cpu", 0, place.dtype, place.shape, place.ctypes.data)
        self._encoder.run_with_iobinding(binding, self._what_is_fetched)

    def hear(self, mel: NDArray[np.float32], context: Context) -> NDArray[np.float32]:
        """The encoder's output itself, [batch, context, state], for teaching a decoder."""
        (memory,) = self._fetch(self._encoder, ["memory"], [], self._heard(mel, context))
        return np.asarray(memory.numpy())

    def _encode(self, mel: NDArray[np.float32], context: Context, kept: Kept | None = None) -> Tensors:
        outputs = self._fetch(self._encoder, [], self._memory_outputs, self._heard(mel, context, kept))
        return dict(zip(self._memory_outputs, outputs, strict=True))

    def keep(self, mel: NDArray[np.float32], context: Context, kept: Kept | None, positions: int) -> Kept | None:
        if not self._past_widths or not self._on_processor:
            return None
        names = [f"present_{name}" for name in self._past_widths]
        outputs = self._fetch(self._encoder, [], names, self._heard(mel, context, kept))
        first = {
            f"past_{name}": np.ascontiguousarray(output.numpy()[:, :positions])
            for name, output in zip(self._past_widths, outputs, strict=True)
        }
        return Kept(_values(first), positions)

    def _heard(self, mel: NDArray[np.float32], context: Context, kept: Kept | None = None) -> Tensors:
        """The encoder's inputs: what is not kept of the context, and the frames that belong to it."""
        if kept is None:
            widths = self._past_widths.items()
            none = {f"past_{name}": np.zeros((len(mel), 0, width), np.float32) for name, width in widths}
            return {**_values({"mel": mel, **vars(context)}), **_values(none)}
        first = max(0, kept.positions - _SEEN_BEFORE)
        new: dict[str, NDArray[Any]] = {
            "mel": np.ascontiguousarray(mel[:, :, 2 * first :]),
            "rows": context.rows[kept.positions :] - first,
            "places": context.places[kept.positions :],
            "log_counts": context.log_counts[kept.positions :],
        }
        return {**_values(new), **kept.tensors}

    def step(
        self, tokens: NDArray[np.int64], cache: Cache | None, memory: Tensors, asked: Sequence[int] | None = None
    ) -> tuple[NDArray[np.float32], Cache]:
        (logits,), longer = self._run(["logits"], tokens, cache, memory, asked=asked)
        return logits, longer

    def choose(
        self, tokens: NDArray[np.int64], cache: Cache | None, memory: Tensors, bias: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], Cache]:
        (candidates, scores), longer = self._run(["candidates", "log_probabilities"], tokens, cache, memory, bias)
        return candidates, scores, longer

    def _run(
        self,
        wanted: list[str],
        tokens: NDArray[np.int64],
        cache: Cache | None,
        memory: Tensors,
        bias: NDArray[np.float32] | None = None,
        asked: Sequence[int] | None = None,
    ) -> tuple[list[NDArray[Any]], Cache]:
        noted = () if cache is None else cache.attention
        fetched = wanted if noted is None else [*wanted, "alignment"]
        inputs = self._inputs(tokens, cache, memory, bias, asked)
        outputs = self._fetch(self._decoder, fetched, self._present, inputs)
        present = {i.name: value for i, value in zip(self._cached, outputs[len(fetched) :], strict=True)}
        values = [value.numpy() for value in outputs[: len(fetched)]]
        return values[: len(wanted)], Cache(present, None if noted is None else (*noted, values[-1]))

    def _fetch(
        self, session: onnxruntime.InferenceSession, shown: list[str], kept: list[str], inputs: Tensors
    ) -> list[onnxruntime.OrtValue]:
        """The outputs in that order: those to be shown in the processor's memory, those to be kept on the device."""
        if self._keeps is None:
            return list(session.run_with_ort_values([*shown, *kept], inputs, self._what_is_fetched))
        binding = session.io_binding()
        for name, value in inputs.items():
            binding.bind_ortvalue_input(name, value)
        for names, place in ((shown, "cpu"), (kept, self._keeps)):
            for name in names:
                binding.bind_output(name, place)
        session.run_with_iobinding(binding, self._what_is_fetched)
        return list(binding.get_outputs())

    def align(self, tokens: NDArray[np.int64], memory: Tensors) -> NDArray[np.float32]:
        if len(tokens) == 1 or not self._on_processor:
            return self._align(tokens, memory)
        # one after the other, for the same reasons; each row is a view of the memory, which outlives this call
        rows = [slice(row, row + 1) for row in range(len(tokens))]
        values = {name: value.numpy() for name, value in memory.items()}
        views = [
            {
                name: onnxruntime.OrtValue.ortvalue_from_numpy(value if len(value) == 1 else value[row])
                for name, value in values.items()
            }
            for row in rows
        ]
        return np.concatenate([self._align(tokens[row], view) for row, view in zip(rows, views, strict=True)])

    def _align(self, tokens: NDArray[np.int64], memory: Tensors) -> NDArray[np.float32]:
        inputs = self._inputs(tokens, None, memory, asked=[0])
        (weights,) = self._fetch(self._decoder, ["alignment"], [], inputs)
        return np.asarray(weights.numpy())

    def attention(self, cache: Cache) -> NDArray[np.float32] | None:
        return None if cache.attention is None else np.concatenate(cache.attention, axis=2)

    def truncate(self, cache: Cache, length: int) -> Cache:
        kept = {name: np.ascontiguousarray(value.numpy()[:, :, :length]) for name, value in cache.tensors.items()}
        noted = self.attention(cache)
        return Cache(_values(kept), None if noted is None else (noted[:, :, :length],))

    def select(self, kept: Tensors | Cache, rows: NDArray[np.int64]) -> Tensors | Cache:
        if isinstance(kept, Cache):
            return Cache(_pick(kept.tensors, rows), None)
        return _pick(kept, rows)

    def _inputs(
        self,
        tokens: NDArray[np.int64],
        cache: Cache | None,
        memory: Tensors,
        bias: NDArray[np.float32] | None = None,
        asked: Sequence[int] | None = None,
    ) -> Tensors:
        past = {i.name: _empty(len(tokens), i.shape) for i in self._cached} if cache is None else cache.tensors
        given = onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(tokens))
        biased = self._no_bias if bias is None else onnxruntime.OrtValue.ortvalue_from_numpy(bias)
        places = np.array(range(tokens.shape[1]) if asked is None else asked, np.int64)
        wanted = onnxruntime.OrtValue.ortvalue_from_numpy(places)
        return {"tokens": given, "asked": wanted, "bias": biased, **past, **memory}


def _values(arrays: dict[str, NDArray[Any]]) -> Tensors:
    return {name: onnxruntime.OrtValue.ortvalue_from_numpy(array) for name, array in arrays.items()}


def _pick(tensors: Tensors, rows: NDArray[np.int64]) -> Tensors:
    return _values({name: value.numpy()[rows] for name, value in tensors.items()})


def _empty(batch: int, shape: list[Any]) -> onnxruntime.OrtValue:
    return onnxruntime.OrtValue.ortvalue_from_numpy(np.zeros((batch, shape[1], 0, shape[3]), np.float32))


def _let_go_of_mapped(folder: Path) -> None:
    """Gives back the pages of mapped weights that were read once, to be packed (on Linux; elsewhere the system does).

    What is still mapped is the token embedding: rows that a token needs come again from the file.
    """
    maps = Path("/proc/self/maps")
    if not maps.is_file():
        return
    library = ctypes.CDLL(None)
    within = f"{folder.resolve()}{os.sep}"
    for line in maps.read_text(errors="replace").splitlines():
        span, _, _, _, _, *name = line.split(maxsplit=5)
        if name and name[0].startswith(within):
            start, end = (int(address, 16) for address in span.split("-"))
            library.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _MADV_DONTNEED)


def own_threads(processors: int) -> int:
    """How many threads serve best on a machine that counts so many processors; 0 lets onnxruntime count the cores.

    Where there are many, two of them usually share a core, and a decoder step is too short for more than eight.
    """
    return 0 if processors <= _MOST_THREADS else min(_MOST_THREADS, processors // 2)


def _load(path: Path, device: str, threads: int | None) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or own_threads(os.cpu_count() or 1)
    options.inter_op_num_threads = 1
    # waiting threads sleep: spinning ones take the cores from the recorder and the window, and from each other
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # lengths differ from call to call; a plan of the memory for each would be kept and never serve again
    options.enable_mem_pattern = False
    options.log_severity_level = 3 if device == "cpu" else 4  # they are raised as exceptions as well
    try:
        return open_session(str(path), device, options, disabled_optimizers=_SLOW_FUSIONS)
    except ModelError:
        raise
    except Exception as error:  # onnxruntime's exceptions share no base class
        if device != "cpu" and path.is_file():
            raise unusable(device) from error
        raise ModelError(
            f"The model's {path.name} is missing or damaged",
            "Check it with: otoscribe models verify, and fetch it again with: otoscribe models pull NAME.",
        ) from error
