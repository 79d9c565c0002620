"""What lists of 100 to 100,000 terms win where their terms are said, and what they cost where none is.

    python benchmarks/lexicon_curves.py SAID.jsonl --lexicon FILE [--unsaid MANIFEST ...] [--sizes 100,1000,10000]
        [--half first|second] [--clips N] [--output FOLDER]

SAID.jsonl names the terms of its clips, and FILE lists them among others. A longer list holds all of FILE and entries
of the shipped packs; of 100, each clip has a list of its own: its terms and others of FILE. The --unsaid clips have
lists of the shipped packs' entries, less what any clip of their manifest says. --clips takes so many of each manifest,
evenly spread.

Each clip is encoded and decoded once and goes on from there for each list, and for each of the two tiers alone and
both: boost (heard out in decoding) and rescoring (what was heard is put right). Short lists have both in use, long ones
rescoring. In the table, `right` is the share of listed terms in the text that were said, `put in` those that the tiers
wrote there, right and in all; `others` the WER of words that belong to no term of the clip. `work` is the processor
time of all of recognition over that without a list, `time` the same by the clock. --output leaves curves.json and
curves.html there.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from adaptation.comparison_page import STYLE
from adaptation.corpus import Clip, read_manifest
from adaptation.evaluate import ClipResult
from adaptation.lexicon import Lexicon, Term, identity, read_lexicon
from adaptation.lexicon.compiled import CompiledLexicon
from adaptation.lexicon.rescoring import MOST_BIASED, LexiconCorrector
from adaptation.lexicon.shipped import shipped_folder
from adaptation.lexicon.stored import read_stored
from adaptation.metrics import measure
from adaptation.metrics.terms import plain_term
from adaptation.plots import Series, scatter
from app.paths import models_folder
from speech.audio import SAMPLE_RATE_HZ, stream_audio
from speech.batching import align_batch, decode_batch
from speech.decoding import Hypothesis
from speech.errors import OtoscribeError
from speech.packing import pack
from speech.recognizer import Recognizer
from speech.rescoring import Correction
from speech.segmenting import find_utterances
from speech.store import DEFAULT_MODEL, ModelStore

TIERS = ("boost", "rescoring", "both")
MOST_BOOSTED = 10_000  # an automaton of more takes too long to build
OWN_LIST_BELOW = 1000
LONGEST_WINDOW_S = 15.0
COLOURS = ("#c05a00", "#1f5fa8", "#2b7a3d", "#7a3d8f", "#8a6d00", "#555f6b")
HEAD = "entries  tier          WER  medical  recall   right     put in  offered  others   work   time"


class Row(NamedTuple):
    """A list's length and what is done with it."""

    entries: int
    tier: str

    @property
    def in_use(self) -> bool:
        return self.tier == ("both" if self.entries <= MOST_BIASED else "rescoring")


@dataclass(frozen=True)
class Figures:
    """A line of the table. Rates are fractions; None where the clips give nothing to count."""

    clips: str
    is_said: bool
    entries: int
    tier: str
    in_use: bool
    wer: float | None
    medical_wer: float | None
    term_recall: float | None
    term_precision: float | None
    put_in: int
    put_in_right: int
    offered: int
    other_wer: float | None
    work_ratio: float
    time_ratio: float


class Clock:
    """Seconds of the processor and of the clock."""

    def __init__(self) -> None:
        self.spent = np.zeros(2)

    def time(self, work: Callable[[], Any]) -> Any:
        began = time.process_time(), time.perf_counter()
        result = work()
        self.spent += np.array([time.process_time(), time.perf_counter()]) - began
        return result


class Window(NamedTuple):
    """A window as it was heard without a list."""

    memory: Any
    hypothesis: Hypothesis


class Tally:
    """What one row makes of all clips."""

    def __init__(self) -> None:
        self.results: list[ClipResult] = []
        self.right = self.named = self.put_in = self.put_in_right = self.offered = 0
        self.clock = Clock()

    def add(self, recognizer: Recognizer, clip: Clip, corrections: Sequence[Correction], duration_s: float) -> None:
        text = " ".join(each.hypothesis.text.strip() for each in corrections)
        self.results.append(ClipResult(clip, text, duration_s, 0.0))
        said = f" {plain_term(clip.text or '')} "
        for correction in corrections:
            for found in correction.found:
                written = recognizer.vocabulary.decode(list(correction.hypothesis.tokens[found.tokens]))
                is_right = f" {plain_term(written)} " in said
                self.offered += found.offered
                if not found.offered:
                    self.named += 1
                    self.right += is_right
                    self.put_in += found.heard is not None
                    self.put_in_right += found.heard is not None and is_right


class Lists:
    """Correctors by row; those of short lists are made for each clip."""

    def __init__(
        self, recognizer: Recognizer, own: Sequence[Term], filler: Sequence[Term], sizes: Sequence[int]
    ) -> None:
        self._recognizer = recognizer
        self._own = own
        self.rows = [Row(size, tier) for size in sizes for tier in TIERS if tier == "rescoring" or size <= MOST_BOOSTED]
        entries = [*own, *filler]
        self._made = {
            row: corrector
            for size in sizes
            if size >= OWN_LIST_BELOW or not own
            for row, corrector in self._correctors(size, entries[:size]).items()
        }

    def of(self, clip: Clip) -> dict[Row, LexiconCorrector]:
        made = dict(self._made)
        for size in {row.entries for row in self.rows} - {row.entries for row in made}:
            named = {identity(term) for term in clip.terms}
            said = [term for term in self._own if identity(term.written) in named]
            others = [term for term in self._own if identity(term.written) not in named]
            random.Random(clip.name).shuffle(others)
            made |= self._correctors(size, [*said, *others][:size])
        return made

    def _correctors(self, size: int, terms: Sequence[Term]) -> dict[Row, LexiconCorrector]:
        compiled = CompiledLexicon.of([Lexicon("measured", tuple(terms))])
        made = {}
        for row in self.rows:
            if row.entries == size:
                most = 0 if row.tier == "rescoring" else len(compiled)
                made[row] = LexiconCorrector(compiled, most_biased=most, rescores=row.tier != "boost")
                made[row].prepare(self._recognizer.vocabulary)
        return made


def main() -> None:
    arguments = options()
    recognizer = Recognizer.open(ModelStore(models_folder()).open(arguments.model), threads=arguments.threads)
    shipped = shipped_terms()
    figures: list[Figures] = []
    own = list(read_lexicon(arguments.lexicon).lexicon.terms)
    said = half_of(read_manifest(arguments.said), arguments.half)
    sets = [(arguments.said, spread(said, arguments.clips), own)]
    sets += [(path, spread(read_manifest(path), arguments.clips), []) for path in arguments.unsaid]
    for path, clips, terms in sets:
        listed = {identity(term.written) for term in terms}
        filler = [term for term in shipped if identity(term.written) not in listed]
        if not terms:
            texts = " | ".join(f" {plain_term(clip.text or '')} " for clip in clips)
            filler = [term for term in filler if f" {plain_term(term.written)} " not in texts]
        lists = Lists(recognizer, terms, filler, arguments.sizes)
        print(
            f"\n{path.parent.name}: {len(clips)} clips, terms {'said' if terms else 'never said'}\n{HEAD}", flush=True
        )
        for each in measure_lists(recognizer, path.parent.name, clips, lists, is_said=bool(terms)):
            figures.append(each)
            print(line(each), flush=True)
    if arguments.output is not None:
        arguments.output.mkdir(parents=True, exist_ok=True)
        (arguments.output / "curves.json").write_text(json.dumps([asdict(each) for each in figures], indent=1) + "\n")
        (arguments.output / "curves.html").write_text(page(figures), encoding="utf-8")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("said", type=Path, metavar="SAID.jsonl")
    parser.add_argument("--lexicon", type=Path, required=True)
    parser.add_argument("--unsaid", type=Path, nargs="*", default=[], metavar="MANIFEST")
    sizes = [100, 1000, 10_000, 100_000]
    parser.add_argument("--sizes", type=lambda text: [int(part) for part in text.split(",")], default=sizes)
    parser.add_argument("--half", choices=["first", "second"], help="of the clips of SAID.jsonl")
    parser.add_argument("--clips", type=int)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--output", type=Path, metavar="FOLDER")
    return parser.parse_args()


def shipped_terms() -> list[Term]:
    """All entries of the shipped packs in an order of no meaning, the same in every run."""
    packs = [read_stored(path) for path in sorted(shipped_folder().glob("*.lexicon"))]
    terms = list({identity(term.written): term for pack in packs for term in pack.terms}.values())
    random.Random(0).shuffle(terms)
    return terms


def half_of(clips: list[Clip], half: str | None) -> list[Clip]:
    middle = len(clips) // 2
    return clips if half is None else clips[:middle] if half == "first" else clips[middle:]


def spread(clips: list[Clip], count: int | None) -> list[Clip]:
    if count is None or count >= len(clips):
        return clips
    return [clips[place * len(clips) // count] for place in range(count)]


def measure_lists(
    recognizer: Recognizer, name: str, clips: Sequence[Clip], lists: Lists, *, is_said: bool
) -> Iterator[Figures]:
    """The figures of no list, then of each row."""
    none = Row(0, "none")
    tallies: dict[Row, Tally] = defaultdict(Tally)
    first = Clock()
    for number, clip in enumerate(clips):
        windows, duration_s = hear(recognizer, clip, first)
        rows: list[tuple[Row, LexiconCorrector | None]] = [(none, None), *lists.of(clip).items()]
        turn = number % len(rows)
        for row, corrector in (*rows[turn:], *rows[:turn]):  # no row is always the first to be timed
            corrections = tallies[row].clock.time(partial(correct, recognizer, windows, corrector))
            tallies[row].add(recognizer, clip, corrections, duration_s)
    without = first.spent + tallies[none].clock.spent
    for row in (none, *lists.rows):
        tally = tallies[row]
        work, clock = ((first.spent + tally.clock.spent) / without).tolist()
        report = measure(tally.results)
        yield Figures(
            name,
            is_said,
            row.entries,
            row.tier,
            row.in_use,
            report.wer,
            report.medical_wer,
            report.term_recall if is_said else None,
            tally.right / tally.named if tally.named else None,
            tally.put_in,
            tally.put_in_right,
            tally.offered,
            report.other_wer if is_said else report.wer,  # where no term is said all words are others
            round(work, 4),
            round(clock, 4),
        )


def hear(recognizer: Recognizer, clip: Clip, clock: Clock) -> tuple[list[Window], float]:
    """The clip as it is heard without any list, and its length in seconds."""
    prompt = recognizer.vocabulary.prompt("en")

    def heard(samples: Any) -> Window:
        memory = recognizer.encode(samples)
        made = decode_batch(recognizer.backend, recognizer.vocabulary, memory, 1, prompt, recognizer.options)
        return Window(memory, made[0])

    sounds = [each.samples for each in pack(find_utterances(stream_audio(clip.audio)), LONGEST_WINDOW_S)]
    duration_s = sum(map(len, sounds)) / SAMPLE_RATE_HZ
    return [clock.time(partial(heard, samples)) for samples in sounds], max(duration_s, 0.1)


def correct(recognizer: Recognizer, windows: Sequence[Window], corrector: LexiconCorrector | None) -> list[Correction]:
    """What stands in the transcript; with the alignment, which has to read again what was changed."""
    backend, vocabulary = recognizer.backend, recognizer.vocabulary
    prompt = vocabulary.prompt("en")
    corrections = []
    for memory, hypothesis in windows:
        correction = Correction(hypothesis)
        if corrector is not None:
            correction = corrector.correct(backend, vocabulary, memory, prompt, hypothesis, "en")
        align_batch(backend, vocabulary, memory, prompt, [correction.hypothesis])
        corrections.append(correction)
    return corrections


def line(each: Figures) -> str:
    rates = (each.wer, each.medical_wer, each.term_recall, each.term_precision, each.other_wer)
    wer, medical, recall, right, others = ("–" if rate is None else f"{100 * rate:.1f}%" for rate in rates)
    tier = f"{each.tier}{' *' if each.in_use else ''}"
    put_in = f"{each.put_in_right} of {each.put_in}" if each.entries else "–"
    return (
        f"{each.entries:7,}  {tier:11} {wer:>7} {medical:>8} {recall:>7} {right:>7} {put_in:>10} {each.offered:>8} "
        f"{others:>7} {each.work_ratio:6.3f} {each.time_ratio:6.3f}"
    )


def page(figures: Sequence[Figures]) -> str:
    """The table and the curves, as one HTML page that needs nothing but itself."""
    plots = (
        curve("term recall", figures, lambda each: each.term_recall),
        curve("listed terms in the text that were said", figures, lambda each: each.term_precision),
        curve("WER of words outside terms", figures, lambda each: each.other_wer),
        curve("processor time, as a multiple", figures, lambda each: each.work_ratio),
    )
    tables = [
        "\n".join([f"{name}: terms {'said' if said else 'never said'}", HEAD, *map(line, some)])
        for name, said in dict.fromkeys((each.clips, each.is_said) for each in figures)
        if (some := [each for each in figures if each.clips == name])
    ]
    shown = "\n\n".join(tables)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lexicons by length</title>'
        f"<style>{STYLE}</style></head><body><h1>Lexicons by length</h1>"
        f'<p>* in use for a list of that length.</p><div class="plots">{"".join(plots)}</div>'
        f"<pre>{shown}</pre></body></html>\n"
    )


def curve(title: str, figures: Sequence[Figures], value: Callable[[Figures], float | None]) -> str:
    """A line for each set of clips and tier over the length of the list, none standing at one entry."""
    lines: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for name, tier in dict.fromkeys((each.clips, each.tier) for each in figures if each.entries):
        for each in figures:
            shown = value(each)
            if each.clips == name and each.tier in (tier, "none") and shown is not None:
                lines[f"{name}, {tier}"].append((float(np.log10(max(each.entries, 1))), shown))
    series = [
        Series(name, COLOURS[place % len(COLOURS)], tuple(points)) for place, (name, points) in enumerate(lines.items())
    ]
    return scatter(title, "entries, as powers of ten", title, series, joined=True)


if __name__ == "__main__":
    try:
        main()
    except OtoscribeError as error:
        sys.exit(str(error))
