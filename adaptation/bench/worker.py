"""The process that one engine runs in: it loads, then answers each recording with text and time."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from adaptation.bench.engines import Setup

_GLANCE_S = 0.02
_AT_REST_S = 0.002  # of processor time within a glance
_LONGEST_REST_S = 1.0


@dataclass(frozen=True)
class Ready:
    """The engine is loaded."""

    description: str
    load_s: float


@dataclass(frozen=True)
class Heard:
    """What a recording gave: wall time, processor time of all threads, and the process's highest memory up to now
    (None where the system does not tell)."""

    text: str
    wall_s: float
    processor_s: float
    peak_memory_bytes: int | None


@dataclass(frozen=True)
class Failed:
    """The engine cannot go on; the words of an OtoscribeError."""

    what: str
    next_step: str


def serve(connection: Connection[Any, Any], module: str, setup: Setup) -> None:
    """Loads the engine of that module and answers samples with `Heard` until the other side closes.

    Keys pressed to stop the measurement are the parent's to answer. What engines print goes nowhere, because the
    parent's standard output may be JSON.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    try:
        _answer(connection, module, setup)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except OtoscribeError as error:
        connection.send(Failed(error.what, error.next_step))
    except Exception as error:
        # only the kind of error: its words may quote what was said
        connection.send(Failed(f"It failed ({type(error).__name__})", "Check its installation."))


def _answer(connection: Connection[Any, Any], module: str, setup: Setup) -> None:
    import importlib

    started = time.perf_counter()
    engine = importlib.import_module(f"adaptation.bench.engines.{module}").load(setup)
    connection.send(Ready(engine.description, time.perf_counter() - started))
    while True:
        samples = connection.recv()
        wall, processor = time.perf_counter(), time.process_time()
        text = engine.transcribe(samples)
        wall_s, processor_s = time.perf_counter() - wall, time.process_time() - processor
        _come_to_rest()
        connection.send(Heard(text, wall_s, processor_s, _peak_memory_bytes()))


def _come_to_rest() -> None:
    """Waits until the engine's threads sleep: OpenMP's spin for up to 0.2 s after the work, in the next one's time."""
    end = time.monotonic() + _LONGEST_REST_S
    while time.monotonic() < end:
        before = time.process_time()
        time.sleep(_GLANCE_S)
        if time.process_time() - before < _AT_REST_S:
            return


def _peak_memory_bytes() -> int | None:
    """Linux: that of this program alone, where getrusage's also counts the parent that it was forked from."""
    status = Path("/proc/self/status")
    if status.is_file():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) * 1024
    if sys.platform == "darwin":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return None
