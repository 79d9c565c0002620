"""otoscribe live: partials and finals as they come, from the microphone or from a file played as if spoken."""

from __future__ import annotations

import json
import queue
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands.options import model_options, open_recognizer
from speech.errors import OtoscribeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from speech.streaming import Final, Partial

_BLOCK_S = 0.1


@click.command()
@model_options
@click.option(
    "--input", "source", type=click.Path(path_type=Path), help="Play this file as if spoken; by default listen."
)
@click.option(
    "--pace", type=click.FloatRange(min=0.1), default=1.0, show_default=True, help="Speed at which --input is played."
)
@click.option("--microphone", help="Id of a microphone as otoscribe doctor lists it; by default the system's.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line per event.")
def command(
    model: str,
    language: str,
    backend: str,
    device: str,
    threads: int | None,
    source: Path | None,
    pace: float,
    microphone: str | None,
    as_json: bool,
) -> None:
    """Write down what is said while it is said. Ctrl+C ends it. The sound of the microphone is not kept.

    \b
    Examples:
      otoscribe live
      otoscribe live --input dictation.flac --pace 1.0 --json
    """
    if source is not None and microphone is not None:
        raise click.UsageError("Give either --input or --microphone.")
    recognizer = open_recognizer(model, backend, device, threads)
    blocks = _played(source, pace) if source is not None else _heard(microphone)
    started: float | None = None

    def timed() -> Iterator[NDArray[np.float32]]:
        nonlocal started
        for block in blocks:
            started = time.perf_counter() - _BLOCK_S / pace if started is None else started
            yield block

    for event in recognizer.listen(timed(), language=language):
        assert started is not None
        _show(event, (time.perf_counter() - started) * pace, as_json)


def _show(event: Partial | Final, emitted_s: float, as_json: bool) -> None:
    from speech.streaming import Final

    final = isinstance(event, Final)
    if as_json:
        value = {
            "type": "final" if final else "partial",
            "text": event.text,
            "start_s": round(event.start_s, 3),
            "end_s": round(event.end_s, 3),
            "emitted_s": round(emitted_s, 3),
            "latency_s": round(emitted_s - event.end_s, 3),
        }
        click.echo(json.dumps(value, ensure_ascii=False))
    elif final:
        click.echo(f"\r\033[K{event.text}" if sys.stdout.isatty() else event.text)
    elif sys.stdout.isatty():
        click.echo(f"\r\033[K{event.text[-100:]}", nl=False)


def _played(path: Path, pace: float) -> Iterator[NDArray[np.float32]]:
    """The file in blocks of a tenth of a second, none before its time."""
    from speech.audio import SAMPLE_RATE_HZ, load_audio
    from speech.errors import AudioError

    samples = load_audio(path).samples
    if not len(samples):
        raise AudioError(f"{path.name} holds no sound at all", "Record it again or choose another file.")
    size = round(_BLOCK_S * SAMPLE_RATE_HZ)
    started = time.perf_counter()
    for first in range(0, len(samples), size):
        due = started + (first + size) / SAMPLE_RATE_HZ / pace
        time.sleep(max(0.0, due - time.perf_counter()))
        yield samples[first : first + size]


def _heard(microphone: str | None) -> Iterator[NDArray[np.float32]]:
    """The microphone's blocks until Ctrl+C, or until it fails: what was said by then is written down first."""
    from app.capture import Recorder
    from app.paths import spool_folder

    arrived: queue.SimpleQueue[NDArray[np.float32] | OtoscribeError] = queue.SimpleQueue()
    recorder = Recorder(
        spool_folder(),
        microphone_id=microphone,
        on_level=lambda level: None,
        on_problem=arrived.put,
        listener=arrived.put,
    )
    recorder.start()
    click.echo("Listening. Ctrl+C ends.", err=True)
    problem: OtoscribeError | None = None
    try:
        while problem is None:
            item = arrived.get()
            if isinstance(item, OtoscribeError):
                problem = item
            else:
                yield item
    except KeyboardInterrupt:
        click.echo("", err=True)
    finally:
        recorder.discard()
    if problem is not None:
        click.echo(str(problem), err=True)
