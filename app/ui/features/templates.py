"""Templates and short forms: putting one into the note, its fields, and the page where they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.desk.template_store import StoredTemplate
from app.dictation.fields import Known
from app.translation import translate
from app.ui.features.feature import PageFeature, Situation
from app.ui.note_fields import NoteFields

if TYPE_CHECKING:
    from app.ui.templates_page import TemplatesPage
    from app.ui.window import MainWindow


class TemplatesFeature(PageFeature["TemplatesPage"]):
    """`fields` goes through the fields of the note on show."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        session = self.session
        self.fields = NoteFields(
            window.note_page.editor,
            lambda before: session.templates.short_form(before, session.notebook.current),
            self._known,
        )
        self.fields.moved.connect(session.go_on_at)
        window.note_page.open_fields.clicked.connect(self.fields.go_to_next)

        def is_draft(situation: Situation) -> bool:
            return situation.has_draft

        tip = translate("TemplatesFeature", "Put a template or a short form into the note")
        text = translate("TemplatesFeature", "&Insert template…")
        self.inserts = self.add("edit", text, "Ctrl+I", tip, self.ask, is_draft)
        tip = translate("TemplatesFeature", "Select the next field that is to be filled")
        text = translate("TemplatesFeature", "N&ext field")
        self.next = self.add("edit", text, "F3", tip, self.fields.go_to_next, is_draft)
        tip = translate("TemplatesFeature", "Select the field before")
        text = translate("TemplatesFeature", "&Previous field")
        self.previous = self.add("edit", text, "Shift+F3", tip, self.fields.go_to_previous, is_draft)
        tip = translate("TemplatesFeature", "Offer the options of a field that is a choice (Return in the field)")
        text = translate("TemplatesFeature", "Ch&oose for the field…")
        self.chooses = self.add("edit", text, "Ctrl+F3", tip, self.fields.choose, is_draft)
        tip = translate("TemplatesFeature", "Fill all fields that have a default with it; a side never has one")
        text = translate("TemplatesFeature", "Accept &defaults")
        self.accepts = self.add("edit", text, "Ctrl+D", tip, self.fields.accept_defaults, is_draft)
        tip = translate("TemplatesFeature", "Templates and short forms: see, write, import and export them")
        text = translate("TemplatesFeature", "&Templates")
        self.opens = self.add("dictation", text, "Ctrl+Shift+I", tip, self.show_page)

    def make_page(self) -> TemplatesPage:
        from app.ui.templates_page import TemplatesPage

        return TemplatesPage(self.session.templates, self.theme, self.window)

    def ask(self) -> None:
        """Lets a template be chosen and puts it where the cursor stands."""
        from app.ui.template_chooser import TemplateChooser

        note = self.session.notebook.current
        if note is None:
            return
        templates = self.session.templates
        templates.refresh()
        dialog = TemplateChooser(templates, lambda stored: templates.text_for(stored, note), self.theme, self.window)
        if dialog.exec() == TemplateChooser.DialogCode.Accepted and dialog.chosen is not None:
            self.insert(dialog.chosen)

    def _known(self) -> dict[Known, str]:
        note = self.session.notebook.current
        return self.session.templates.known_of(note) if note is not None else {}

    def insert(self, stored: StoredTemplate) -> None:
        """Puts a template into the note on show and goes to its first field."""
        note = self.session.notebook.current
        if note is not None and stored.is_usable:
            self.fields.insert(self.session.templates.text_for(stored, note))
