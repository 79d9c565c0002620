"""What is to be spoken: sentences of texts, or a lexicon's terms in sentences, each as it is written and said."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adaptation.corpus import CorpusError
from adaptation.lexicon import Term, read_lexicon
from adaptation.lexicon.encoding import decode
from adaptation.lexicon.meaning import trusted_forms
from adaptation.lexicon.readers import LARGEST_FILE_BYTES
from adaptation.synthesis.carriers import carriers_for
from adaptation.synthesis.spoken_text import say

MOST_BY_ITSELF = 1000
_TABLES = frozenset([".csv", ".tsv", ".dic"])
_MOST_WORDS = 40
_MOST_WORDS_OF_TERMS = 6
# A stop, then white space and a capital or digit; not behind a title, an initial or an abbreviation.
_SENTENCE_END = re.compile(
    r"(?<!\b[A-Z]\.)(?<!\bDr\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bSt\.)(?<!\bvs\.)(?<!\be\.g\.)(?<!\bi\.e\.)"
    r"(?<=[.?!])\s+(?=[\"(]?[A-Z0-9])"
)
_LAYOUT = re.compile(r"^(?:#+|[-*•]|\d{1,2}[.)])\s+")
_CLAUSE_END = re.compile(r"(?<=[;:])\s+|(?<=,)\s+(?=and |but |or |which |with |while )")
_PLACE = "Otoscribeterm"  # stands for the term while the sentence around it is put into spoken form


@dataclass(frozen=True)
class Sentence:
    """A sentence of a text, and the number of its line."""

    text: str
    line: int


@dataclass(frozen=True)
class Script:
    """One clip to be: `text` is what a recogniser is to write, `spoken` what the voice reads."""

    text: str
    spoken: str
    terms: tuple[str, ...] = ()


Source = tuple[Sentence, ...] | tuple[Term, ...]


def read_source(path: Path) -> Source:
    """The sentences of a text file, or the terms of a list (CSV, TSV, Hunspell, or short lines without stops).

    CorpusError or LexiconError when it cannot be read, is no text or is empty.
    """
    if path.suffix.casefold() in _TABLES:
        return read_lexicon(path).lexicon.terms
    lines = _read_lines(path)
    filled = [line.strip() for line in lines if line.strip()]
    if not filled:
        raise CorpusError(f"{path} is empty", "Give a file with sentences, or a list with a term a line.")
    if all(len(line.split()) <= _MOST_WORDS_OF_TERMS and line[-1] not in ".?!:" for line in filled):
        return read_lexicon(path).lexicon.terms
    found = (Sentence(text, number) for number, line in enumerate(lines, start=1) for text in _sentences(line))
    return tuple({sentence.text: sentence for sentence in found}.values())


def _read_lines(path: Path) -> Sequence[str]:
    try:
        if path.is_file() and path.stat().st_size > LARGEST_FILE_BYTES:
            raise CorpusError(
                f"{path} has more than {LARGEST_FILE_BYTES / 1e6:.0f} MB", "Divide it into smaller files."
            )
        content = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = error.strerror if isinstance(error, OSError) else "not a path"
        raise CorpusError(f"{path} cannot be read ({reason})", "Give a text file or a list of terms.") from error
    text = decode(content)
    is_binary = b"\0" in content and not text.encoding.startswith(("utf-16", "utf-32"))
    if is_binary or content.startswith((b"PK\x03\x04", b"%PDF", b"{\\rtf")):
        raise CorpusError(f"{path} is not plain text", "Save it as plain text (UTF-8) and give that file.")
    return text.lines


def _sentences(line: str) -> Iterator[str]:
    """The sentences of a line; long ones in clauses."""
    for sentence in _SENTENCE_END.split(_LAYOUT.sub("", line.strip())):
        if len(sentence.split()) <= _MOST_WORDS:
            yield from filter(None, [sentence])
            continue
        yield from (part.rstrip(",;") for part in _CLAUSE_END.split(sentence) if part)


def write_scripts(source: Source, count: int | None, seed: int) -> tuple[list[Script], list[str]]:
    """`count` scripts (by default one of each sentence or term, 1,000 at most), and what was left out and why.

    With fewer than there are, a sample is drawn; with more, each comes again, terms in other sentences. The same seed
    gives the same scripts. CorpusError when nothing is left.
    """
    wanted = min(len(source), MOST_BY_ITSELF) if count is None else count
    drawn = sorted(random.Random(seed).sample(range(len(source)), min(wanted, len(source))))
    scripts: list[Script] = []
    left_out: dict[str, None] = {}
    sayable: list[int] = []
    for place in drawn:
        script = _script(source[place], seed, 0)
        if script is None:
            left_out[_why_left_out(source[place])] = None
        else:
            scripts.append(script)
            sayable.append(place)
    if not scripts:
        raise CorpusError(
            "Nothing in this can be spoken in English",
            "Numbers, units and usual abbreviations can; other scripts and shorthand such as c/o cannot.",
        )
    for number in range(max(0, wanted - len(drawn))):
        again = _script(source[sayable[number % len(sayable)]], seed, 1 + number // len(sayable))
        assert again is not None
        scripts.append(again)
    return scripts, list(left_out)


def _why_left_out(item: Sentence | Term) -> str:
    if isinstance(item, Sentence):
        return f"A sentence of line {item.line} cannot be spoken: it holds shorthand or signs that have no sound."
    return f"A term cannot be spoken ({item.origin or 'of the lexicon'}): add its spoken form to the list."


def _script(item: Sentence | Term, seed: int, again: int) -> Script | None:
    if isinstance(item, Sentence):
        spoken = say(item.text) if len(item.text.split()) <= _MOST_WORDS else None
        return None if spoken is None else Script(item.text, spoken)
    carriers = carriers_for(item.category)
    first = random.Random(f"{seed} {item.written}").randrange(len(carriers))
    carrier = carriers[(first + again) % len(carriers)]
    term, around = say_term(item), say(carrier.format(_PLACE))
    if term is None or around is None:
        return None
    return Script(carrier.format(item.written), around.replace(_PLACE, term), (item.written,))


def say_term(term: Term) -> str | None:
    """How a term is said: by its own trusted spoken form, by the likeliest proposal, or as it is written."""
    form = trusted_forms(term)[0]
    if form == term.written:
        return say(form)
    small_words = {word for word in term.written.split() if len(word) == 1 and word.islower()}
    letters = (word.upper() if len(word) == 1 and word not in small_words else word for word in form.split())
    return say(" ".join(letters))
