"""What can be said in the window: the commands that ship, and the user's own with every change to them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.desk.command_list import ListedCommand, check_own, list_commands, try_out
from app.desk.desk import Desk
from app.desk.lanes import Job
from app.desk.own_commands import OwnCommands, exchange_phrase, read_own_commands
from app.dictation.commands import Grammar, OwnPhrase, load_grammar
from app.translation import translate
from app.ui.models.messages import Action, Messages
from app.ui.models.recognition import RecognitionModel
from speech.errors import OtoscribeError


class OwnCommandsModel(QObject):
    """Holds what the two files hold, read in the files lane; dictations that begin from then on know it. `changed`:
    there are other phrases."""

    changed = Signal()

    def __init__(
        self, desk: Desk, messages: Messages, recognition: RecognitionModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self._recognition = recognition
        self._own = OwnCommands()

    @property
    def phrases(self) -> tuple[OwnPhrase, ...]:
        return self._own.phrases

    @property
    def problem(self) -> OtoscribeError | None:
        """The first thing that is wrong with the files."""
        return self._own.problems[0] if self._own.problems else None

    @property
    def language(self) -> str:
        """The language that is dictated."""
        return self._desk.settings.language

    @property
    def grammar(self) -> Grammar | None:
        """All that can be said in it; None where it has no commands."""
        return load_grammar(self.language, self.phrases)

    def listed(self) -> list[ListedCommand]:
        """The commands that ship."""
        grammar = self.grammar
        return list_commands(grammar) if grammar is not None else []

    def try_out(self, text: str) -> str:
        """What would happen if somebody said this."""
        grammar = self.grammar
        return try_out(grammar, text) if grammar is not None else ""

    def check(self, phrase: OwnPhrase, old: OwnPhrase | None) -> None:
        """Raises OwnPhraseError where a phrase can't take the place of an old one or be added."""
        check_own(phrase, self.language, [each for each in self.phrases if each != old])

    def refresh(self) -> None:
        """Reads the files anew."""
        self._desk.files.submit(lambda job: read_own_commands(), self._take, self._fail)

    def keep(self, phrase: OwnPhrase, old: OwnPhrase | None = None) -> None:
        """Adds a phrase, or puts it in place of an old one."""
        self._change(old, phrase, lambda: self._messages.clear("own commands"))

    def remove(self, phrase: OwnPhrase) -> None:
        """Takes a phrase out; the message offers to undo it."""

        def offer_undo() -> None:
            undo = Action(translate("OwnCommandsModel", "Undo"), lambda: self.keep(phrase))
            text = translate("OwnCommandsModel", "Removed: {said}", said=phrase.say[0])
            self._messages.tell("own commands", text, undo)

        self._change(phrase, None, offer_undo)

    def _change(self, old: OwnPhrase | None, new: OwnPhrase | None, then: Callable[[], None]) -> None:
        def work(job: Job) -> OwnCommands:
            exchange_phrase(old, new)
            return read_own_commands()

        def done(own: OwnCommands) -> None:
            then()
            self._take(own)

        self._desk.files.submit(work, done, self._fail)

    def _take(self, own: OwnCommands) -> None:
        known, self._own = self._own.problems, own
        self._recognition.own_phrases = own.phrases
        if own.problems and str(own.problems[0]) not in map(str, known):
            self._messages.warn("own commands", own.problems[0])
        self.changed.emit()

    def _fail(self, problem: OtoscribeError) -> None:
        self._messages.warn("own commands", problem)
