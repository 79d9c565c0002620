"""How often the word that was said is among the other wordings offered for a marked word that is wrong.

    python benchmarks/alternatives.py MANIFEST... [--clips 60] [--model otoscribe-base] [--lexicon NAME]... [--show]

Each clip is recognised with the lexicons; its wrong words are taken that are less sure than the model's
threshold. A choice is right where all its words were said there. Words, not clips, are counted: one that was heard as
two counts twice. Times are of one word, its sound heard anew.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from adaptation.corpus import Clip, read_manifest
from adaptation.lexicon.alternatives import similar_terms
from adaptation.lexicon.compiled import CompiledLexicon
from adaptation.metrics.words import right_words
from app.commands.options import open_lexicons, open_recognizer
from speech.alternatives import Proposal, find_alternatives
from speech.audio import SAMPLE_RATE_HZ, load_audio
from speech.confidence import load_calibration
from speech.errors import OtoscribeError
from speech.recognizer import Recognizer
from speech.store import ENGLISH_MODEL
from speech.transcript import Word

MOST_HEARD, MOST_LISTED, MOST_WEIGHED = 5, 4, 12  # as in app.desk.choices
_AROUND_S = 0.3


class Offer(NamedTuple):
    """A choice in place of the words from `first` up to `last` of a clip."""

    text: str
    first: int
    last: int


class Marked(NamedTuple):
    """A marked word of a clip, by its place, with what is offered for it."""

    place: int
    heard: list[Offer]
    listed: list[Offer]
    seconds: float


class Outcome(NamedTuple):
    """Of each choice whether it is right."""

    heard: list[bool]
    listed: list[bool]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifests", type=Path, nargs="+", metavar="MANIFEST")
    parser.add_argument("--clips", type=int, default=60, help="of each manifest at most, evenly taken")
    parser.add_argument("--model", default=ENGLISH_MODEL)
    parser.add_argument("--lexicon", dest="lexicons", action="append", default=[], help="a lexicon or file of terms")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--show", action="store_true", help="print the words with what is offered")
    arguments = parser.parse_args()
    try:
        recognizer = open_recognizer(arguments.model, "onnx", "cpu", arguments.threads, arguments.lexicons)
        lexicon = open_lexicons(arguments.lexicons)
        for manifest in arguments.manifests:
            said = [clip for clip in read_manifest(manifest) if clip.text]
            clips = said[:: max(1, -(-len(said) // arguments.clips))]
            measure(manifest, clips, recognizer, lexicon, show=arguments.show)
    except OtoscribeError as error:
        sys.exit(str(error))


def measure(
    manifest: Path, clips: Sequence[Clip], recognizer: Recognizer, lexicon: CompiledLexicon, *, show: bool
) -> None:
    """Recognises, offers, compares and prints."""
    outcomes, seconds, marked_words = [], [], 0
    for clip in tqdm(clips, unit="clip", disable=not sys.stderr.isatty()):
        words, found = offers(clip, recognizer, lexicon)
        verdicts = right_words(clip.text or "", [word.text for word in words])
        marked_words += len(found)
        for marked in found:
            seconds.append(marked.seconds)
            if verdicts[marked.place] is False:
                outcomes.append(outcome := judge(clip.text or "", words, marked))
                if show:
                    texts = [each.text for each in marked.heard], [each.text for each in marked.listed]
                    print(words[marked.place].text, *texts, any(outcome.heard), any(outcome.listed), sep=" | ")
    count = len(outcomes)
    print(
        f"{manifest.parent.name}: {len(clips)} clips, {len(lexicon)} terms, {marked_words} words marked, {count} wrong"
    )
    for name, pick in (
        ("the model's first", lambda each: [each.heard[:1]]),
        ("the model's", lambda each: [each.heard]),
        ("the lexicons'", lambda each: [each.listed]),
        ("both", lambda each: [each.heard, each.listed]),
    ):
        right = sum(any(verdict for part in pick(each) for verdict in part) for each in outcomes)
        print(f"  {name:20} right for {right} of {count} ({right / max(1, count):.0%})")
    if seconds:
        print(f"  a word takes {np.median(seconds):.2f} s, one in twenty more than {np.quantile(seconds, 0.95):.2f} s")


def offers(clip: Clip, recognizer: Recognizer, lexicon: CompiledLexicon) -> tuple[list[Word], list[Marked]]:
    """The words of a clip, and what is offered for those that are marked."""
    sound = load_audio(clip.audio)
    threshold = load_calibration(recognizer.model).threshold
    words: list[Word] = []
    found: list[Marked] = []
    for segment in recognizer.transcribe(sound).segments:
        start, stop = (
            round(edge * SAMPLE_RATE_HZ) for edge in (segment.start_s - _AROUND_S, segment.end_s + _AROUND_S)
        )
        before = len(words)
        for place, word in enumerate(segment.words):
            if word.confidence >= threshold:
                continue
            began = time.perf_counter()
            samples = sound.samples[max(0, start) : stop]
            similar = similar_terms(lexicon, segment.words, place, MOST_WEIGHED)
            proposals = [Proposal(each.term, each.first, each.last) for each in similar]
            found_here = find_alternatives(recognizer, samples, segment, place, most=MOST_HEARD, proposals=proposals)
            heard = [each for each in found_here if not each.is_proposed]
            listed = [each for each in found_here if each.is_proposed][:MOST_LISTED]
            seconds = time.perf_counter() - began
            found.append(
                Marked(
                    before + place,
                    [Offer(each.text, before + each.first, before + each.last) for each in heard],
                    [Offer(each.text, before + each.first, before + each.last) for each in listed],
                    seconds,
                )
            )
        words += segment.words
    return words, found


def judge(said: str, words: Sequence[Word], marked: Marked) -> Outcome:
    """Whether the words of each choice were said where it would stand."""
    texts = [word.text for word in words]

    def is_right(offer: Offer) -> bool:
        put_in = offer.text.split()
        changed = [*texts[: offer.first], *put_in, *texts[offer.last :]]
        verdicts = right_words(said, changed)[offer.first : offer.first + len(put_in)]
        return bool(verdicts) and all(each is not False for each in verdicts)

    return Outcome([is_right(offer) for offer in marked.heard], [is_right(offer) for offer in marked.listed])


if __name__ == "__main__":
    main()
