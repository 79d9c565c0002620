"""Which words of a note are still to be checked, found from what the record holds."""

from __future__ import annotations

from collections.abc import Sequence

from app.desk.anchors import anchor_words, words_in
from app.desk.marks import unsafe_in
from app.records import ConfirmedWord, Note, Recording
from app.settings import Settings
from speech.confidence import load_calibration
from speech.transcript import Word

_MARKS = ".,;:?!()*\"'"


def doubt_threshold(settings: Settings) -> float:
    """The confidence below which words are marked: that of the settings, or else the one learned for the model."""
    chosen = settings.confidence_threshold
    return load_calibration(settings.model_name).threshold if chosen is None else chosen


def confirmation_of(recording_id: int, word: Word) -> ConfirmedWord:
    """What the record keeps of a word that was found right: its times as a stored transcript has them."""
    return ConfirmedWord(recording_id, round(word.start_s, 3), round(word.end_s, 3))


def words_to_check(note: Note, recordings: Sequence[Recording], settings: Settings) -> tuple[str, ...]:
    """The words that the recogniser was unsure of and that nobody has changed or confirmed since, and dangerous
    abbreviations, each once and in the order of the text."""
    options, threshold = settings.formatting_options, doubt_threshold(settings)
    heard = {
        each.id: words_in(note.text, each.transcript, options) for each in recordings if each.transcript is not None
    }
    found = [
        (anchor.start, note.text[anchor.start : anchor.end].strip(_MARKS))
        for anchor in anchor_words(note.text, list(heard.items()))
        if (word := heard[anchor.recording_id][anchor.word]).confidence < threshold
        and confirmation_of(anchor.recording_id, word) not in note.confirmed
    ]
    found += [(flag.start, flag.found.strip()) for flag in unsafe_in(note.text, settings.language)]
    return tuple(dict.fromkeys(word for _, word in sorted(found) if word))
