"""The templates in the window: which there are, found by what is said, typed or searched, and every change to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.desk.desk import Desk
from app.desk.lanes import Job
from app.desk.template_import import called_alike
from app.desk.template_store import (
    Incoming,
    StoredTemplate,
    TemplateStore,
    export_template,
    export_templates,
    free_name,
    name_for,
    read_incoming,
)
from app.desk.templates import (
    NoteFacts,
    filled_text,
    find_template,
    find_typed,
    known_facts,
    open_template_store,
    search_templates,
)
from app.dictation.fields import Known
from app.dictation.templates import Template
from app.translation import translate
from app.ui.models.messages import Action, Messages
from app.ui.models.note import OpenNote
from speech.errors import OtoscribeError

T = TypeVar("T")


class TemplatesModel(QObject):
    """Holds what the folders hold, read in a lane of its own, since the site's may be slow. `changed`: there are other
    templates."""

    changed = Signal()

    def __init__(self, desk: Desk, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._messages = messages
        self.stored: tuple[StoredTemplate, ...] = ()

    def refresh(self) -> None:
        """Reads the folders anew."""
        self._ask(lambda store: store.listed(), self._take)

    def find(self, words: str) -> StoredTemplate | None:
        """The template that is called so, by its title, a spoken name or its short form."""
        return find_template(self.stored, words, self._desk.settings.language)

    def search(self, text: str) -> list[StoredTemplate]:
        """Those that hold all words of a text."""
        return search_templates(self.stored, text, self._desk.settings.language)

    def short_form(self, before: str, note: OpenNote | None) -> tuple[int, str] | None:
        """How much of the end of a line is a short form, and the text that it stands for in a note."""
        found = find_typed(self.stored, before, self._desk.settings.language)
        return (found[0], self.text_for(found[1], note)) if found is not None and note is not None else None

    def text_for(self, stored: StoredTemplate, note: OpenNote) -> str:
        """The template's text with what is known of a note."""
        return filled_text(stored.template, self._facts(note.patient), self._desk.settings.language)

    def known_of(self, note: OpenNote) -> dict[Known, str]:
        """What is known of a note now, for fields that were left open."""
        return known_facts(self._facts(note.patient), self._desk.settings.language)

    def preview_of(self, template: Template) -> str:
        """A template's text as a note of nobody in particular would get it."""
        return filled_text(template, self._facts(""), self._desk.settings.language)

    def called_alike(self, template: Template, name: str) -> list[tuple[str, StoredTemplate]]:
        """What a template of that name shares with others: a spoken name or a short form, each with the other one."""
        return called_alike(template, name, self.stored)

    def free_name(self, title: str) -> str:
        """A file name for a title that none of the user's own templates has."""
        own = [each.name for each in self.stored if each.scope.changeable]
        return free_name(name_for(title), own)

    def save(self, name: str, template: Template, then: Callable[[], None] | None = None) -> None:
        """Keeps one of the user's own, in place of what has that name."""
        self.save_all({name: template}, then)

    def save_all(self, templates: Mapping[str, Template], then: Callable[[], None] | None = None) -> None:
        """Keeps all of these as the user's own, or none."""

        def done(_nothing: None) -> None:
            if then is not None:
                then()

        self._change(lambda store: store.save_all(templates), done)

    def remove(self, name: str) -> None:
        """Deletes one of the user's own; the message offers to undo it."""

        def offer_undo(template: Template) -> None:
            undo = Action(translate("TemplatesModel", "Undo"), lambda: self.save(name, template))
            text = translate("TemplatesModel", "Deleted the template {title}.", title=template.title)
            self._messages.tell("templates", text, undo)

        self._change(lambda store: store.remove(name), offer_undo)

    def read(self, path: Path, then: Callable[[tuple[Incoming, ...]], None]) -> None:
        """Reads a file or a folder for a preview; nothing is kept."""
        self._desk.templates.submit(lambda job: read_incoming(path), then, self._fail)

    def export(self, templates: Sequence[StoredTemplate], path: Path, *, is_folder: bool) -> None:
        """Writes one to a file, or several into a folder, where nothing is overwritten."""

        def work(job: Job) -> None:
            if is_folder:
                export_templates(templates, path)
            else:
                export_template(templates[0].template, path)

        def told(_nothing: None) -> None:
            text = translate("TemplatesModel", "Exported %n template(s) to {path}.", n=len(templates), path=path)
            self._messages.tell("templates", text)

        self._desk.templates.submit(work, told, self._fail)

    def _facts(self, patient: str) -> NoteFacts:
        return NoteFacts(patient, self._desk.author, datetime.now())

    def _take(self, stored: tuple[StoredTemplate, ...]) -> None:
        if stored != self.stored:
            self.stored = stored
            self.changed.emit()

    def _change(self, change: Callable[[TemplateStore], T], done: Callable[[T], None]) -> None:
        def finish(result: T) -> None:
            self._messages.clear("templates")
            done(result)
            self.refresh()

        self._ask(change, finish)

    def _ask(self, question: Callable[[TemplateStore], T], done: Callable[[T], None]) -> None:
        settings = self._desk.settings
        self._desk.templates.submit(lambda job: question(open_template_store(settings)), done, self._fail)

    def _fail(self, problem: OtoscribeError) -> None:
        self._messages.warn("templates", problem)
