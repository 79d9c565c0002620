"""Which backend runs an installed model, on which device, and in which precision."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from speech.backends import Backend
from speech.backends.fallback import DeviceBackend, FallbackBackend
from speech.errors import ModelError, OtoscribeError

if TYPE_CHECKING:
    from speech.graph import Precision
    from speech.store import InstalledModel

AUTO = "auto"
CPU = "cpu"
# the best first; TensorRT compiles for minutes and Core ML may be slower than the processor: by their names only
_PREFERRED = {"onnx": ("cuda", "directml", "openvino"), "torch": ("cuda",)}


def open_backend(
    model: InstalledModel,
    *,
    backend: str,
    device: str,
    precision: Precision | None,
    threads: int | None,
    tell: Callable[[str], None],
) -> Backend:
    """Loads the model on a device, or with "auto" on the best that works.

    `tell` gets one line when the work moves to the processor: at once where no device that is offered works, later
    where it fails in the middle. A device asked for by name that does not work is a ModelError.
    """
    if backend not in _PREFERRED:
        raise ModelError(f"There is no backend {backend!r}", "Use onnx or torch.")

    def load(place: str) -> DeviceBackend:
        return _load(model, backend, place, precision, threads)

    def guard(runner: DeviceBackend) -> Backend:
        return FallbackBackend(runner, lambda: _load(model, "onnx", CPU, None, threads), tell)

    if device == CPU:
        return load(CPU)
    if device != AUTO:
        return guard(load(device))
    problems: list[str] = []
    for place in _offered(backend):
        try:
            from speech.backends.probe import probe_device

            probe_device(backend, place)
            return guard(load(place))
        except OtoscribeError as error:
            problems.append(error.what)
    if problems:
        tell(f"{problems[0]}; the processor does the work. Look at the device with: otoscribe doctor.")
    return load(CPU)


def open_share(
    model: InstalledModel, runner: Backend, precision: Precision | None, threads: int | None, shares: int
) -> Callable[[], Backend] | None:
    """What loads, once, the model of a backend that `open_backend` opened, for that share of its threads.

    None where there is nothing to share: it is not onnxruntime's on the processor, or has too few threads.
    """
    from speech.backends.onnx import OnnxBackend, own_threads

    cores = os.cpu_count() or 1
    own = (threads or own_threads(cores) or cores) // shares
    if not isinstance(runner, OnnxBackend) or not own:
        return None
    return cache(lambda: _load(model, "onnx", CPU, precision, own))


def _offered(backend: str) -> list[str]:
    """Devices to try for "auto", the best first."""
    if backend == "torch":
        from speech.backends.torch import offered_devices
    else:
        from speech.backends.providers import offered_devices
    there = offered_devices()
    return [device for device in _PREFERRED[backend] if device in there]


def _load(
    model: InstalledModel, backend: str, device: str, precision: Precision | None, threads: int | None
) -> DeviceBackend:
    if backend == "torch":
        from speech.backends.torch import TorchBackend

        return TorchBackend(model.checkpoint_folder, device=device, precision=precision, threads=threads)
    from speech.backends.onnx import OnnxBackend
    from speech.backends.providers import find_provider

    find_provider(device)  # before graphs are built for it
    # int8 graphs are made of the processor's own operators; other devices would send them back to it one by one
    chosen: Precision = precision or ("int8" if device == CPU else "fp32")
    return OnnxBackend(_graphs(model, chosen), precision=chosen, device=device, threads=threads)


def _graphs(model: InstalledModel, precision: Precision) -> Path:
    """Where the graphs lie; those that a device wants are built when it is first used."""
    if precision == "int8":
        return model.graph_folder(precision)  # every installed model has them
    from speech.store import ModelStore

    return ModelStore(model.folder.parent).ensure_graphs(model, precision)
