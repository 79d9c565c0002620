"""Learning from an author's corrections, for commands and window: what is gathered, what it makes, what was made."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adaptation.adapter_store import AdapterStore
from adaptation.corpus import Clip
from adaptation.corrections import Change, Kind, apply
from adaptation.gate import Verdict, canary_clips, replay_clips
from adaptation.learning import (
    FEWEST_CLIPS,
    Progress,
    Promotion,
    divide,
    is_enough,
    learn,
    require_enough,
    try_adapter,
)
from app.paths import adapters_folder, models_folder, trainings_folder
from app.translation import describe_phrase, in_a_row, in_brackets, number, sentence, sentences, translate
from speech.errors import OtoscribeError
from speech.store import ModelStore

if TYPE_CHECKING:
    from app.records import RecordStore
    from app.records.gathered import Correction, GatheredClip


@dataclass(frozen=True)
class Gathered:
    """How much an author's signed notes have given: utterances, corrections of each kind, and how many utterances can
    be learned from."""

    utterances: int
    misheard: int
    rewritten: int
    doubtful: int
    usable: int


@dataclass(frozen=True)
class Version:
    """An adapter that was learned from an author: its number, whether it is in use, and the gate's verdict."""

    name: str
    number: int
    is_in_use: bool
    verdict: Verdict | None


@dataclass(frozen=True)
class ShownCorrection:
    """A correction with the clip that it was made in."""

    correction: Correction
    clip: GatheredClip


@dataclass(frozen=True)
class State:
    """All that the window shows of learning: `corrections` with those for the author to decide first, `versions` the
    newest first, `in_use` the name of the adapter that the model writes with."""

    gathered: Gathered
    corrections: tuple[ShownCorrection, ...] = ()
    versions: tuple[Version, ...] = ()
    in_use: str | None = None
    can_train: bool = False


EMPTY = State(Gathered(0, 0, 0, 0, 0))


def look(store: RecordStore, author: str, model: str) -> State:
    """The state of learning for an author and the model that writes."""
    clips = store.learning.clips(author)
    shown = [ShownCorrection(each, clip) for clip in clips for each in clip.corrections]
    shown.sort(key=lambda each: (each.correction.final_kind != Kind.DOUBTFUL, -each.correction.id))
    usable = divide(to_learn_from(clips))
    return State(
        summarize(clips),
        tuple(shown),
        tuple(versions(author)),
        open_adapters().in_use(model),
        is_enough(usable),
    )


def name_of_kind(kind: Kind) -> str:
    """What a correction is, in words."""
    return {
        Kind.MISHEARD: translate("Learning", "misheard"),
        Kind.REWRITTEN: translate("Learning", "rewritten"),
        Kind.DOUBTFUL: translate("Learning", "for you to decide"),
    }[kind]


def describe_gathered(gathered: Gathered) -> str:
    """What is gathered, in a sentence or two."""
    if not gathered.utterances:
        return translate("Learning", "Nothing is gathered yet.")
    told = translate(
        "Learning",
        "%n utterance(s) gathered, {usable} of them can be learned from. Misheard: {misheard}. Rewritten: {rewritten}.",
        n=gathered.utterances,
        usable=number(gathered.usable),
        misheard=number(gathered.misheard),
        rewritten=number(gathered.rewritten),
    )
    if not gathered.doubtful:
        return told
    return sentences([told, translate("Learning", "%n correction(s) for you to decide.", n=gathered.doubtful)])


def describe_state(state: State) -> str:
    """What the last try came to, with the figures, and what writes now."""
    lines = []
    tried = next((version for version in state.versions if version.verdict is not None), None)
    if tried is not None and tried.verdict is not None:
        if tried.verdict.passed:
            came = translate("Learning", "Version {number} helps you and harms nothing else.", number=tried.number)
        else:
            came = translate("Learning", "Version {number} was refused:", number=tried.number)
        lines.append(came)
        told = tried.verdict.reasons or tuple(check.reason for check in tried.verdict.checks)
        lines += [sentence(f"   {reason[0].upper()}{reason[1:]}") for reason in map(describe_phrase, told)]
    in_use = next((version.number for version in state.versions if version.name == state.in_use), None)
    if state.in_use is None:
        lines.append(translate("Learning", "Dictation is written by the model as it came, without anything learned."))
    elif in_use is None:
        lines.append(translate("Learning", "Dictation is written with {name}.", name=state.in_use))
    else:
        lines.append(translate("Learning", "Dictation is written with version {number}.", number=in_use))
    if state.versions:
        kept = in_a_row(map(_describe_version, state.versions))
        lines.append(translate("Learning", "Versions kept: {versions}.", versions=kept))
    if not state.can_train:
        lines.append(translate("Learning", "About {count} utterances are needed to learn from.", count=FEWEST_CLIPS))
    return "\n".join(lines)


def _describe_version(version: Version) -> str:
    if version.verdict is None:
        judged = translate("Learning", "not measured")
    else:
        judged = translate("Learning", "passed") if version.verdict.passed else translate("Learning", "refused")
    remarks = [judged, *([translate("Learning", "in use")] if version.is_in_use else [])]
    return in_brackets(str(version.number), in_a_row(remarks))


def describe_progress(progress: Progress | None) -> str:
    """What a training is at."""
    if progress is None:
        return translate("Learning", "Getting ready…")
    doing = {
        "learning": translate("Learning", "Learning"),
        "measuring": translate("Learning", "Measuring what was learned"),
    }.get(progress.doing, progress.doing)
    if progress.remaining_s is None:
        return f"{doing}…"
    minutes = max(1, round(progress.remaining_s / 60))
    return translate("Learning", "{doing}: about %n minute(s) to go", n=minutes, doing=doing)


def summarize(clips: Sequence[GatheredClip]) -> Gathered:
    """The counts."""
    kinds = Counter(each.final_kind for clip in clips for each in clip.corrections)
    usable = len(to_learn_from(clips))
    return Gathered(len(clips), kinds[Kind.MISHEARD], kinds[Kind.REWRITTEN], kinds[Kind.DOUBTFUL], usable)


def to_learn_from(clips: Sequence[GatheredClip]) -> list[Clip]:
    """The clips whose words are known: those the author left as they were, and those where all that was changed had
    been misheard or was put in. Where words were replaced or taken out, nobody knows what was said."""
    found = []
    for clip in clips:
        kinds = [(each.final_kind, each.before) for each in clip.corrections]
        if all(kind == Kind.MISHEARD or (kind == Kind.REWRITTEN and not before) for kind, before in kinds):
            changes = [
                Change(each.first, each.last, each.before, each.after, 1.0)
                for each in clip.corrections
                if each.final_kind == Kind.MISHEARD
            ]
            name = f"{clip.recording_id} from {clip.start_s:.2f} s"
            text = apply(clip.words, changes)
            found.append(Clip(name, clip.audio, text, span_s=(clip.start_s, clip.end_s)))
    return found


def learn_from(
    store: RecordStore,
    author: str,
    model: str,
    language: str,
    *,
    device: str = "cpu",
    minutes: float | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Promotion:
    """Trains the author's next version and asks the gate; a run that was cut off goes on. CorpusError when too little
    is gathered."""
    from adaptation.finetune import FinetuneOptions

    _require_english(language)
    clips = divide(to_learn_from(store.learning.clips(author)))
    require_enough(clips)
    name = _next_name(author, model)
    content = "\n".join(f"{clip.name} {clip.text}" for clip in (*clips.learned, *clips.held_out))
    folder = trainings_folder() / f"{name}-{_digest(content)}"
    for outdated in trainings_folder().glob(f"{prefix_of(author)}*"):
        if outdated != folder:  # of other corrections than there are now
            shutil.rmtree(outdated, ignore_errors=True)
    return learn(
        open_adapters(),
        ModelStore(models_folder()).open(model),
        clips,
        name,
        folder,
        replay=replay_clips(),
        canary=canary_clips(),
        options=FinetuneOptions(language=language, minutes=minutes),
        device=device,
        on_progress=on_progress,
    )


def judge_adapter(
    store: RecordStore,
    author: str,
    name: str,
    language: str,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Verdict:
    """Asks the gate about any adapter, with the author's held-out clips as they are now, and keeps the verdict."""
    _require_english(language)
    adapters = open_adapters()
    model = ModelStore(models_folder()).open(adapters.get(name).base)
    own = divide(to_learn_from(store.learning.clips(author))).held_out
    verdict = try_adapter(adapters, model, name, own, canary_clips(), language=language, on_progress=on_progress)
    adapters.keep_verdict(name, verdict.to_json())
    return verdict


def versions(author: str) -> list[Version]:
    """What was learned from the author, the newest first."""
    store, prefix = open_adapters(), prefix_of(author)
    found = [
        Version(each.name, int(number), each.is_in_use, read_verdict(store, each.name))
        for each in store.all()
        if each.name.startswith(prefix) and (number := each.name.removeprefix(prefix)).isdigit()
    ]
    return sorted(found, key=lambda version: -version.number)


def read_verdict(store: AdapterStore, name: str) -> Verdict | None:
    """The verdict that was kept; None where there is none that can be read."""
    kept = store.verdict(name)
    try:
        return Verdict.from_json(kept) if kept is not None else None
    except (KeyError, TypeError, IndexError):
        return None


def purge(store: RecordStore, author: str) -> int:
    """Removes what was gathered from the author and trainings under way; says how many utterances that were. Versions
    that were learned stay until they are removed."""
    for folder in trainings_folder().glob(f"{prefix_of(author)}*"):
        shutil.rmtree(folder, ignore_errors=True)
    return store.learning.purge(author)


def open_adapters() -> AdapterStore:
    """The adapters of this user."""
    return AdapterStore(adapters_folder())


def require_author(author: str) -> str:
    """The author's name; OtoscribeError when there is none."""
    if not author.strip():
        raise OtoscribeError(
            "It is not said whose corrections are meant", "Set your name in the settings, or give --author NAME."
        )
    return author


def _require_english(language: str) -> None:
    """How words sound, the general speech for training and that of the gate are English."""
    if language.split("-")[0] != "en":
        raise OtoscribeError(
            "Otoscribe learns from corrections in English only so far",
            "Train from a manifest of your own: otoscribe adapt train MANIFEST --name NAME --language CODE",
        )


def _next_name(author: str, model: str) -> str:
    """A new version's name; that of one whose verdict is missing, as it was cut off, is taken up again."""
    store = open_adapters()
    known = versions(author)
    if known and known[0].verdict is None and store.get(known[0].name).base == model:
        return known[0].name
    return f"{prefix_of(author)}{known[0].number + 1 if known else 1}"


def prefix_of(author: str) -> str:
    """What the names of an author's versions begin with. They go into audit trails and file names, so that no author's
    name stands in them."""
    return f"learned-{_digest(author)[:6]}-"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
