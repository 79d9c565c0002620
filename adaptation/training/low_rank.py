"""A network that learns low-rank changes of its matrices (LoRA, Hu et al. 2021) and nothing else."""

from __future__ import annotations

import numpy as np
import peft
import torch
from numpy.typing import NDArray
from peft.tuners.lora import LoraLayer

from adaptation.training.network import Network
from speech.weights import Checkpoint

_DOWN, _UP = ".lora_A.default.weight", ".lora_B.default.weight"


class LowRankNetwork(Network):
    """The checkpoint's network with a change of `rank` beside each matrix whose name matches the expression
    `matrices`; the same for the same seed."""

    def __init__(self, checkpoint: Checkpoint, rank: int, matrices: str, seed: int) -> None:
        super().__init__(checkpoint)
        torch.manual_seed(seed)
        self.requires_grad_(False)
        peft.inject_adapter_in_model(peft.LoraConfig(r=rank, lora_alpha=rank, target_modules=matrices), self.whisper)

    def set_strength(self, strength: float) -> None:
        """How much of the change counts; 1 is what was trained."""
        for module in self.modules():
            if isinstance(module, LoraLayer):
                module.set_scale("default", strength)

    def changes(self, strength: float = 1.0) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """(up, down) of every changed matrix by its name in the checkpoint, the change made that strong."""
        parameters = dict(self.whisper.named_parameters())
        found = {}
        for name, down in parameters.items():
            if name.endswith(_DOWN):
                up = parameters[name.removesuffix(_DOWN) + _UP]
                pair = strength * up.detach().float().cpu().numpy(), down.detach().float().cpu().numpy()
                found[f"{name.removesuffix(_DOWN)}.weight"] = pair
        return found
