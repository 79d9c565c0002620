"""The loop that all recipes share: losses, optimiser, schedule, and states that survive a kill."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor

from adaptation.training.assembly import assemble_ahead
from adaptation.training.batches import Batch, Batches, Example
from adaptation.training.curve import draw_curve, read_curve
from adaptation.training.gradients import Gradients
from adaptation.training.losses import LossWeights, mean_loss
from adaptation.training.network import Network
from adaptation.training.teacher import Teacher

STATE_FILE = "training.safetensors"
CURVE_FILE = "curve.jsonl"
PICTURE_FILE = "curve.svg"


@dataclass(frozen=True)
class LoopOptions:
    """Layers in `faded` lose their say over the first `fading_share` of the steps."""

    epochs: int = 4
    learning_rate: float = 2e-5
    warm_up: int = 50  # steps, a tenth of all at most
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    weights: LossWeights = field(default_factory=LossWeights)
    faded: tuple[int, ...] = ()
    fading_share: float = 0.6
    checkpoint_every_s: float = 120.0
    patience: int = 2  # epochs


@dataclass(frozen=True)
class Step:
    """Where the training is: after `step` of `steps`, with a smoothed loss and an estimate of the time to come."""

    step: int
    steps: int
    loss: float
    remaining_s: float


def train(
    network: Network,
    batches: Batches,
    folder: Path,
    options: LoopOptions,
    *,
    teacher: Teacher | None = None,
    held_out: Batches | None = None,
    device: torch.device | None = None,
    minutes: float | None = None,
    on_step: Callable[[Step], None] | None = None,
) -> None:
    """Trains what of the network requires gradients, in place. A training that was killed goes on from the last state
    in `folder`. With `held_out` examples it ends when `patience` epochs in a row did not lower their loss, and the
    network is left as it was after the best epoch; after as many `minutes` it ends with what it has. A batch that the
    memory does not hold is learned in parts. A `teacher` reads along.

    `curve.jsonl` in `folder` gets the losses, and `curve.svg` their picture. The same seed and data give the same run
    on the same machine.
    """
    folder.mkdir(parents=True, exist_ok=True)
    device = device or torch.device("cpu")
    _Training(network, batches, folder, options, teacher, held_out, device, minutes, on_step).run()


def _has_bfloat16(device: torch.device) -> bool:
    """Whether the device computes in bfloat16; one that imitates it takes many times as long as in float32."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    known = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return bool(known.get("avx512_bf16") or known.get("amx_bf16"))


class _Training:
    def __init__(
        self,
        network: Network,
        batches: Batches,
        folder: Path,
        options: LoopOptions,
        teacher: Teacher | None,
        held_out: Batches | None,
        device: torch.device,
        minutes: float | None,
        on_step: Callable[[Step], None] | None,
    ) -> None:
        self._network = network.to(device)
        self._until = time.monotonic() + minutes * 60 if minutes is not None else float("inf")
        self._held_out = held_out
        self._batches = batches
        self._folder = folder
        self._options = options
        self._device = device
        self._on_step = on_step
        if device.type == "cuda":
            torch.backends.cuda.enable_cudnn_sdp(False)  # it plans anew for each shape of a batch, which takes 0.5 s
        bfloat16 = _has_bfloat16(self._device)
        self._gradients = Gradients(self._network, options.weights, device, bfloat16=bfloat16, teacher=teacher)
        plain = [p for p in network.parameters() if p.requires_grad and p.ndim > 1]
        small = [p for p in network.parameters() if p.requires_grad and p.ndim <= 1]
        groups = [{"params": plain, "weight_decay": options.weight_decay}, {"params": small, "weight_decay": 0.0}]
        self._optimizer = torch.optim.AdamW(groups, lr=options.learning_rate, betas=(0.9, 0.98))
        self._parameters = plain + small
        self._epoch, self._in_epoch, self._step, self._average = 0, 0, 0, 0.0
        self._steps = self._resumed_at = 0
        self._best: tuple[float, dict[str, Tensor]] | None = None
        self._worse = 0  # epochs since the best
        self._saved = self._started = time.monotonic()

    def run(self) -> None:
        self._resume()
        self._network.train()
        while self._epoch < self._options.epochs:
            groups = self._batches.plan(self._epoch)
            self._steps = self._step - self._in_epoch + len(groups) * (self._options.epochs - self._epoch)
            ahead = assemble_ahead(self._batches, groups, self._epoch, self._in_epoch, self._device)
            for batch in ahead:
                if time.monotonic() > self._until:
                    break
                self._advance(groups[self._in_epoch], batch)
            self._epoch, self._in_epoch = self._epoch + 1, 0
            if self._held_out is not None and self._is_over(self._held_out):
                break
            if time.monotonic() > self._until:
                break
        if self._best is not None:
            self._network.load_state_dict(self._best[1], strict=False)
        for index in self._options.faded:
            self._network.fading[index] = 0.0
        self._network.eval()
        picture = draw_curve(read_curve(self._folder / CURVE_FILE), "Loss while training")
        (self._folder / PICTURE_FILE).write_text(picture, encoding="utf-8")

    def _advance(self, group: list[Example], whole: Batch) -> None:
        self._schedule()
        began, number = time.monotonic(), self._in_epoch
        value = self._gradients.add(
            group,
            lambda part: whole if len(part) == len(group) else self._batches.assemble(part, self._epoch, number),
        )
        torch.nn.utils.clip_grad_norm_(self._parameters, self._options.clip_norm)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self._step += 1
        self._in_epoch += 1
        self._average = value if self._step == 1 else 0.98 * self._average + 0.02 * value
        self._tell(value, time.monotonic() - began)
        if time.monotonic() - self._saved > self._options.checkpoint_every_s:
            self._save()

    def _is_over(self, held_out: Batches) -> bool:
        """Measures the held-out loss, keeps the best weights, and says whether it has risen for too long."""
        self._network.eval()
        with torch.no_grad():
            loss = mean_loss(self._network, held_out, self._options.weights, self._device)
        self._network.train()
        with (self._folder / CURVE_FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": self._step, "held_out_loss": round(loss, 4)}) + "\n")
        if self._best is None or loss < self._best[0]:
            learned = {n: p.detach().clone() for n, p in self._network.named_parameters() if p.requires_grad}
            self._best, self._worse = (loss, learned), 0
        else:
            self._worse += 1
        return self._worse >= self._options.patience

    def _schedule(self) -> None:
        """Linear warm-up, then a cosine to zero."""
        warm = min(1.0, (self._step + 1) / max(1.0, min(self._options.warm_up, self._steps / 10)))
        share = min(1.0, self._step / max(1, self._steps))
        rate = self._options.learning_rate * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * share)))
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        faded = max(0.0, 1.0 - share / self._options.fading_share)
        for index in self._options.faded:
            self._network.fading[index] = faded

    def _tell(self, loss: float, took_s: float) -> None:
        with (self._folder / CURVE_FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": self._step, "loss": round(loss, 4), "took_s": round(took_s, 2)}) + "\n")
        if self._on_step is not None:
            per_step = (time.monotonic() - self._started) / (self._step - self._resumed_at)
            self._on_step(Step(self._step, self._steps, self._average, per_step * (self._steps - self._step)))

    def _save(self) -> None:
        """Weights, the best so far, and optimiser in one file that replaces the one before when it is whole."""
        tensors = {
            f"network.{name}": tensor for name, tensor in self._network.state_dict().items() if "proj_out" not in name
        }
        for index, parameter in enumerate(self._parameters):
            for name, tensor in self._optimizer.state.get(parameter, {}).items():
                tensors[f"optimizer.{index}.{name}"] = tensor
        where: dict[str, float] = {"epoch": self._epoch, "in_epoch": self._in_epoch, "step": self._step}
        where |= {"average": self._average, "worse": self._worse}
        if self._best is not None:
            where["best_loss"] = self._best[0]
            tensors |= {f"best.{name}": tensor for name, tensor in self._best[1].items()}
        new = self._folder / f"{STATE_FILE}.new"
        safetensors.torch.save_file({k: v.contiguous() for k, v in tensors.items()}, new, {"where": json.dumps(where)})
        new.replace(self._folder / STATE_FILE)
        self._saved = time.monotonic()

    def _resume(self) -> None:
        path = self._folder / STATE_FILE
        if not path.is_file():
            return
        with safetensors.safe_open(path, "pt") as file:
            where = json.loads(file.metadata()["where"])
            names = list(file.keys())
            tensors = {name: file.get_tensor(name) for name in names}
        state = {n.removeprefix("network."): t for n, t in tensors.items() if n.startswith("network.")}
        self._network.load_state_dict(state, strict=False)
        moments: dict[int, dict[str, Tensor]] = {}
        for index in range(len(self._parameters)):
            prefix = f"optimizer.{index}."
            own = {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}
            if own:
                moments[index] = own
        self._optimizer.load_state_dict({**self._optimizer.state_dict(), "state": moments})
        self._epoch, self._in_epoch = where["epoch"], where["in_epoch"]
        self._step, self._average = where["step"], where["average"]
        self._worse = where["worse"]
        if "best_loss" in where:
            best = {n.removeprefix("best."): t.to(self._device) for n, t in tensors.items() if n.startswith("best.")}
            self._best = where["best_loss"], best
        self._resumed_at = self._step
