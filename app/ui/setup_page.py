"""The first-run page: three checks, each with its next step."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.translation import translate, without_accelerator
from app.ui.buttons import ThemedButton
from app.ui.flow import FlowLayout
from app.ui.icons import icon
from app.ui.level_meter import LevelMeter
from app.ui.models.session import Session
from app.ui.models.setup import Check, Finding
from app.ui.recording_bar import MicrophoneChooser
from app.ui.theme import Theme


class CheckCard(QFrame):
    """One check: a pictogram for how it stands, its name, a line, and room for what can be done."""

    def __init__(self, theme: Theme, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._finding = Finding(Check.WAITING, "")
        self.setProperty("card", "true")
        self.setAccessibleName(title)
        layout = QHBoxLayout(self)
        gap = round(self.fontMetrics().height() * 0.8)
        layout.setContentsMargins(gap, gap, gap, gap)
        layout.setSpacing(gap)
        self._picture = QLabel(self)
        self._picture.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._picture.setAccessibleName(translate("CheckCard", "State of the check: {title}", title=title))
        layout.addWidget(self._picture, alignment=Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        heading = QLabel(title, self)
        heading.setProperty("kind", "section")
        column.addWidget(heading)
        self.line = QLabel(self)
        self.line.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.line.setSizePolicy(policy)
        self.line.setAccessibleName(translate("CheckCard", "{title}: result", title=title))
        column.addWidget(self.line)
        self.tools = QHBoxLayout()
        column.addLayout(self.tools)
        layout.addLayout(column, 1)
        theme.changed.connect(self._dress)

    def show_finding(self, finding: Finding) -> None:
        self._finding = finding
        self.line.setText(finding.line)
        self._dress()

    def _dress(self) -> None:
        colours = self._theme.colours
        name, colour = {
            Check.WAITING: ("wait", colours.muted),
            Check.GOOD: ("done", colours.good),
            Check.PROBLEM: ("warning", colours.warning),
        }[self._finding.check]
        side = round(self.fontMetrics().height() * 1.4)
        self._picture.setPixmap(icon(name, colour).pixmap(QSize(side, side)))
        self._picture.setAccessibleDescription(self._finding.check.value)


class SetupPage(QScrollArea):
    """`finished` when the user goes on to the notes."""

    finished = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setup = session.setup
        self._recording = session.recording
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(translate("SetupPage", "Check microphone, model and disk"))
        page = QWidget(self)
        page.setObjectName("page")
        outer = QHBoxLayout(page)
        outer.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(round(self.fontMetrics().height() * 0.8))
        outer.addLayout(column, 8)
        outer.addStretch(1)
        column.addStretch(1)
        self.place = QLabel(page)
        self.place.setProperty("kind", "muted")
        column.addWidget(self.place)
        heading = QLabel(translate("SetupPage", "Before you dictate"), page)
        heading.setProperty("kind", "heading")
        column.addWidget(heading)
        about = QLabel(
            translate(
                "SetupPage",
                "Otoscribe writes what you dictate, on this computer alone: no sound and no text leaves it. "
                "Three things must be in place.",
            ),
            page,
        )
        about.setWordWrap(True)
        about.setProperty("kind", "muted")
        column.addWidget(about)
        self.microphone = CheckCard(theme, translate("SetupPage", "Microphone"), page)
        self._add_microphone_tools(session, theme)
        column.addWidget(self.microphone)
        self.model = CheckCard(theme, translate("SetupPage", "Speech model"), page)
        self._add_model_tools(theme)
        column.addWidget(self.model)
        self.disk = CheckCard(theme, translate("SetupPage", "Disk"), page)
        column.addWidget(self.disk)
        self.skip = ThemedButton(theme, translate("SetupPage", "Skip the &tour"), "close", "quiet", parent=page)
        self.go_on = ThemedButton(theme, translate("SetupPage", "&Start dictating"), "done", "primary", parent=page)
        self.go_on.clicked.connect(self.finished)
        column.addLayout(FlowLayout(self.skip, self.go_on, is_right_aligned=True))
        column.addStretch(2)
        self.setWidget(page)
        self.show_tour(0)
        self._setup.changed.connect(self._show)
        self._setup.level_changed.connect(self.meter.show_level)
        self._show()

    def show_tour(self, screens: int) -> None:
        """Is the first of so many screens of the tour, or (0) stands alone."""
        self._screens = screens
        self.place.setText(translate("TourPage", "{number} of {count}", number=1, count=screens))
        self.place.setVisible(screens > 0)
        self.skip.setVisible(screens > 0)
        self._show()

    def _add_microphone_tools(self, session: Session, theme: Theme) -> None:
        self.chooser = MicrophoneChooser(session.recording, self.microphone)
        self.microphone.tools.addWidget(self.chooser, 1)
        self.meter = LevelMeter(theme, translate("SetupPage", "Level of the microphone under test"), self.microphone)
        self.microphone.tools.addWidget(self.meter, 1)
        self.look_again = ThemedButton(theme, translate("SetupPage", "Look &again"), "refresh", parent=self.microphone)
        self.look_again.clicked.connect(self._setup.look_again)
        self.microphone.tools.addWidget(self.look_again)

    def _add_model_tools(self, theme: Theme) -> None:
        self.bar = QProgressBar(self.model)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(translate("SetupPage", "Download of the model"))
        self.model.tools.addWidget(self.bar, 1)
        self.pull = ThemedButton(
            theme, translate("SetupPage", "&Get the model"), "export", "primary", parent=self.model
        )
        self.pull.clicked.connect(self._setup.pull)
        self.model.tools.addWidget(self.pull)
        self.cancel = ThemedButton(
            theme,
            translate("SetupPage", "&Cancel"),
            "close",
            name=translate("SetupPage", "Cancel the download"),
            parent=self.model,
        )
        self.cancel.clicked.connect(self._setup.cancel_pull)
        self.model.tools.addWidget(self.cancel)
        self.model.tools.addStretch(0)

    def _show(self) -> None:
        setup = self._setup
        self.microphone.show_finding(setup.microphone)
        recording = self._recording
        self.meter.setHidden(recording.are_microphones_known and not recording.microphones)  # what's missing is named
        self.model.show_finding(setup.model)
        self.disk.show_finding(setup.disk)
        self.bar.setVisible(setup.is_pulling)
        self.bar.setValue(round(setup.pull_progress * 100))
        self.cancel.setVisible(setup.is_pulling)
        self.pull.setVisible(setup.can_pull)
        self.pull.setText(setup.pull_label)
        self.pull.setAccessibleName(without_accelerator(setup.pull_label))
        if self._screens:
            self.go_on.setText(translate("TourPage", "Ne&xt"))
        elif setup.is_good:
            self.go_on.setText(translate("SetupPage", "&Start dictating"))
        else:
            self.go_on.setText(translate("SetupPage", "Go &on to the notes"))
        self.go_on.show_picture("forward" if self._screens else "done")
        self.go_on.setAccessibleName(without_accelerator(self.go_on.text()))
