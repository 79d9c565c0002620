"""A report as text for people."""

from __future__ import annotations

from adaptation.bench.comparison import EngineFigures, Quartiles
from adaptation.bench.run import BenchReport

_NONE = "–"


def render_table(report: BenchReport) -> str:
    """Set and machine, a line per engine, then what the figures rest on."""
    machine = report.machine
    busy = "" if machine.load_average is None else f"; load {machine.load_average:.1f} before it began"
    lengths = f"{min(report.lengths_s):.1f} to {max(report.lengths_s):.1f} s ({sum(report.lengths_s):.0f} s together)"
    lines = [
        f"{report.model}, threads: {report.threads}, clips: {len(report.lengths_s)} of {lengths}, "
        f"rounds: {report.rounds}, engines in turn",
        f"{machine.processor}, {machine.usable_cores} cores ({', '.join(machine.features) or 'features unknown'}), "
        f"{machine.system}, Python {machine.python}{busy}",
        "",
    ]
    header = ("", "s a clip (quartiles)", "times ours", "RTFx", "core s", "WER", "medical", "memory", "load", "noise")
    rows = [header, *(_row(engine) for engine in report.engines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    for row in rows:
        first, *others = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        lines.append("  ".join([row[0].ljust(len(first)), *others]).rstrip())
    lines.append("")
    lines += [f"{engine.name}: {engine.description}" for engine in report.engines]
    lines += [_difference(engine) for engine in report.engines if engine.wer_above_ours is not None]
    lines += [f"{name} is left out: {why}" for name, why in report.left_out.items()]
    return "\n".join(lines)


def _row(engine: EngineFigures) -> tuple[str, ...]:
    return (
        engine.name,
        _spread(engine.clip_s, 3),
        "1" if engine.times_ours is None else _spread(engine.times_ours, 2),
        f"{engine.rtfx:.1f}",
        f"{engine.processor_s:.1f}",
        _share(engine.wer),
        _share(engine.medical_wer),
        _NONE if engine.peak_memory_mb is None else f"{engine.peak_memory_mb:.0f} MB",
        f"{engine.load_s:.1f} s",
        _NONE if engine.round_noise is None else f"{engine.round_noise:.0%}",
    )


def _difference(engine: EngineFigures) -> str:
    interval = engine.wer_above_ours_ci95
    sureness = f"95 % between {interval[0]:+.2%} and {interval[1]:+.2%}" if interval else "too few clips to tell"
    return f"WER of {engine.name} less ours: {engine.wer_above_ours:+.2%} ({sureness})"


def _spread(values: Quartiles, digits: int) -> str:
    return f"{values.median:.{digits}f} ({values.low:.{digits}f} to {values.high:.{digits}f})"


def _share(value: float | None) -> str:
    return _NONE if value is None else f"{value:.2%}"
