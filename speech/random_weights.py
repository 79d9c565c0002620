"""Whispers of any shape with random weights: for trying devices and measuring speed, where no text is wanted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from speech.weights import Checkpoint, expected_shapes

_HEAD = 64


def random_checkpoint(
    state: int, encoder_layers: int, decoder_layers: int, *, mels: int = 80, vocabulary: int = 51865, seed: int = 0
) -> Checkpoint:
    """A checkpoint without tokenizer, `state` wide (a multiple of 64), heads of 64, feed-forward four times as wide."""
    config = {
        "model_type": "whisper",
        "d_model": state,
        "encoder_layers": encoder_layers,
        "decoder_layers": decoder_layers,
        "encoder_attention_heads": state // _HEAD,
        "decoder_attention_heads": state // _HEAD,
        "encoder_ffn_dim": 4 * state,
        "decoder_ffn_dim": 4 * state,
        "num_mel_bins": mels,
        "vocab_size": vocabulary,
        "max_source_positions": 1500,
        "max_target_positions": 448,
    }
    random = np.random.default_rng(seed)

    def draw(name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
        if name.endswith("norm.weight"):
            return np.ones(shape, np.float32)
        values = random.standard_normal(shape, np.float32)
        values *= 2.0 / np.sqrt(shape[-1]) if len(shape) > 1 else 0.02
        return values

    return Checkpoint(config, {}, {name: draw(name, shape) for name, shape in expected_shapes(config)}, "")
