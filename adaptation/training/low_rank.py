"""A network that learns low-rank changes of its matrices (LoRA, Hu et al. 2021) and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import peft
import torch
from numpy.typing import NDArray
from peft.tuners.lora import LoraLayer

from adaptation.training.network import Network
from speech.weights import Checkpoint

_OF_DECODER = r".*decoder\.layers\..*"


class LowRankNetwork(Network):
    """The checkpoint's network with a change of `rank` beside each of its layers' `matrices`, those of the decoder
    scaled by `decoder`, so that they learn that much more slowly; the same for the same seed."""

    def __init__(self, checkpoint: Checkpoint, matrices: Sequence[str], rank: int, decoder: float, seed: int) -> None:
        super().__init__(checkpoint)
        torch.manual_seed(seed)
        self.requires_grad_(False)
        scales = {_OF_DECODER: decoder * rank}
        chosen = rf".*layers\.\d+\..*({'|'.join(matrices)})"
        config = peft.LoraConfig(r=rank, lora_alpha=rank, alpha_pattern=scales, target_modules=chosen)
        peft.inject_adapter_in_model(config, self.whisper)

    def set_strength(self, strength: float) -> None:
        """How much of the change counts; 1 is what was trained."""
        for _, layer in self._layers():
            layer.set_scale("default", strength)

    def changes(self, strength: float = 1.0) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """(up, down) of every changed matrix by its name in the checkpoint, the change made that strong."""
        found = {}
        for name, layer in self._layers():
            up, down = layer.lora_B["default"].weight, layer.lora_A["default"].weight
            scale = strength * layer.lora_alpha["default"] / layer.r["default"]
            found[f"{name}.weight"] = scale * _array(up), _array(down)
        return found

    def _layers(self) -> Iterator[tuple[str, LoraLayer]]:
        return ((name, each) for name, each in self.whisper.named_modules() if isinstance(each, LoraLayer))


def _array(weight: Any) -> NDArray[np.float32]:
    numbers: NDArray[np.float32] = weight.detach().float().cpu().numpy()
    return numbers
