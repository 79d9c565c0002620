"""What onnxruntime can run on besides the processor: its execution providers, and what each of them needs.

Options after onnxruntime.ai/docs/execution-providers (1.24 to 1.32). No provider but OpenVINO's has been run by us.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import onnxruntime

from speech.errors import ModelError

_IN_PLACE = "in place of onnxruntime (pip uninstall onnxruntime first)"
_FATAL, _WARNING = 4, 2  # severities of onnxruntime's log


@dataclass(frozen=True)
class Provider:
    """`name` is onnxruntime's; `install` says in a sentence what a device needs.

    `keeps` is where memories and caches stay between calls, where that is not the processor's memory. `decoder` names
    the device that runs the decoder where that is another: an engine that is compiled for its shapes does not suit a
    cache that grows with every token.
    """

    name: str
    install: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    keeps: str | None = None
    decoder: str | None = None


PROVIDERS: dict[str, Provider] = {
    "cpu": Provider("CPUExecutionProvider"),
    "cuda": Provider(
        "CUDAExecutionProvider",
        f"Install NVIDIA's driver and, {_IN_PLACE}: pip install 'onnxruntime-gpu[cuda,cudnn]'.",
        keeps="cuda",
    ),
    "tensorrt": Provider(
        "TensorrtExecutionProvider",
        f"Install NVIDIA's driver and, {_IN_PLACE}: pip install 'onnxruntime-gpu[cuda,cudnn]' tensorrt.",
        {"trt_fp16_enable": "1"},
        keeps="cuda",
        decoder="cuda",
    ),
    "directml": Provider(
        "DmlExecutionProvider",
        f"On Windows, install the graphics card's driver and, {_IN_PLACE}: pip install onnxruntime-directml.",
    ),
    "openvino": Provider(
        "OpenVINOExecutionProvider",
        f"Install the driver of Intel's GPU and, {_IN_PLACE}: pip install onnxruntime-openvino.",
        {"device_type": "GPU"},
    ),
    "coreml": Provider(
        "CoreMLExecutionProvider",
        "On a Mac, update macOS and run: pip install --upgrade onnxruntime.",
        {"ModelFormat": "MLProgram", "MLComputeUnits": "ALL"},
    ),
}


def offered_devices() -> list[str]:
    """The devices that this onnxruntime was built for; whether one works shows when it is used."""
    built = onnxruntime.get_available_providers()
    return [device for device, provider in PROVIDERS.items() if provider.name in built]


def find_provider(device: str) -> Provider:
    """The provider of a device; ModelError with what to do when this onnxruntime lacks it."""
    there = offered_devices()
    if device in there:
        return PROVIDERS[device]
    known = f" {PROVIDERS[device].install}" if device in PROVIDERS else ""
    raise ModelError(
        f"onnxruntime offers no device {device!r} here", f"Use --device with one of: {', '.join(there)}.{known}"
    )


def open_session(graph: str, device: str, options: onnxruntime.SessionOptions, **more: Any) -> Any:
    """An onnxruntime session that really uses the device; ModelError when it has quietly turned to the processor.

    Whatever onnxruntime raises for a graph that it cannot load is passed on.
    """
    provider = find_provider(device)
    if device == "cpu":
        return onnxruntime.InferenceSession(graph, options, providers=[provider.name], **more)
    if provider.keeps == "cuda":
        with contextlib.redirect_stdout(io.StringIO()):  # it prints what it does not find
            onnxruntime.preload_dlls()  # finds CUDA where pip put it
    if device == "directml":  # which requires both (DirectML execution provider, "Configuration options")
        options.enable_mem_pattern = False
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    behind = ["CUDAExecutionProvider"] if device == "tensorrt" else []
    chain = [(provider.name, dict(provider.options)), *((name, {}) for name in behind), ("CPUExecutionProvider", {})]
    with _quiet():
        # its own fallback prints on stdout and goes on without the device
        session = onnxruntime.InferenceSession(graph, options, providers=chain, enable_fallback=0, **more)
    if provider.name not in session.get_providers():
        raise unusable(device)
    return session


def unusable(device: str) -> ModelError:
    """The error of a device that is offered and does not work."""
    return ModelError(f"The device {device!r} does not work here", f"{PROVIDERS[device].install} Or use --device cpu.")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keeps onnxruntime's account of libraries that it looked for off stderr."""
    onnxruntime.set_default_logger_severity(_FATAL)
    try:
        yield
    finally:
        onnxruntime.set_default_logger_severity(_WARNING)
