"""What several commands ask for in the same words: the model and what it runs on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from speech.recognizer import Recognizer

DEVICES = ("cpu", "cuda", "tensorrt", "directml", "openvino", "coreml")


def model_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --model, --language, --backend, --device and --threads to a command."""
    options = (
        click.option("--model", default="whisper-base", show_default=True, help="An installed model."),
        click.option("--language", default="en", show_default=True, help="A code such as en or de, or auto."),
        click.option("--backend", type=click.Choice(["onnx", "torch"]), default="onnx", show_default=True),
        click.option("--device", type=click.Choice(DEVICES), default="cpu", show_default=True),
        click.option("--threads", type=click.IntRange(min=1), help="Processor threads; by default all cores."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def open_recognizer(model: str, backend: str, device: str, threads: int | None) -> Recognizer:
    """The installed model, loaded. ModelError says what to do when it is not there or damaged."""
    from app.paths import models_folder
    from speech.recognizer import Recognizer
    from speech.store import ModelStore

    installed = ModelStore(models_folder()).open(model)
    return Recognizer.open(installed, backend=backend, device=device, threads=threads)
