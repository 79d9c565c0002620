"""The decoder's heads that tell when a word was said."""

from __future__ import annotations

from speech.errors import ModelError
from speech.weights import Checkpoint


def alignment_heads(checkpoint: Checkpoint) -> list[tuple[int, int]]:
    """(layer, head) pairs whose cross-attention follows the audio; the upper half's where none are listed."""
    layers, heads = checkpoint.config["decoder_layers"], checkpoint.config["decoder_attention_heads"]
    try:
        listed = {(int(layer), int(head)) for layer, head in checkpoint.generation.get("alignment_heads") or ()}
    except (TypeError, ValueError) as error:
        raise _misfit() from error
    if any(layer < 0 or not 0 <= head < heads for layer, head in listed):
        raise _misfit()
    # a distilled student has fewer layers than the teacher whose list it carries
    present = sorted((layer, head) for layer, head in listed if layer < layers)
    return present or [(layer, head) for layer in range(layers // 2, layers) for head in range(heads)]


def _misfit() -> ModelError:
    return ModelError(
        "The model's generation_config.json lists alignment heads that it does not have",
        "Remove the folder and fetch the model again with: otoscribe models pull NAME.",
    )
