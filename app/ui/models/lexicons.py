"""The lexicons in the window: which there are and which are on, the terms in sight, and every change to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from app.desk.desk import Desk
from app.desk.lanes import Job
from app.translation import number, translate
from app.ui.models.messages import Action, Messages
from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from adaptation.lexicon import LexiconStore, Listed, Reading, Scope, Term
    from app.desk.lexicons import FoundTerms, ShownTerm

T = TypeVar("T")

_SEARCH_AFTER_MS = 250


class LexiconsModel(QObject):
    """`changed`: other lexicons, or other ones on. `terms_changed`: other terms are in sight. `kept`: what is to
    be known in dictation has changed."""

    changed = Signal()
    terms_changed = Signal()
    kept = Signal()

    def __init__(self, desk: Desk, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self._looking: Job | None = None
        self.lexicons: tuple[Listed, ...] = ()
        self.chosen: str | None = None
        self.text = ""
        self.found: FoundTerms | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SEARCH_AFTER_MS)
        self._soon.timeout.connect(self._look)

    @property
    def own_names(self) -> tuple[str, ...]:
        """The lexicons that terms can be added to, with the one that is made for them if there is none."""
        from app.desk.lexicons import OWN_LEXICON

        names = [each.name for each in self.lexicons if each.scope.changeable]
        return tuple(dict.fromkeys([*names, OWN_LEXICON]))

    def title_of(self, name: str) -> str:
        """What a lexicon is called in the window."""
        from app.desk.lexicons import OWN_LEXICON

        title = next((each.title for each in self.lexicons if each.name == name), name)
        return translate("Lexicons", "My terms") if title == OWN_LEXICON else title

    @property
    def line(self) -> str:
        """How many terms are in sight, and what else to know."""
        if self.found is None:
            return translate("LexiconsModel", "Looking…")
        shown, total = len(self.found.terms), self.found.total
        if not total:
            if self.text.strip():
                return translate("LexiconsModel", "No term holds that text.")
            return translate("LexiconsModel", "No terms yet.")
        if shown == total:
            return translate("LexiconsModel", "%n term(s)", n=total)
        return translate("LexiconsModel", "{shown} of %n term(s); search to see others", n=total, shown=number(shown))

    def refresh(self) -> None:
        """Reads the list of lexicons anew, and the terms in sight."""
        self._ask(lambda store: tuple(store.listed()), self._take_lexicons)
        self._look()

    def choose(self, name: str | None) -> None:
        """Shows the terms of one lexicon, or of all."""
        if name != self.chosen:
            self.chosen = name
            self._look()

    def search(self, text: str) -> None:
        """Shows the terms that hold a text, once the fingers rest."""
        self.text = text
        self._soon.start()

    def switch(self, name: str, is_on: bool) -> None:
        """Switches a lexicon on or off."""
        self._change(lambda store: store.switch(name, on=is_on))

    def add(self, name: str, term: Term, corrected: bool = False) -> None:
        """Adds a term to an own lexicon; `corrected`: the user put it where something else had been written."""

        def work(store: LexiconStore) -> None:
            store.add_term(name, term)
            if corrected:
                store.record_corrected(name, term.written)

        told = translate("LexiconsModel", "{written} is in {name}.", written=term.written, name=name)
        self._change(work, lambda _nothing: self._tell(told))

    def exchange(self, old: ShownTerm, name: str, term: Term) -> None:
        """Writes a changed term in place of the old one."""

        def work(store: LexiconStore) -> None:
            store.add_term(name, term)
            if (name, term.written.casefold()) != (old.lexicon, old.term.written.casefold()):
                store.take_back(old.lexicon, old.term.written)

        self._change(work)

    def count(self, terms: Sequence[str], *, is_rejected: bool = False) -> None:
        """Counts terms that were written in a dictation, or that the user took out of one again."""
        if not terms:
            return

        def work(store: LexiconStore) -> None:
            from app.desk.lexicons import count_terms

            count_terms(store, terms, is_rejected=is_rejected)

        self._ask(work, lambda _nothing: None)

    def take_back(self, shown: ShownTerm) -> None:
        """Removes a term, for good; the message offers to undo it."""
        name, written = shown.lexicon, shown.term.written

        def offer_undo(term: Term) -> None:
            undo = Action(
                translate("LexiconsModel", "Undo"), lambda: self._change(lambda store: store.add_term(name, term))
            )
            self._tell(translate("LexiconsModel", "Removed {written} from {name}.", written=written, name=name), undo)

        self._change(lambda store: store.take_back(name, written), offer_undo)

    def remove(self, name: str) -> None:
        """Deletes an own lexicon whole."""
        self.chosen = None if self.chosen == name else self.chosen
        self._change(lambda store: store.remove(name))

    def read(self, path: Path, then: Callable[[Reading], None]) -> None:
        """Reads a file of terms for a preview; nothing is kept."""

        def work(job: Job) -> Reading:
            from adaptation.lexicon import read_lexicon

            return read_lexicon(path)

        self._desk.files.submit(work, then, self._fail)

    def take(self, reading: Reading, name: str, scope: Scope, is_replacing: bool) -> None:
        """Keeps what was read as a lexicon, and switches it on."""
        lexicon = replace(reading.lexicon, name=name, scope=scope)
        self.chosen = name
        told = translate(
            "LexiconsModel", "The lexicon {name} has %n term(s) and is on.", n=len(lexicon.terms), name=name
        )
        self._change(lambda store: store.add(lexicon, replacing=is_replacing), lambda _nothing: self._tell(told))

    def _look(self) -> None:
        self._soon.stop()
        if self._looking is not None:
            self._looking.cancel()
        name, text = self.chosen, self.text

        def work(job: Job) -> FoundTerms:
            from app.desk.lexicons import find_terms, open_store

            return find_terms(open_store(), name, text)

        self._looking = self._desk.files.submit(work, self._take_found, self._fail)

    def _take_lexicons(self, lexicons: tuple[Listed, ...]) -> None:
        from app.desk.lexicon_titles import titled

        self.lexicons = titled(lexicons)
        self.changed.emit()

    def _take_found(self, found: FoundTerms) -> None:
        self.found = found
        self.terms_changed.emit()

    def _change(self, change: Callable[[LexiconStore], T], done: Callable[[T], None] | None = None) -> None:
        def finish(result: T) -> None:
            self._messages.clear("lexicons")
            if done is not None:
                done(result)
            self.kept.emit()
            self.refresh()

        self._ask(change, finish)

    def _ask(self, question: Callable[[LexiconStore], T], done: Callable[[T], None]) -> None:
        def work(job: Job) -> T:
            from app.desk.lexicons import open_store

            return question(open_store())

        self._desk.files.submit(work, done, self._fail)

    def _tell(self, text: str, *actions: Action) -> None:
        self._messages.tell("lexicons", text, *actions)

    def _fail(self, problem: OtoscribeError) -> None:
        self._messages.warn("lexicons", problem)
        self._ask(lambda store: tuple(store.listed()), self._take_lexicons)
