"""The lexicons: their page, and the words at the cursor as a term."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.translation import translate
from app.ui.features.feature import PageFeature

if TYPE_CHECKING:
    from app.ui.lexicons_page import LexiconsPage
    from app.ui.window import MainWindow


class LexiconsFeature(PageFeature["LexiconsPage"]):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        tip = translate("LexiconsFeature", "The lists of terms that dictation is to know")
        self.opens = self.add("dictation", translate("LexiconsFeature", "&Lexicons"), "Ctrl+L", tip, self.show_page)
        tip = translate("LexiconsFeature", "Add the selected words to a lexicon")
        self.makes_term = self.add(
            "edit",
            translate("LexiconsFeature", "This is a ter&m…"),
            "Ctrl+K",
            tip,
            self._make_term,
            lambda situation: situation.has_note,
        )

    def make_page(self) -> LexiconsPage:
        from app.ui.lexicons_page import LexiconsPage

        return LexiconsPage(self.session.lexicons, self.session.term_trial, self.theme, self.window)

    def _make_term(self) -> None:
        written, heard = self.window.note_page.editor.chosen_words()
        self.session.lexicons.refresh()
        self.page.add_term(written, heard)
