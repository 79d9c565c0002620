"""A Whisper checkpoint as a torch module that can be trained on audio of any length."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import WhisperConfig, WhisperForConditionalGeneration

from speech.context import Context, whole
from speech.weights import Checkpoint

_WITHOUT_GENERATION = {"pad_token_id": None, "bos_token_id": None, "eos_token_id": None, "decoder_start_token_id": 0}
_UNSTORED = "proj_out.weight"  # tied to the token embedding


class Network(nn.Module):
    """transformers' Whisper whose encoder takes fewer than 30 s, and whose decoder layers can be faded out.

    `fading` holds a factor for each decoder layer: 1 leaves it as it is, 0 takes it out of the sum.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        super().__init__()
        self.template = checkpoint
        config = WhisperConfig(**{**checkpoint.config, **_WITHOUT_GENERATION})
        self.whisper = WhisperForConditionalGeneration(config)
        state = {name: torch.from_numpy(np.asarray(array, np.float32)) for name, array in checkpoint.tensors.items()}
        self.whisper.load_state_dict({**state, _UNSTORED: state["model.decoder.embed_tokens.weight"]})
        self.whisper.tie_weights()
        self.fading = [1.0] * checkpoint.config["decoder_layers"]
        for index, layer in enumerate(self.whisper.model.decoder.layers):
            layer.register_forward_hook(self._fade(index))
            layer.encoder_attn.register_forward_pre_hook(self._count, with_kwargs=True)
        self._log_counts: Tensor | None = None

    def encode(self, mel: Tensor, context: Context | None = None) -> Tensor:
        """mel[batch, mels, frames], frames even and at most 3000 → memory[batch, context, state]; without a context,
        that of the whole mel."""
        context = context or whole(mel.shape[2] // 2)
        rows, places, counts = (torch.from_numpy(each).to(mel.device) for each in vars(context).values())
        encoder = self.whisper.model.encoder
        hidden = functional.gelu(encoder.conv1(mel))
        hidden = functional.gelu(encoder.conv2(hidden)).permute(0, 2, 1)
        hidden = hidden[:, rows] + encoder.embed_positions.weight[places]
        mask = counts.to(hidden.dtype).expand(1, 1, len(rows), -1) if counts.any() else None
        for layer in encoder.layers:
            hidden = _first(layer(hidden, mask))
        normal: Tensor = encoder.layer_norm(hidden)
        return normal

    def decode(self, tokens: Tensor, memory: Tensor, log_counts: Tensor | None = None) -> Tensor:
        """tokens[batch, n], each read with those before it → hidden[batch, n, state] after the last normalisation.

        `log_counts`[batch, context] are those of the memory's `speech.context.Context`.
        """
        self._log_counts = log_counts
        output = self.whisper.model.decoder(input_ids=tokens, encoder_hidden_states=memory, use_cache=False)
        hidden: Tensor = output.last_hidden_state
        return hidden

    def project(self, hidden: Tensor) -> Tensor:
        """hidden[..., state] → logits[..., vocabulary]."""
        return functional.linear(hidden, self.whisper.model.decoder.embed_tokens.weight)

    def checkpoint(self) -> Checkpoint:
        """The weights as they are now, layers that have faded to nothing left out."""
        kept = [index for index, factor in enumerate(self.fading) if factor > 0.0]
        state = {name: tensor.detach().cpu().numpy() for name, tensor in self.whisper.state_dict().items()}
        state.pop(_UNSTORED)
        return keep_decoder_layers(replace(self.template, tensors=state), kept)

    def teach_encoder_alone(self) -> None:
        """From now on only what makes a memory of sound learns."""
        self.requires_grad_(False)
        encoder = self.whisper.model.encoder
        for part in (encoder.conv1, encoder.conv2, encoder.layers, encoder.layer_norm):
            part.requires_grad_(True)

    def teach_decoder_alone(self) -> None:
        """From now on only what makes text of a memory learns: the decoder's layers, not the words' embeddings."""
        self.requires_grad_(False)
        decoder = self.whisper.model.decoder
        for part in (decoder.layers, decoder.layer_norm):
            part.requires_grad_(True)

    def _count(self, module: nn.Module, arguments: Any, named: dict[str, Any]) -> Any:
        """transformers' decoder hands its cross-attention no mask."""
        if self._log_counts is None:
            return None
        hidden = arguments[0] if arguments else named["hidden_states"]
        mask = self._log_counts[:, None, None, :].to(hidden.dtype)
        return arguments, {**named, "attention_mask": mask.expand(-1, 1, hidden.shape[1], -1)}

    def _fade(self, index: int) -> Any:
        def hook(module: nn.Module, arguments: Any, output: Any) -> Any:
            factor = self.fading[index]
            if factor == 1.0:
                return None
            before, after = arguments[0], _first(output)
            faded = before + factor * (after - before)
            return (faded, *output[1:]) if isinstance(output, tuple) else faded

        return hook


def keep_decoder_layers(checkpoint: Checkpoint, kept: list[int]) -> Checkpoint:
    """The checkpoint with only these decoder layers, numbered anew in that order."""
    prefix = "model.decoder.layers."
    tensors = {name: array for name, array in checkpoint.tensors.items() if not name.startswith(prefix)}
    for new, old in enumerate(kept):
        for name, array in checkpoint.tensors.items():
            if name.startswith(f"{prefix}{old}."):
                tensors[name.replace(f"{prefix}{old}.", f"{prefix}{new}.", 1)] = array
    heads = checkpoint.generation.get("alignment_heads") or []
    moved = [[kept.index(layer), head] for layer, head in heads if layer in kept]
    generation = {**checkpoint.generation, "alignment_heads": moved} if heads else checkpoint.generation
    config = {**checkpoint.config, "decoder_layers": len(kept)}
    return replace(checkpoint, config=config, generation=generation, tensors=tensors)


def _first(output: Any) -> Any:
    return output[0] if isinstance(output, tuple) else output
