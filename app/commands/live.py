"""otoscribe live: partials and finals as they come, from the microphone or from a file played as if spoken."""

from __future__ import annotations

import contextlib
import json
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from app.commands.options import lexicon_option, model_options, open_recognizer
from speech.errors import OtoscribeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.capture import Recorder
    from speech.streaming import Final, Partial

T = TypeVar("T")
_BLOCK_S = 0.032  # as often as the detector of speech listens


@click.command()
@model_options
@lexicon_option
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
    adapter: str | None,
    lexicons: tuple[str, ...],
    source: Path | None,
    pace: float,
    microphone: str | None,
    as_json: bool,
) -> None:
    """Write down what is said while it is said. Ctrl+C ends it. The sound of the microphone is not kept.

    Words change while you speak, the more so the later ones; after a pause they stay. On a machine that is too slow
    they come later, and none is left out.

    \b
    Examples:
      otoscribe live
      otoscribe live --input dictation.flac --pace 1.0 --json
      otoscribe live --lexicon cardiology
    """
    if source is not None and microphone is not None:
        raise click.UsageError("Give either --input or --microphone.")
    recognizer = open_recognizer(model, backend, device, threads, lexicons, adapter)
    sound = _Playing(source, pace) if source is not None else _Listening(microphone)
    for event in recognizer.listen(sound, language=language, on_delay=_tell_delay):
        _show(event, sound.now_s, as_json)
    if sound.problem is not None:
        raise sound.problem


def _tell_delay(behind_s: float) -> None:
    late = (
        f"This computer is too slow for live text: it is {behind_s:.0f} s behind. Nothing is lost. "
        "Close other programs, or choose a smaller model with --model."
    )
    click.echo(late if behind_s else "The text has caught up with the speech.", err=True)


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


class _Playing:
    """A file until its end or Ctrl+C, none of it before its time: at each turn all that is due, of which there is
    little at a pace of 1."""

    problem: OtoscribeError | None = None

    def __init__(self, path: Path, pace: float) -> None:
        self._path = path
        self._pace = pace
        self._started = 0.0

    @property
    def now_s(self) -> float:
        """How much of the file could have been heard by now."""
        return (time.perf_counter() - self._started) * self._pace

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        from speech.audio import SAMPLE_RATE_HZ, load_audio
        from speech.errors import AudioError

        samples = load_audio(self._path).samples
        if not len(samples):
            raise AudioError(f"{self._path.name} holds no sound at all", "Record it again or choose another file.")
        block = round(_BLOCK_S * SAMPLE_RATE_HZ)
        self._started = time.perf_counter()
        given, stopped = 0, threading.Event()
        with _on_interrupt(stopped.set):
            while given < len(samples):
                next_s = min(given + block, len(samples)) / SAMPLE_RATE_HZ
                if stopped.wait(max(0.0, (next_s - self.now_s) / self._pace)):
                    return
                due = round(self.now_s * SAMPLE_RATE_HZ) // block * block
                until = max(given + block, due)
                yield samples[given:until]
                given = until


class _Listening:
    """The microphone until Ctrl+C, or until it fails: then `problem` says why."""

    def __init__(self, microphone: str | None) -> None:
        from app.capture.sound_clock import SoundClock

        self._microphone = microphone
        self._clock = SoundClock()
        self.problem: OtoscribeError | None = None

    @property
    def now_s(self) -> float:
        return self._clock.now_s

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        """At each turn all that was heard since the last one."""
        import numpy as np

        from app.capture import Recorder
        from app.paths import spool_folder

        arrived: queue.SimpleQueue[NDArray[np.float32] | OtoscribeError | None] = queue.SimpleQueue()
        recorder = Recorder(
            spool_folder(),
            microphone_id=self._microphone,
            on_level=lambda level: None,
            on_problem=arrived.put,
            listener=arrived.put,
        )
        recorder.start()
        click.echo("Listening. Ctrl+C ends.", err=True)
        try:
            with _on_interrupt(lambda: arrived.put(None)):
                goes_on = True
                while goes_on:
                    items = _take_all(arrived)
                    blocks = [item for item in items if isinstance(item, np.ndarray)]
                    if blocks:
                        yield self._join(blocks)
                    goes_on = self._look_after([item for item in items if not isinstance(item, np.ndarray)], recorder)
        finally:
            recorder.discard()

    def _join(self, blocks: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        import numpy as np

        from speech.audio import SAMPLE_RATE_HZ

        block = np.concatenate(blocks)
        self._clock.hear(len(block) / SAMPLE_RATE_HZ)
        return block

    def _look_after(self, news: list[OtoscribeError | None], recorder: Recorder) -> bool:
        """Whether listening goes on after this news: None is Ctrl+C."""
        from app.capture import RecorderState

        for problem in news:
            if problem is None:
                return False
            if recorder.state == RecorderState.INTERRUPTED:
                self.problem = problem
                return False
            click.echo(str(problem), err=True)
        return True


@contextlib.contextmanager
def _on_interrupt(then: Callable[[], None]) -> Iterator[None]:
    """Ctrl+C does this inside, wherever the program is just then; the second time it does what it always does."""

    def take(_signal: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, before)
        then()

    before = signal.signal(signal.SIGINT, take)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _take_all(arrived: queue.SimpleQueue[T]) -> list[T]:
    """Waits for something in the queue and takes all that is there."""
    items = [arrived.get()]
    with contextlib.suppress(queue.Empty):
        while True:
            items.append(arrived.get_nowait())
    return items
