"""Two systems compared, as one HTML page that needs nothing but itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from html import escape

import numpy as np

from adaptation.comparison import Difference, System
from adaptation.evaluate import ClipResult
from adaptation.metrics.listing import NOTHING
from adaptation.metrics.reliability import reliability
from adaptation.metrics.report import judged_words, rate
from adaptation.metrics.words import plain_words, stretches
from adaptation.plots import STYLE as PLOT_STYLE
from adaptation.plots import Series, Span, scatter, spans

COLOURS = ("#1f5fa8", "#c05a00")
NAMES = {
    "wer": "WER",
    "medical_wer": "medical WER",
    "other_wer": "WER of other words",
    "insertion_rate": "insertions",
    "term_recall": "term recall",
    "term_precision": "term precision",
    "term_f1": "term F1",
    "number_exact_match": "numbers with units right",
    "negation_flips": "negations flipped",
    "side_flips": "sides exchanged",
    "drug_swaps": "look-alike drugs swapped",
    "hallucinated_words_per_min": "words invented per minute",
    "confidence_auc": "confidence: AUC",
    "confidence_ece": "confidence: ECE",
    "rtfx": "seconds of sound per second",
    "latency_p50_s": "time for a clip, median, s",
    "latency_p95_s": "time for a clip, 95 %, s",
}
_SHARES = {"wer", "medical_wer", "other_wer", "insertion_rate", "term_recall", "term_precision", "number_exact_match"}
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1c2733; background: #fff; max-width: 980px; margin: 2em auto;
  padding: 0 1em }
h1 { font-size: 1.5em } h2 { font-size: 1.15em; margin-top: 2em }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .3em .7em; border-bottom: 1px solid #dde3ea; vertical-align: top }
td.figure, th.figure { text-align: right; font-variant-numeric: tabular-nums }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(380px, 1fr)); gap: 1em }
.wrong { background: #ffe9d6 } .said { color: #5a6875; text-decoration: line-through }
.certain { font-weight: 600 } .clip td { font-size: .93em }
"""


def write_page(title: str, first: System, second: System, differences: Sequence[Difference]) -> str:
    """The whole page."""
    over = first.report.ci95_over
    about = (
        f"{first.report.utterances} clips, {first.report.audio_s / 60:.1f} minutes. Intervals: where 95 % of samples "
        f"of {over} would lie (bootstrap). A difference in bold is more than chance."
    )
    return "".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            f"<title>{escape(title)}</title><style>{STYLE}{PLOT_STYLE}</style></head><body>",
            f"<h1>{escape(title)}</h1><p>{escape(about)}</p>",
            _figures(first, second, differences),
            f'<h2>Plots</h2><div class="plots">{"".join(_plots(first, second, differences))}</div>',
            _clips(first, second),
            "</body></html>\n",
        ]
    )


def _figures(first: System, second: System, differences: Sequence[Difference]) -> str:
    by_key = {each.key: each for each in differences}
    one, other = asdict(first.report), asdict(second.report)
    head = "".join(f'<th class="figure">{escape(each)}</th>' for each in (first.name, second.name, "difference"))
    rows = []
    for key, name in NAMES.items():
        if one[key] is None and other[key] is None:
            continue
        cells = [f"{_shown(key, values[key])}{_interval(key, values.get(f'{key}_ci95'))}" for values in (one, other)]
        difference = by_key.get(key)
        is_certain = difference is not None and difference.is_certain
        cells.append(_difference(difference) if difference is not None else "")
        row = "".join(f'<td class="figure">{cell}</td>' for cell in cells)
        rows.append(f'<tr class="{"certain" if is_certain else ""}"><td>{escape(name)}</td>{row}</tr>')
    return f"<table><tr><th></th>{head}</tr>{''.join(rows)}</table>"


def _shown(key: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{100 * value:.1f} %" if key in _SHARES else (str(value) if isinstance(value, int) else f"{value:.3g}")


def _interval(key: str, value: Sequence[float] | None) -> str:
    return f"<br><small>{_shown(key, value[0])} to {_shown(key, value[1])}</small>" if value else ""


def _difference(difference: Difference) -> str:
    if difference.difference is None:
        return ""
    interval = difference.ci95
    inside = f"<br><small>{100 * interval[0]:+.1f} to {100 * interval[1]:+.1f}</small>" if interval else ""
    return f"{100 * difference.difference:+.1f} points{inside}".replace("-", "−")


def _plots(first: System, second: System, differences: Sequence[Difference]) -> Iterator[str]:
    rows = [
        Span(NAMES[each.key], 100 * each.difference, 100 * each.ci95[0], 100 * each.ci95[1])
        for each in differences
        if each.difference is not None and each.ci95 is not None
    ]
    if rows:
        yield spans(f"{first.name} less {second.name}", "percentage points, with 95 % intervals", rows)
    speakers = _by_speaker(first, second)
    if len(speakers.points) > 1:
        axes = (f"WER of {second.name}, %", f"WER of {first.name}, %")
        yield scatter("Speaker by speaker", *axes, [speakers], diagonal=True)
    axes = (f"word errors of {second.name}", f"word errors of {first.name}")
    errors = tuple(zip(second.counts.wer[:, 0], first.counts.wer[:, 0], strict=True))
    clips = Series("", COLOURS[0], errors, tuple(result.clip.name for result in first.results))
    yield scatter("Clip by clip", *axes, [clips], diagonal=True)
    systems = list(zip((first, second), COLOURS, strict=True))
    if curves := [curve for system, colour in systems if (curve := _reliability(system, colour)).points]:
        axes = ("confidence", "share of words that are right")
        yield scatter("Is confidence what it says?", *axes, curves, diagonal=True, joined=True, limits=(1.0, 1.0))
    times = [
        Series(system.name, colour, tuple((each.duration_s, each.processing_s) for each in system.results))
        for system, colour in systems
        if any(each.processing_s for each in system.results)
    ]
    if times:
        yield scatter("Time by length", "length of the clip, s", "time, s", times)


def _by_speaker(first: System, second: System) -> Series:
    """The WER of each speaker with both systems, in percent."""
    points, labels = [], []
    for name, indices in _speakers(first.results).items():
        rates = [rate(system.counts.wer[indices]) for system in (second, first)]
        if rates[0] is not None and rates[1] is not None:
            points.append((100 * rates[0], 100 * rates[1]))
            labels.append(name)
    return Series("", COLOURS[0], tuple(points), tuple(labels))


def _speakers(results: Sequence[ClipResult]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for index, result in enumerate(results):
        if result.clip.speaker:
            found[result.clip.speaker].append(index)
    return dict(found)


def _reliability(system: System, colour: str) -> Series:
    confidence, is_right = judged_words(system.results)
    bins = reliability(confidence, is_right) if len(confidence) else []
    return Series(
        system.name,
        colour,
        tuple((each.confidence, each.right) for each in bins),
        tuple(f"{each.words} words" for each in bins),
    )


def _clips(first: System, second: System) -> str:
    """The clips in which the systems differ, the largest difference first."""
    surplus = first.counts.wer[:, 0] - second.counts.wer[:, 0]
    heard = [[plain_words(each.hypothesis) for each in system.results] for system in (first, second)]
    differing = [index for index in range(len(surplus)) if heard[0][index] != heard[1][index]]
    order = sorted(differing, key=lambda index: -abs(surplus[index]))
    rows = []
    for index in order:
        clip = first.results[index].clip
        cells = [_marked(clip.text or "", system.results[index].hypothesis) for system in (first, second)]
        name = escape(clip.name) + (f"<br><small>{escape(clip.speaker)}</small>" if clip.speaker else "")
        rows.append(f'<tr class="clip"><td>{name}</td><td>{cells[0]}</td><td>{cells[1]}</td></tr>')
    better = [int(np.sum(surplus < 0)), int(np.sum(surplus > 0))]
    about = (
        f"{first.name} makes fewer errors in {better[0]} clips, {second.name} in {better[1]}; the texts differ in "
        f"{len(order)}. Marked: what is written wrongly, behind what was said."
    )
    head = f"<tr><th>clip</th><th>{escape(first.name)}</th><th>{escape(second.name)}</th></tr>"
    return f"<h2>Clips that differ</h2><p>{escape(about)}</p><table>{head}{''.join(rows)}</table>"


def _marked(text: str, hypothesis: str) -> str:
    parts = []
    for each in stretches(plain_words(text), plain_words(hypothesis)):
        said, written = escape(" ".join(each.said)), escape(" ".join(each.heard) or NOTHING)
        if each.is_right:
            parts.append(said)
        else:
            parts.append(f'<span class="wrong"><span class="said">{said}</span> {written}</span>')
    return " ".join(parts)
