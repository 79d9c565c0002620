"""The tour after the checks: three screens that say in a few lines what is done with which key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.translation import translate
from app.ui.buttons import ThemedButton
from app.ui.flow import FlowLayout
from app.ui.icons import icon
from app.ui.models.tour import SCREENS, TourModel
from app.ui.page import Page
from app.ui.theme import Theme


@dataclass(frozen=True)
class Screen:
    """`picture` is a pictogram's name; `hints` are keys, each with what it does."""

    title: str
    about: str
    picture: str
    hints: tuple[tuple[str, str], ...]


class TourPage(Page):
    """Shows the tour's screens from the second on. `left`: the user has seen enough."""

    def __init__(self, tour: TourModel, screens: Sequence[Screen], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(translate("TourPage", "Tour"), theme, parent)
        self._tour = tour
        self._screens = screens
        self._picture_name = "record"
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(round(self.fontMetrics().height() * 0.8))
        outer.addLayout(column, 8)
        outer.addStretch(1)
        column.addStretch(1)
        self.place = QLabel(self)
        self.place.setProperty("kind", "muted")
        column.addWidget(self.place)
        row = QHBoxLayout()
        self._picture = QLabel(self)
        self._picture.setAccessibleName(translate("TourPage", "Pictogram"))
        row.addWidget(self._picture)
        self.heading = QLabel(self)
        self.heading.setProperty("kind", "heading")
        row.addWidget(self.heading, 1)
        column.addLayout(row)
        self.about = QLabel(self)
        self.about.setWordWrap(True)
        column.addWidget(self.about)
        column.addWidget(self._make_card())
        column.addLayout(self._make_buttons(theme))
        column.addStretch(2)
        tour.changed.connect(self._show)
        theme.changed.connect(self._dress)
        self._show()

    def open(self) -> None:
        """Puts the focus where Enter goes on."""
        self.next.setFocus()

    def _make_card(self) -> QFrame:
        card = QFrame(self)
        card.setProperty("card", "true")
        grid = QGridLayout(card)
        gap = self.fontMetrics().height()
        grid.setContentsMargins(gap, gap, gap, gap)
        grid.setSpacing(gap)
        grid.setColumnStretch(1, 1)
        self.hints: list[tuple[QLabel, QLabel]] = []
        for row in range(max(len(screen.hints) for screen in self._screens)):
            key, line = QLabel(card), QLabel(card)
            key.setProperty("kind", "key")
            line.setWordWrap(True)
            line.setTextFormat(Qt.TextFormat.PlainText)
            grid.addWidget(key, row, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(line, row, 1)
            self.hints.append((key, line))
        return card

    def _make_buttons(self, theme: Theme) -> FlowLayout:
        self.skip = ThemedButton(theme, translate("TourPage", "Skip the &tour"), "close", "quiet", parent=self)
        self.skip.clicked.connect(self._tour.end)
        self.back = ThemedButton(theme, translate("TourPage", "&Back"), "", parent=self)
        self.back.clicked.connect(self._tour.go_back)
        self.next = ThemedButton(theme, translate("TourPage", "Ne&xt"), "forward", "primary", parent=self)
        self.next.clicked.connect(self._tour.go_on)
        return FlowLayout(self.skip, self.back, self.next, is_right_aligned=True)

    def _show(self) -> None:
        if self._tour.screen < 2:
            return
        screen = self._screens[self._tour.screen - 2]
        place = translate("TourPage", "{number} of {count}", number=self._tour.screen, count=SCREENS)
        self.place.setText(place)
        self.heading.setText(screen.title)
        self.about.setText(screen.about)
        for number, (key, line) in enumerate(self.hints):
            hint = screen.hints[number] if number < len(screen.hints) else ("", "")
            for label, text in zip((key, line), hint, strict=True):
                label.setText(text)
                label.setVisible(bool(text))
        is_last = self._tour.is_last
        self.next.setText(translate("TourPage", "&Start dictating") if is_last else translate("TourPage", "Ne&xt"))
        self.next.setAccessibleName(translate("TourPage", "Start dictating") if is_last else self._next_name(place))
        self.next.show_picture("done" if is_last else "forward")
        self.skip.setVisible(not is_last)
        self._picture_name = screen.picture
        self._dress()

    def _next_name(self, place: str) -> str:
        return f"{translate('TourPage', 'Next')} ({place})"

    def _dress(self) -> None:
        side = round(self.fontMetrics().height() * 1.8)
        self._picture.setPixmap(icon(self._picture_name, self._theme.colours.accent).pixmap(QSize(side, side)))
