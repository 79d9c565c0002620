"""At which places an encoder keeps what it needs everywhere: `speech.context.sparse`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from adaptation.training.network import Network
from speech.audio import SAMPLE_RATE_HZ
from speech.context import POSITIONS_PER_S
from speech.features import log_mel

_HEARD_S = 0.5
_BESIDE_S = 0.4  # of silence behind it, which still sounds of it
_LOUDNESS = 0.05
_TIMES = 2.0  # the usual size


def find_registers(network: Network, mels: int) -> tuple[int, ...]:
    """Places in the silence up to 30 s behind half a second of noise at which the encoder's last layer leaves states
    more than twice as large as the median, the largest first. Behind speech they are the same."""
    noise = np.random.default_rng(0).normal(0, _LOUDNESS, int(_HEARD_S * SAMPLE_RATE_HZ)).astype(np.float32)
    sizes = _sizes(network, log_mel(noise, mels))
    sizes[: int((_HEARD_S + _BESIDE_S) * POSITIONS_PER_S)] = 0.0
    order = torch.argsort(sizes, descending=True)
    return tuple(int(place) for place in order if sizes[place] > _TIMES)


def _sizes(network: Network, mel: NDArray[np.float32]) -> Tensor:
    """float[1500], of the last layer's states, as multiples of their median."""
    found: list[Tensor] = []

    def note(module: nn.Module, arguments: Any, output: Any) -> None:
        states = output[0] if isinstance(output, tuple) else output
        found.append(states[0].norm(dim=-1))

    hook = network.whisper.model.encoder.layers[-1].register_forward_hook(note)
    try:
        with torch.no_grad():
            network.encode(torch.from_numpy(mel))
    finally:
        hook.remove()
    return found[0] / found[0].median()
