"""The tour of four screens: by itself at the first start, and whenever it is wanted from the Help menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.translation import translate
from app.ui.buttons import key_of
from app.ui.features.feature import PageFeature, Situation
from app.ui.features.lexicons import LexiconsFeature
from app.ui.features.transfer import TransferFeature
from app.ui.features.voice_commands import VoiceCommandsFeature
from app.ui.models.tour import SCREENS, TourModel
from app.ui.tour_page import Screen, TourPage

if TYPE_CHECKING:
    from app.ui.window import MainWindow


class TourFeature(PageFeature[TourPage]):
    """The first screen is the page of the checks; the others follow when that is left."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.tour = TourModel(window)
        tip = translate("TourFeature", "Microphone, dictation, correction and signing in four screens")

        def may_start(situation: Situation) -> bool:
            return situation.is_desk and not self.session.recording.is_active

        self.opens = self.add("help", translate("TourFeature", "&Tour"), "", tip, self.tour.start, may_start)
        self.tour.changed.connect(self._show)
        window.setup_page.finished.connect(self._leave_checks)
        window.setup_page.skip.clicked.connect(self.tour.end)

    def make_page(self) -> TourPage:
        page = TourPage(self.tour, self._screens(), self.theme, self.window)
        page.left.connect(self.tour.end)
        return page

    @property
    def page(self) -> TourPage:
        """The page in the place of the desk, where nothing else is to be seen."""
        if self._page is None:
            self._page = self.make_page()
            self.window.pages.addWidget(self._page)
        return self._page

    def show_page(self) -> None:
        self.window.pages.setCurrentWidget(self.page)
        self.page.open()
        self.session.changed.emit()  # what the desk can do waits until the tour is over

    def _show(self) -> None:
        window = self.window
        window.setup_page.show_tour(SCREENS if self.tour.screen == 1 else 0)
        if self.tour.screen == 1:
            window.show_setup()
        elif self.tour.is_under_way:
            self.show_page()
        else:
            window.leave_setup()

    def _leave_checks(self) -> None:
        if self.tour.is_under_way:
            self.tour.go_on()

    def _screens(self) -> tuple[Screen, ...]:
        actions = self.window.actions_
        correcting = (
            (key_of(actions.next_doubt), translate("TourFeature", "Go to the next word that may be wrong.")),
            (key_of(actions.play), translate("TourFeature", "Hear what was said there, from the word at the cursor.")),
            (
                key_of(self.window.feature(LexiconsFeature).makes_term),
                translate("TourFeature", "Add the word to your terms: the next dictation knows it."),
            ),
        )
        dictating = (
            (key_of(actions.toggle_recording), translate("TourFeature", "Record, pause and go on.")),
            (key_of(actions.stop_recording), translate("TourFeature", "Stop. The recording stays with its note.")),
            (
                key_of(self.window.feature(VoiceCommandsFeature).opens),
                translate("TourFeature", "See what you can say: punctuation, new lines, headings and commands."),
            ),
        )
        signing = (
            (
                key_of(actions.sign),
                translate("TourFeature", "Sign. Afterwards the text stays; what is to be added becomes an addendum."),
            ),
            (
                key_of(actions.export["docx"]),
                translate("TourFeature", "Export for Word, or as PDF or text."),
            ),
            (
                key_of(self.window.feature(TransferFeature).action),
                translate("TourFeature", "Put the text into the program that you came from."),
            ),
        )
        return (
            Screen(
                translate("TourFeature", "Dictate"),
                translate("TourFeature", "Speak as you do to a person: the text appears while you speak."),
                "microphone",
                dictating,
            ),
            Screen(
                translate("TourFeature", "Check and correct"),
                translate(
                    "TourFeature", "Words that Otoscribe is not sure of are marked. Only you know what you meant."
                ),
                "search",
                correcting,
            ),
            Screen(
                translate("TourFeature", "Sign and export"),
                translate("TourFeature", "A note is a draft until you sign it. All of it stays on this computer."),
                "sign",
                signing,
            ),
        )
