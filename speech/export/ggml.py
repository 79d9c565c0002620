"""whisper.cpp's model file, in its first form, which all of its versions read.

Layout after whisper.cpp's models/convert-h5-to-ggml.py (MIT), little-endian: magic, eleven sizes, the mel filters, the
ordinary tokens as bytes, then each tensor as rank, length of its name, type, dimensions from the last to the first,
name, numbers. Matrices are float16, vectors and positions float32.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from speech.export.tokens import ordinary_tokens
from speech.features import mel_filters
from speech.weights import Checkpoint

_MAGIC = 0x67676D6C
_FLOAT32, _FLOAT16 = 0, 1
_NAMES = {
    "self_attn.q_proj": "attn.query",
    "self_attn.k_proj": "attn.key",
    "self_attn.v_proj": "attn.value",
    "self_attn.out_proj": "attn.out",
    "self_attn_layer_norm": "attn_ln",
    "encoder_attn.q_proj": "cross_attn.query",
    "encoder_attn.k_proj": "cross_attn.key",
    "encoder_attn.v_proj": "cross_attn.value",
    "encoder_attn.out_proj": "cross_attn.out",
    "encoder_attn_layer_norm": "cross_attn_ln",
    "fc1": "mlp.0",
    "fc2": "mlp.2",
    "final_layer_norm": "mlp_ln",
}
_OUTER_NAMES = {
    "encoder.embed_positions.weight": "encoder.positional_embedding",
    "decoder.embed_positions.weight": "decoder.positional_embedding",
    "decoder.embed_tokens.weight": "decoder.token_embedding.weight",
    "encoder.layer_norm.weight": "encoder.ln_post.weight",
    "encoder.layer_norm.bias": "encoder.ln_post.bias",
    "decoder.layer_norm.weight": "decoder.ln.weight",
    "decoder.layer_norm.bias": "decoder.ln.bias",
}


def write_ggml(checkpoint: Checkpoint, path: Path) -> None:
    """Writes the file. ModelError when the vocabulary is not Whisper's; OSError when the disk refuses."""
    with path.open("wb") as file:
        _write_sizes(checkpoint, file)
        filters = mel_filters(checkpoint.config["num_mel_bins"])
        file.write(struct.pack("<2i", *filters.shape) + filters.astype("<f4").tobytes())
        tokens = ordinary_tokens(checkpoint)
        file.write(struct.pack("<i", len(tokens)))
        for token in tokens:
            file.write(struct.pack("<i", len(token)) + token)
        for name in checkpoint.tensors:
            _write_tensor(_rename(name), checkpoint.tensor(name), file)


def _write_sizes(checkpoint: Checkpoint, file: BinaryIO) -> None:
    config = checkpoint.config
    sizes = (
        config["vocab_size"],
        config["max_source_positions"],
        config["d_model"],
        config["encoder_attention_heads"],
        config["encoder_layers"],
        config["max_target_positions"],
        config["d_model"],
        config["decoder_attention_heads"],
        config["decoder_layers"],
        config["num_mel_bins"],
        _FLOAT16,
    )
    file.write(struct.pack("<12i", _MAGIC, *sizes))


def _rename(name: str) -> str:
    """model.decoder.layers.3.encoder_attn.q_proj.bias → decoder.blocks.3.cross_attn.query.bias"""
    inner = name.removeprefix("model.")
    side, group, *path = inner.split(".")
    if group != "layers":
        return _OUTER_NAMES.get(inner, inner)
    layer, *part, kind = path
    return f"{side}.blocks.{layer}.{_NAMES['.'.join(part)]}.{kind}"


def _write_tensor(name: str, array: NDArray[np.float32], file: BinaryIO) -> None:
    if name in ("encoder.conv1.bias", "encoder.conv2.bias"):
        array = array[:, None]  # whisper.cpp adds them to whole frames
    is_exact = 1 in (array.ndim, array.shape[-1]) or name.endswith("positional_embedding")
    numbers: NDArray[Any] = array.astype("<f4" if is_exact else "<f2")
    encoded = name.encode()
    file.write(struct.pack("<3i", array.ndim, len(encoded), _FLOAT32 if is_exact else _FLOAT16))
    file.write(struct.pack(f"<{array.ndim}i", *reversed(array.shape)) + encoded + numbers.tobytes())
