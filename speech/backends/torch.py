"""The student on torch: on CUDA with a captured graph per token, on the CPU as training's reference.

The layers are written out here on plain tensors (after the architecture in Radford et al. 2022, as transformers'
modelling code has it, to which a test holds them). A cache is a place in preallocated keys and values: what follows it
is written behind it, in place, and whoever goes on from a shorter cache gets a copy, so that no caller sees a change.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from speech.backends import CANDIDATES
from speech.context import Context, whole
from speech.errors import ModelError
from speech.graph import alignment_heads
from speech.quantization import quantize_per_channel
from speech.weights import Checkpoint, read_checkpoint

try:
    import torch
    from torch import Tensor
    from torch.nn import functional
except ImportError as error:
    raise ModelError(
        "The torch backend needs torch", 'Install it with: pip install "otoscribe[adaptation]", or use --backend onnx.'
    ) from error

TorchPrecision = Literal["fp32", "fp16", "bf16", "int8"]

_CONTEXT_STEP = 384  # contexts are filled up to a multiple, so that few graphs serve all lengths; a quarter of 30 s
_SPARE_WORKSPACES = 4
_TENSOR_CORES = (7, 0)  # the first compute capability that multiplies float16 faster than float32 everywhere
_INTEGER_ROWS = 16  # torch._int_mm on CUDA wants more rows than that, and sizes that are multiples of 8
_WARM_UPS = 3
_TYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


class TorchBackend:
    """Implements `speech.backends.Backend`; a memory is the encoder's output, a cache a place in a workspace."""

    failures: tuple[type[Exception], ...] = (RuntimeError,)  # torch's own of the device and its memory are such

    def __init__(
        self,
        checkpoint_folder: Path,
        *,
        device: str = "cpu",
        precision: TorchPrecision | None = None,
        threads: int | None = None,
    ) -> None:
        """Loads the safetensors checkpoint. Raises ModelError when it is damaged or the device is not there.

        Without `precision` it is fp32 on the CPU and fp16 on cards with tensor cores; "int8" keeps the matrices in
        int8, one scale a row, beside the device's own precision.
        """
        place = require_device(device)
        if threads:
            torch.set_num_threads(threads)
        self._start(read_checkpoint(checkpoint_folder), place, precision)

    @classmethod
    def of(cls, checkpoint: Checkpoint, device: torch.device, precision: TorchPrecision | None = None) -> TorchBackend:
        """The backend of weights that are in memory already, on any device that torch has."""
        backend = cls.__new__(cls)
        backend._start(checkpoint, device, precision)
        return backend

    def _start(self, checkpoint: Checkpoint, device: torch.device, precision: TorchPrecision | None) -> None:
        if device.type == "cuda":
            torch.backends.cuda.enable_cudnn_sdp(False)  # it plans anew for each length of sound, which takes 0.1 s
        own = best_precision(device)
        self.name = f"torch-{device.type}-{precision or own}"
        self._device = device
        dtype = _TYPES[own if precision in (None, "int8") else precision]
        with torch.inference_mode():
            self._network = _Network(checkpoint, _Place(device, dtype, quantized=precision == "int8"))
        self.vocabulary: int = checkpoint.config["vocab_size"]
        self._workspaces: list[_Workspace] = []
        self._bias = (np.empty(0, np.float32), torch.empty(0))

    def encode(self, mel: NDArray[np.float32], context: Context | None = None, kept: None = None) -> _Memory:
        context = context or whole(mel.shape[2] // 2)
        rows, places = (torch.from_numpy(each).to(self._device) for each in (context.rows, context.places))
        with torch.inference_mode():
            counts = torch.from_numpy(context.log_counts).to(self._device, self._network.dtype)
            features = torch.from_numpy(mel).to(self._device, self._network.dtype)
            return _Memory(self._network.encode(features, rows, places, counts), counts)

    def keep(self, mel: NDArray[np.float32], context: Context, kept: None, positions: int) -> None:
        """Nothing: a card reads all of it in milliseconds."""

    def step(
        self, tokens: NDArray[np.int64], cache: _Cache | None, memory: _Memory, asked: Sequence[int] | None = None
    ) -> tuple[NDArray[np.float32], _Cache]:
        with torch.inference_mode():
            logits, longer = self._read(tokens, cache, memory)
            return (logits if asked is None else logits[:, asked]).cpu().numpy(), longer

    def choose(
        self, tokens: NDArray[np.int64], cache: _Cache | None, memory: _Memory, bias: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], _Cache]:
        with torch.inference_mode():
            logits, longer = self._read(tokens, cache, memory)
            best = torch.log_softmax(logits + self._held(bias), dim=-1).topk(CANDIDATES, dim=-1)
            return best.indices.cpu().numpy(), best.values.cpu().numpy(), longer

    def attention(self, cache: _Cache) -> None:
        """Not noted: its kernels for attention keep no weights."""

    def truncate(self, cache: _Cache, length: int) -> _Cache:
        return _Cache(cache.text, length, cache.rows)

    def align(self, tokens: NDArray[np.int64], memory: _Memory) -> NDArray[np.float32]:
        with torch.inference_mode():
            workspace = self._take(len(tokens), memory)
            followed: dict[int, Tensor] = {}
            workspace.position.fill_(0)
            self._network.decode(torch.from_numpy(tokens).to(self._device), workspace, followed)
            weights = [followed[layer][:, head] for layer, head in self._network.alignment]
            return torch.stack(weights, 1)[..., : memory.hidden.shape[1]].cpu().numpy()

    def select(self, kept: _Memory | _Cache, rows: NDArray[np.int64]) -> _Memory | _Cache:
        with torch.inference_mode():
            index = torch.from_numpy(rows).to(self._device)
            if isinstance(kept, _Memory):
                return _Memory(kept.hidden[index], kept.log_counts)
            return _Cache(kept.text, kept.length, index if kept.rows is None else kept.rows[index])

    def _read(self, tokens: NDArray[np.int64], cache: _Cache | None, memory: _Memory) -> tuple[Tensor, _Cache]:
        """(logits[batch, n, vocabulary] in float32, valid until the next call; the longer cache)."""
        text = self._writable(len(tokens), cache, memory)
        if text.length + tokens.shape[1] > self._network.longest:
            raise ValueError(f"more than {self._network.longest} tokens")
        logits = text.workspace.read(self._network, torch.from_numpy(tokens), text.length)
        text.length += tokens.shape[1]
        return logits, _Cache(text, text.length)

    def _writable(self, rows: int, cache: _Cache | None, memory: _Memory) -> _Text:
        """A text that ends where the cache does: the cache's own while nobody went on from it, otherwise a copy."""
        if (
            cache is not None
            and cache.rows is None
            and cache.length == cache.text.length
            and cache.text.workspace.memory is memory
        ):
            return cache.text
        workspace = self._take(rows, memory)
        text = _Text(workspace)
        workspace.text = weakref.ref(text)
        if cache is not None:
            workspace.copy(cache)
            text.length = cache.length
        return text

    def _take(self, rows: int, memory: _Memory) -> _Workspace:
        """A workspace in which no text is alive, with the memory in it."""
        memories, context = memory.hidden.shape[:2]
        size = (rows, memories, -(-context // _CONTEXT_STEP) * _CONTEXT_STEP)
        free = [each for each in self._workspaces if each.is_free]
        fitting = [each for each in free if each.size == size]
        found = next((each for each in fitting if each.memory is memory), fitting[0] if fitting else None)
        if found is None:
            for each in free[: max(0, len(free) - _SPARE_WORKSPACES + 1)]:
                self._workspaces.remove(each)
            found = self._make(size)
        if found.memory is not memory:
            found.load(self._network, memory)
        return found

    def _make(self, size: tuple[int, int, int]) -> _Workspace:
        try:
            made = _Workspace(self._network, size)
        except torch.OutOfMemoryError:
            self._workspaces = [each for each in self._workspaces if not each.is_free]
            torch.cuda.empty_cache()
            made = _Workspace(self._network, size)
        self._workspaces.append(made)
        return made

    def _held(self, bias: NDArray[np.float32]) -> Tensor:
        """The bias on the device, sent there only when it differs from the one before."""
        if not np.array_equal(bias, self._bias[0]):
            self._bias = (bias.copy(), torch.from_numpy(bias).to(self._device))
        return self._bias[1]


def offered_devices() -> list[str]:
    """What torch can run on here, as --device names it."""
    return ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


def require_device(device: str) -> torch.device:
    """The device of that name; ModelError when torch does not offer it."""
    there = offered_devices()
    if device not in there:
        wanted = " CUDA needs NVIDIA's driver and the torch that suits it: pytorch.org/get-started."
        raise ModelError(
            f"torch offers no device {device!r} here",
            f"Use --device with one of: {', '.join(there)}.{wanted if device == 'cuda' else ''}",
        )
    return torch.device(device)


def best_precision(device: torch.device) -> Literal["fp32", "fp16"]:
    """fp16 on cards that multiply it faster; Whisper's weights were trained and are stored in it."""
    fast = device.type == "cuda" and torch.cuda.get_device_capability(device) >= _TENSOR_CORES
    return "fp16" if fast else "fp32"


@dataclass(frozen=True)
class _Memory:
    hidden: Tensor  # [batch, context, state]
    log_counts: Tensor  # [context]


class _Text:
    """What is being written in a workspace: its first `length` positions never change again."""

    def __init__(self, workspace: _Workspace) -> None:
        self.workspace = workspace
        self.length = 0


@dataclass(frozen=True)
class _Cache:
    """The first `length` positions of a text, or of some of its rows."""

    text: _Text
    length: int
    rows: Tensor | None = None


class _Workspace:
    """Keys and values at fixed addresses for one batch size and context, as a captured CUDA graph needs them."""

    def __init__(self, network: _Network, size: tuple[int, int, int]) -> None:
        self.size = size
        rows, memories, context = size
        self.keys, self.values = (network.empty_heads(rows, network.longest) for _ in range(2))
        self.cross_keys, self.cross_values = (network.empty_heads(memories, context) for _ in range(2))
        self.log_counts = torch.zeros(context, dtype=network.dtype, device=network.device)
        self.position = torch.zeros((), dtype=torch.int64, device=network.device)
        self.tokens = torch.zeros((rows, 1), dtype=torch.int64, device=network.device)
        self.memory: _Memory | None = None
        self.text: weakref.ref[_Text] | None = None
        self._graph: torch.cuda.CUDAGraph | None = None
        self._logits: Tensor | None = None

    @property
    def is_free(self) -> bool:
        return self.text is None or self.text() is None

    def load(self, network: _Network, memory: _Memory) -> None:
        """Computes the memory's keys and values into place."""
        self.memory = None  # until all of it is there
        context = memory.hidden.shape[1]
        for layer, (key, value) in enumerate(network.look(memory.hidden)):
            self.cross_keys[layer, :, :, :context] = key
            self.cross_values[layer, :, :, :context] = value
        self.log_counts.fill_(-torch.inf)
        self.log_counts[:context] = memory.log_counts
        self.memory = memory

    def copy(self, cache: _Cache) -> None:
        """Takes over the keys and values up to the cache's end."""
        source, rows = cache.text.workspace, slice(None) if cache.rows is None else cache.rows
        self.keys[:, :, :, : cache.length] = source.keys[:, rows, :, : cache.length]
        self.values[:, :, :, : cache.length] = source.values[:, rows, :, : cache.length]

    def read(self, network: _Network, tokens: Tensor, position: int) -> Tensor:
        """tokens[rows, n] from `position` on → logits[rows, n, vocabulary] in float32, valid until the next call."""
        self.position.fill_(position)
        if tokens.shape[1] > 1 or network.device.type != "cuda":
            return network.project(network.decode(tokens.to(network.device), self))
        self.tokens.copy_(tokens)
        if self._graph is None:
            self._capture(network)
        assert self._graph is not None and self._logits is not None
        self._graph.replay()
        return self._logits

    def _capture(self, network: _Network) -> None:
        """Records the step for one token (docs.pytorch.org, "CUDA semantics", section on CUDA graphs).

        The warm-ups and the capture write the same keys and values to the same place, so the text is not changed.
        """
        side = torch.cuda.Stream(network.device)  # type: ignore[no-untyped-call]
        side.wait_stream(torch.cuda.current_stream(network.device))
        with torch.cuda.stream(side):
            for _ in range(_WARM_UPS):
                network.project(network.decode(self.tokens, self))
        torch.cuda.current_stream(network.device).wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self._logits = network.project(network.decode(self.tokens, self))
        self._graph = graph


@dataclass(frozen=True)
class _Place:
    """Where weights lie and in which form; `quantized` keeps matrices in int8."""

    device: torch.device
    dtype: torch.dtype
    quantized: bool

    def put(self, array: NDArray[np.float32]) -> Tensor:
        return torch.from_numpy(np.array(array)).to(self.device, self.dtype)


class _Matrix:
    """matrix[n, k], as it is or in int8 with a scale per row, the form that the ONNX graphs hold."""

    def __init__(self, matrix: NDArray[np.float32], place: _Place) -> None:
        self._scale: Tensor | None = None
        if place.quantized:
            parts = quantize_per_channel(matrix)
            centred = (parts.values.astype(np.int16) - parts.zero_points[:, None].astype(np.int16)).astype(np.int8)
            self._values = torch.from_numpy(centred).to(place.device)
            self._scale = place.put(parts.scales)
        else:
            self._values = place.put(matrix)

    def rows(self, index: Tensor) -> Tensor:
        """The rows at index[...] → [..., k]."""
        values = functional.embedding(index, self._values)
        return values if self._scale is None else values * self._scale[index].unsqueeze(-1)

    def product(self, source: Tensor, bias: Tensor | None = None) -> Tensor:
        """source[..., k] · matrixᵀ (+ bias) → [..., n].

        Quantized, the matrix is restored for the product; where there are many rows the product itself is one of
        integers, each row of the source scaled by its largest value.
        """
        if self._scale is None:
            return functional.linear(source, self._values, bias)
        n, k = self._values.shape
        rows = source.reshape(-1, k)
        if len(rows) <= _INTEGER_ROWS or n % 8 or k % 8:
            return functional.linear(source, self._values * self._scale.unsqueeze(1), bias)
        size = rows.float().abs().amax(1, keepdim=True).clamp_min(1e-6) / 127
        level = (rows / size).round().to(torch.int8)
        product = (torch._int_mm(level, self._values.T) * size * self._scale).to(source.dtype)
        product = product if bias is None else product + bias
        return product.reshape(*source.shape[:-1], n)


class _Linear:
    """Projections side by side: source · Wᵀ + b."""

    def __init__(self, checkpoint: Checkpoint, names: list[str], place: _Place) -> None:
        matrices = [checkpoint.tensor(f"{name}.weight") for name in names]
        biases = [
            checkpoint.tensor(f"{name}.bias") if f"{name}.bias" in checkpoint.tensors else np.zeros(len(matrix))
            for name, matrix in zip(names, matrices, strict=True)
        ]
        self._matrix = _Matrix(np.concatenate(matrices), place)
        self._bias = place.put(np.concatenate(biases))

    def __call__(self, source: Tensor) -> Tensor:
        return self._matrix.product(source, self._bias)


class _Norm:
    def __init__(self, checkpoint: Checkpoint, name: str, place: _Place) -> None:
        self._weight, self._bias = (place.put(checkpoint.tensor(f"{name}.{part}")) for part in ("weight", "bias"))

    def __call__(self, source: Tensor) -> Tensor:
        return functional.layer_norm(source, self._bias.shape, self._weight, self._bias, 1e-5)


class _Layer:
    """What encoder and decoder layers have in common: self-attention's ends and the feed-forward part."""

    def __init__(self, checkpoint: Checkpoint, name: str, place: _Place) -> None:
        own = f"{name}.self_attn"
        self.norm = _Norm(checkpoint, f"{own}_layer_norm", place)
        self.projected = _Linear(checkpoint, [f"{own}.{part}_proj" for part in "qkv"], place)
        self.out = _Linear(checkpoint, [f"{own}.out_proj"], place)
        self._final_norm = _Norm(checkpoint, f"{name}.final_layer_norm", place)
        self._inner, self._outer = (_Linear(checkpoint, [f"{name}.{part}"], place) for part in ("fc1", "fc2"))

    def feed_forward(self, hidden: Tensor) -> Tensor:
        return hidden + self._outer(functional.gelu(self._inner(self._final_norm(hidden))))


class _DecoderLayer(_Layer):
    def __init__(self, checkpoint: Checkpoint, name: str, place: _Place) -> None:
        super().__init__(checkpoint, name, place)
        cross = f"{name}.encoder_attn"
        self.cross_norm = _Norm(checkpoint, f"{cross}_layer_norm", place)
        self.cross_query = _Linear(checkpoint, [f"{cross}.q_proj"], place)
        self.cross_look = _Linear(checkpoint, [f"{cross}.{part}_proj" for part in "kv"], place)
        self.cross_out = _Linear(checkpoint, [f"{cross}.out_proj"], place)


class _Network:
    """The weights and what is computed with them; holds no state of any utterance."""

    def __init__(self, checkpoint: Checkpoint, place: _Place) -> None:
        config = checkpoint.config
        self.device, self.dtype = place.device, place.dtype
        self.longest: int = config["max_target_positions"]
        self.alignment = alignment_heads(checkpoint)
        self._state: int = config["d_model"]
        self._encoder_heads, self._heads = (config[f"{side}_attention_heads"] for side in ("encoder", "decoder"))
        self._convolutions = [
            [place.put(checkpoint.tensor(f"model.encoder.{name}.{part}")) for part in ("weight", "bias")]
            for name in ("conv1", "conv2")
        ]
        sides = ("encoder", "decoder")
        self._encoder_positions, self._positions = (
            place.put(checkpoint.tensor(f"model.{side}.embed_positions.weight")) for side in sides
        )
        self._encoder_norm, self._norm = (_Norm(checkpoint, f"model.{side}.layer_norm", place) for side in sides)
        self._embedding = _Matrix(checkpoint.tensor("model.decoder.embed_tokens.weight"), place)
        self._encoder_layers = [
            _Layer(checkpoint, f"model.encoder.layers.{index}", place) for index in range(config["encoder_layers"])
        ]
        self._layers = [
            _DecoderLayer(checkpoint, f"model.decoder.layers.{index}", place)
            for index in range(config["decoder_layers"])
        ]

    def empty_heads(self, rows: int, length: int) -> Tensor:
        """Zeros [layers, rows, heads, length, 64]: what has not been written is hidden, but must be finite."""
        shape = (len(self._layers), rows, self._heads, length, self._state // self._heads)
        return torch.zeros(shape, dtype=self.dtype, device=self.device)

    def encode(self, mel: Tensor, rows: Tensor, places: Tensor, log_counts: Tensor) -> Tensor:
        """mel[batch, mels, frames] → [batch, context, state], of a `speech.context.Context`."""
        hidden = mel
        for (weight, bias), stride in zip(self._convolutions, (1, 2), strict=True):
            hidden = functional.gelu(functional.conv1d(hidden, weight, bias, stride=stride, padding=1))
        hidden = hidden.transpose(1, 2)
        hidden = hidden[:, rows] + self._encoder_positions[places]
        # without one the fused attention without a mask can be taken
        mask = log_counts.expand(len(rows), -1) if log_counts.any() else None
        for layer in self._encoder_layers:
            parts = layer.projected(layer.norm(hidden)).chunk(3, -1)
            query, key, value = (_by_heads(part, self._encoder_heads) for part in parts)
            attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
            hidden = layer.feed_forward(hidden + layer.out(_together(attended)))
        return self._encoder_norm(hidden)

    def look(self, memory: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """By layer the keys and values [batch, heads, context, 64] of the encoder's output."""
        for layer in self._layers:
            key, value = layer.cross_look(memory).chunk(2, -1)
            yield _by_heads(key, self._heads), _by_heads(value, self._heads)

    def decode(self, tokens: Tensor, workspace: _Workspace, followed: dict[int, Tensor] | None = None) -> Tensor:
        """tokens[rows, n] from the workspace's position on → [rows, n, state]; writes their keys and values there.

        The position is a tensor and every shape is fixed by n, so that the work can be captured. `followed` gets the
        attention to the memory [rows, heads, n, context] of the layers that have alignment heads.
        """
        places = workspace.position + torch.arange(tokens.shape[1], device=self.device)
        seen = torch.arange(self.longest, device=self.device) <= places.unsqueeze(1)
        hidden = self._embedding.rows(tokens) + self._positions[places]
        for index, layer in enumerate(self._layers):
            parts = layer.projected(layer.norm(hidden)).chunk(3, -1)
            query, key, value = (_by_heads(part, self._heads) for part in parts)
            keys, values = workspace.keys[index], workspace.values[index]
            keys.index_copy_(2, places, key)
            values.index_copy_(2, places, value)
            attended = functional.scaled_dot_product_attention(query, keys, values, attn_mask=seen)
            hidden = hidden + layer.out(_together(attended))
            query = _by_heads(layer.cross_query(layer.cross_norm(hidden)), self._heads)
            keys, values = (
                side[index].expand(len(tokens), -1, -1, -1) for side in (workspace.cross_keys, workspace.cross_values)
            )
            attended = functional.scaled_dot_product_attention(
                query, keys, values, attn_mask=workspace.log_counts.expand(tokens.shape[1], -1)
            )
            if followed is not None and any(at == index for at, _ in self.alignment):
                scores = (query @ keys.mT).float() * query.shape[-1] ** -0.5
                followed[index] = (scores + workspace.log_counts).softmax(-1)
            hidden = layer.feed_forward(hidden + layer.cross_out(_together(attended)))
        return self._norm(hidden)

    def project(self, hidden: Tensor) -> Tensor:
        """[..., state] → logits [..., vocabulary] in float32."""
        return self._embedding.product(hidden).float()


def _by_heads(source: Tensor, heads: int) -> Tensor:
    """[batch, length, state] as [batch, heads, length, 64]."""
    return source.reshape(*source.shape[:2], heads, -1).transpose(1, 2)


def _together(source: Tensor) -> Tensor:
    return source.transpose(1, 2).flatten(2)
