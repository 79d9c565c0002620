"""At which places an encoder keeps what it needs everywhere: `speech.context.sparse`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from adaptation.augmentation import Samples
from adaptation.training.network import Network
from speech.audio import SAMPLE_RATE_HZ
from speech.context import POSITIONS_PER_S
from speech.features import log_mel

_HEARD_S = 0.5
_BESIDE_S = 0.4  # of silence behind it, which still sounds of it
_TIMES = 2.0  # the usual size


def find_registers(network: Network, sounds: Sequence[Samples], mels: int) -> tuple[int, ...]:
    """Places in the silence behind the first half second of the sounds at which the encoder's last layer leaves states
    at least twice as large as the median, the largest first. They are the same whatever is said before."""
    sizes = torch.stack([_sizes(network, sound[: int(_HEARD_S * SAMPLE_RATE_HZ)], mels) for sound in sounds])
    usual = sizes.median(dim=0).values
    usual[: int((_HEARD_S + _BESIDE_S) * POSITIONS_PER_S)] = 0.0
    order = torch.argsort(usual, descending=True)
    return tuple(int(place) for place in order if usual[place] > _TIMES)


def _sizes(network: Network, sound: Samples, mels: int) -> Tensor:
    """float[1500], of the last layer's states, as multiples of their median."""
    found: list[Tensor] = []

    def note(module: nn.Module, arguments: Any, output: Any) -> None:
        states = output[0] if isinstance(output, tuple) else output
        found.append(states[0].norm(dim=-1))

    hook = network.whisper.model.encoder.layers[-1].register_forward_hook(note)
    try:
        with torch.no_grad():
            network.encode(torch.from_numpy(log_mel(sound, mels)).to(next(network.parameters()).device))
    finally:
        hook.remove()
    return found[0] / found[0].median()
