"""The student on torch with transformers' modelling code: CUDA, and the reference that the ONNX graphs are held to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from speech.errors import ModelError
from speech.graph import alignment_heads
from speech.weights import read_checkpoint

try:
    import torch
    from transformers import EncoderDecoderCache, WhisperForConditionalGeneration
except ImportError as error:
    raise ModelError(
        "The torch backend needs torch and transformers",
        'Install them with: pip install "otoscribe[adaptation]", or use --backend onnx.',
    ) from error


class TorchBackend:
    """Implements `speech.backends.Backend`; a memory is the encoder's output, a cache transformers' own."""

    def __init__(self, checkpoint_folder: Path, *, device: str = "cpu", threads: int | None = None) -> None:
        """Loads the safetensors checkpoint. Raises ModelError when it is damaged or the device is not there."""
        there = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
        if device not in there:
            raise ModelError(
                f"torch offers no device {device!r} here", f"Use --device with one of: {', '.join(there)}."
            )
        if threads:
            torch.set_num_threads(threads)
        self.name = f"torch-{device}-{'fp16' if device == 'cuda' else 'fp32'}"
        self._device = device
        checkpoint = read_checkpoint(checkpoint_folder)
        self._heads = alignment_heads(checkpoint)
        self._model = WhisperForConditionalGeneration.from_pretrained(
            checkpoint_folder, attn_implementation="eager", dtype=torch.float16 if device == "cuda" else torch.float32
        ).to(device)
        self._model.eval()

    def encode(self, mel: NDArray[np.float32]) -> Any:
        encoder = self._model.get_encoder()
        source = torch.from_numpy(mel).to(self._device, self._model.dtype)
        with torch.inference_mode():
            hidden = torch.nn.functional.gelu(encoder.conv1(source))
            hidden = torch.nn.functional.gelu(encoder.conv2(hidden)).permute(0, 2, 1)
            # transformers insists on 30 s of context; the layers themselves do not
            hidden = hidden + encoder.embed_positions.weight[: hidden.shape[1]]
            for layer in encoder.layers:
                output = layer(hidden, None)
                hidden = output[0] if isinstance(output, tuple) else output
            return encoder.layer_norm(hidden)

    def step(self, tokens: NDArray[np.int64], cache: Any | None, memory: Any) -> tuple[NDArray[np.float32], Any]:
        # transformers grows its cache in place; callers may go on from the shorter one
        past = EncoderDecoderCache(cache) if cache is not None else None
        memory = memory.expand(len(tokens), -1, -1)
        with torch.inference_mode():
            output = self._model.model.decoder(
                input_ids=torch.from_numpy(tokens).to(self._device),
                encoder_hidden_states=memory,
                past_key_values=past,
                use_cache=True,
            )
            logits = self._model.proj_out(output.last_hidden_state).float().cpu().numpy()
        return logits, _freeze(output.past_key_values)

    def choose(
        self, tokens: NDArray[np.int64], cache: Any | None, memory: Any, bias: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], Any]:
        logits, longer = self.step(tokens, cache, memory)
        scores = torch.log_softmax(torch.from_numpy(logits + bias), dim=-1)
        best = scores.max(dim=-1)
        return best.indices.numpy(), best.values.numpy(), longer

    def align(self, tokens: NDArray[np.int64], memory: Any) -> NDArray[np.float32]:
        with torch.inference_mode():
            output = self._model.model.decoder(
                input_ids=torch.from_numpy(tokens).to(self._device),
                encoder_hidden_states=memory,
                output_attentions=True,
                use_cache=False,
            )
            weights = [output.cross_attentions[layer][:, head] for layer, head in self._heads]
            return np.asarray(torch.stack(weights, 1).float().cpu().numpy())

    def select(self, kept: Any, rows: NDArray[np.int64]) -> Any:
        index = torch.from_numpy(rows).to(self._device)
        if isinstance(kept, torch.Tensor):
            return kept[index]
        return tuple(tuple(tensor[index] for tensor in layer) for layer in kept)


def _freeze(cache: Any) -> Any:
    """A transformers cache as plain tuples (self key, self value, cross key, cross value) by layer."""
    pairs = zip(cache.self_attention_cache.layers, cache.cross_attention_cache.layers, strict=True)
    return tuple((own.keys, own.values, cross.keys, cross.values) for own, cross in pairs)
