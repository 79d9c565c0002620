"""A whole measurement: weights, processes, turns, figures."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from adaptation.bench.comparison import EngineFigures, compare
from adaptation.bench.engines import OURS, PEERS, Setup
from adaptation.bench.machine import Machine, describe_machine
from adaptation.bench.measuring import measure_in_turn
from adaptation.bench.process import EngineProcess
from adaptation.bench.weights import provide_weights
from adaptation.corpus import Clip
from speech.store import InstalledModel


@dataclass(frozen=True)
class BenchOptions:
    """`peers` are names of `PEERS`; all engines use the same number of `threads`."""

    peers: tuple[str, ...]
    threads: int
    rounds: int = 3
    language: str = "en"


@dataclass(frozen=True)
class BenchReport:
    """`lengths_s` are the clips'; `left_out` says, in a line each, why engines that were asked for are missing."""

    model: str
    threads: int
    rounds: int
    language: str
    lengths_s: tuple[float, ...]
    machine: Machine
    engines: tuple[EngineFigures, ...]
    left_out: dict[str, str]


def run_bench(
    model: InstalledModel,
    clips: Sequence[Clip],
    options: BenchOptions,
    cache: Path,
    on_progress: Callable[[float], None],
) -> BenchReport:
    """Otoscribe and the peers over at least one clip with text. The peers' weights are written into `cache`.

    Raises what loading the clips or Otoscribe itself raises; a peer that fails is left out.
    """
    machine = describe_machine()
    peers = [PEERS[name] for name in options.peers]
    left_out = {peer.name: f"not installed; run: pip install {peer.install}" for peer in peers if not peer.is_installed}
    kinds = [OURS, *(peer for peer in peers if peer.is_installed)]
    setups = [Setup(provide_weights(model, kind, cache), options.threads, options.language) for kind in kinds]
    with contextlib.ExitStack() as stack:
        pairs = zip(kinds, setups, strict=True)
        engines = [stack.enter_context(EngineProcess(kind, setup)) for kind, setup in pairs]
        run = measure_in_turn(engines, clips, options.rounds, on_progress, required=OURS.name)
    return BenchReport(
        model=model.name,
        threads=options.threads,
        rounds=options.rounds,
        language=options.language,
        lengths_s=tuple(run.lengths_s),
        machine=machine,
        engines=compare(run.measured, OURS.name, [clip.text or "" for clip in clips], run.lengths_s),
        left_out=left_out | run.failed,
    )
