"""What a signed note teaches: the utterances that are still in it, with what the author changed in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adaptation.corrections import ChangedClip, DictatedClip, find_changes, judge
from app.desk.anchors import words_in
from app.dictation import FormattingOptions
from app.dictation.commands import load_grammar, without_commands
from app.records import Note, Recording
from app.records.gathered import NewClip, NewCorrection
from speech.audio import load_part
from speech.transcript import Transcript, Word

if TYPE_CHECKING:
    from speech.recognizer import Recognizer

SHORTEST_S, LONGEST_S = 0.3, 29.5


@dataclass(frozen=True)
class Heard:
    """A changed clip of a recording; `support_nats` for each of its changes, None where nobody has listened."""

    recording: Recording
    changed: ChangedClip
    support_nats: tuple[float | None, ...]


def compare_note(note: Note, recordings: Sequence[Recording], options: FormattingOptions | None) -> list[Heard]:
    """The clips of the note's recordings beside its signed text, not listened to yet."""
    known = [(each, each.transcript) for each in recordings if each.transcript is not None]
    dictated = [_clips(note.text, transcript, options) for _, transcript in known]
    return [
        Heard(recording, changed, (None,) * len(changed.changes))
        for (recording, _), own in zip(known, find_changes(dictated, note.text), strict=True)
        for changed in own
        if SHORTEST_S <= changed.clip.end_s - changed.clip.start_s <= LONGEST_S
    ]


def listen(
    heard: Sequence[Heard], recognizer: Recognizer, is_cancelled: Callable[[], bool] = lambda: False
) -> list[Heard]:
    """The same with the sound's say on each change. AudioError when a recording cannot be read."""
    from adaptation.support import measure_support

    found = []
    for each in heard:
        if not each.changed.changes or is_cancelled():
            found.append(each)
            continue
        clip, transcript = each.changed.clip, each.recording.transcript
        samples = load_part(each.recording.path, clip.start_s, clip.end_s).samples
        language = transcript.language if transcript is not None else "en"
        support = measure_support(recognizer, samples, [w.text for w in clip.heard], each.changed.changes, language)
        found.append(Heard(each.recording, each.changed, tuple(support)))
    return found


def to_keep(heard: Sequence[Heard]) -> list[NewClip]:
    """The clips as the record keeps them, each change judged."""
    return [
        NewClip(
            each.recording.id,
            each.changed.clip.start_s,
            each.changed.clip.end_s,
            tuple(word.text for word in each.changed.clip.heard),
            tuple(
                NewCorrection(change.first, change.last, change.before, change.after, judge(change, support))
                for change, support in zip(each.changed.changes, each.support_nats, strict=True)
            ),
        )
        for each in heard
    ]


def _clips(text: str, transcript: Transcript, options: FormattingOptions | None) -> list[DictatedClip]:
    """The transcript's segments with the words that came into the note from each, told apart by their times; without
    commands, and without words that were spelled."""
    written = words_in(text, transcript, options)
    said = {word for segment in transcript.segments for word in segment.words}
    clips = []
    for segment in without_commands(transcript, load_grammar(transcript.language)).transcript.segments:
        inside: tuple[Word, ...] = tuple(w for w in written if segment.start_s <= w.start_s < segment.end_s)
        if inside and said.issuperset(segment.words):
            clips.append(DictatedClip(segment.start_s, segment.end_s, segment.words, inside))
    return clips
