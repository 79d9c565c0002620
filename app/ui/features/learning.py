"""Learning from corrections: its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.translation import translate
from app.ui.features.feature import PageFeature

if TYPE_CHECKING:
    from app.ui.learning_page import LearningPage
    from app.ui.window import MainWindow


class LearningFeature(PageFeature["LearningPage"]):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        tip = translate("LearningFeature", "What Otoscribe learns from your corrections")
        self.opens = self.add("dictation", translate("LearningFeature", "L&earning"), "Ctrl+J", tip, self.show_page)

    def make_page(self) -> LearningPage:
        from app.ui.learning_page import LearningPage

        return LearningPage(self.session.learning, self.theme, self.window)
