"""Controls: keys for the whole screen, how text gets into other programs, pedals."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.settings import TRANSFER_WAYS
from app.translation import describe_problem, translate, without_accelerator
from app.ui.choice import Choice
from app.ui.flow import FlowLayout
from app.ui.form import Form
from app.ui.models.controls import ControlsModel
from app.ui.models.session import Session
from app.ui.models.talk import TalkModel
from app.ui.page import Page
from app.ui.theme import Theme


class KeyEdit(QKeySequenceEdit):
    """Takes the next key that is pressed; Tab leaves it, as everywhere."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMaximumSequenceLength(1)
        self.setClearButtonEnabled(True)
        self.setAccessibleName(name)
        self.setFinishingKeyCombinations([])
        hints = [field.placeholderText() for field in self.findChildren(QLineEdit)]  # Qt's, of a length of its own
        needed = max((self.fontMetrics().horizontalAdvance(hint + "MMM") for hint in hints), default=0)
        self.setMinimumWidth(max(needed, self.fontMetrics().averageCharWidth() * 30))

    @property
    def key(self) -> str:
        return self.keySequence().toString(QKeySequence.SequenceFormat.PortableText)


class ControlsPage(Page):
    """What is chosen here holds at once."""

    def __init__(
        self,
        talk: TalkModel,
        controls: ControlsModel,
        session: Session,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(translate("ControlsPage", "Controls"), theme, parent)
        self._talk = talk
        self._controls = controls
        self._session = session
        layout = self.column()
        layout.addLayout(self.header())
        self._fill_keys(self.card(translate("ControlsPage", "Keys that work in every program"), layout))
        transfer = self.card(translate("ControlsPage", "Text into other programs"), layout)
        transfer.addLayout(self._make_transfer())
        pedals = self.card(translate("ControlsPage", "Pedals and microphones with buttons"), layout)
        pedals.addLayout(self._make_pedals())
        layout.addStretch(1)
        talk.changed.connect(self._show)
        controls.changed.connect(self._show)
        self._show()

    def open(self) -> None:
        self._show()
        self.talk_key.setFocus()

    def _form(self) -> Form:
        form = Form()
        form.setFieldGrowthPolicy(Form.FieldGrowthPolicy.FieldsStayAtSizeHint)
        form.setRowWrapPolicy(Form.RowWrapPolicy.WrapLongRows)
        return form

    def _fill_keys(self, card: QVBoxLayout) -> None:
        card.addLayout(self._make_keys())
        self.problem = QLabel(self)
        self.problem.setProperty("kind", "warning")
        self.problem.setWordWrap(True)
        self.problem.setAccessibleName(translate("ControlsPage", "What is wrong with the keys"))
        card.addWidget(self.problem)
        hint = translate(
            "ControlsPage",
            "Hold the key while you talk, or press it briefly to begin and once more to end. "
            "Escape while you hold it takes everything back.",
        )
        card.addWidget(self._muted(hint))
        self.cues = QCheckBox(translate("ControlsPage", "&Sounds when a recording begins and ends"), self)
        self.cues.setAccessibleName(without_accelerator(self.cues.text()))
        self.cues.setChecked(self._session.desk.settings.cues)
        self.cues.toggled.connect(lambda is_on: self._keep(cues=is_on))
        card.addLayout(FlowLayout(self.cues))

    def _make_keys(self) -> Form:
        form = self._form()
        settings = self._session.desk.settings
        talk, transfer = translate("ControlsPage", "Di&ctate"), translate("ControlsPage", "&Transfer the text")
        self.talk_key = KeyEdit(without_accelerator(talk), self)
        self.talk_key.setKeySequence(QKeySequence.fromString(settings.talk_key))
        self.transfer_key = KeyEdit(without_accelerator(transfer), self)
        self.transfer_key.setKeySequence(QKeySequence.fromString(settings.transfer_key))
        for label, edit in ((talk, self.talk_key), (transfer, self.transfer_key)):
            form.add(label, edit)
            edit.editingFinished.connect(self._choose_keys)
        return form

    def _make_transfer(self) -> Form:
        form = self._form()
        label = translate("ControlsPage", "Ho&w")
        self.way = Choice(self)
        self.way.setAccessibleName(translate("ControlsPage", "How text gets into other programs"))
        texts = (
            translate("ControlsPage", "Pasted; your clipboard is kept"),
            translate("ControlsPage", "Typed, where pasting does not work"),
            translate("ControlsPage", "Into the clipboard; you paste it"),
        )
        self.way.setMinimumWidth(self.fontMetrics().averageCharWidth() * 30)  # long ones are cut rather than the page
        for way, text in zip(TRANSFER_WAYS, texts, strict=True):
            self.way.addItem(text, way)
        self.way.setCurrentIndex(self.way.findData(self._session.desk.settings.transfer_way))
        self.way.activated.connect(lambda _row: self._keep(transfer_way=self.way.currentData()))
        form.add(label, self.way)
        return form

    def _make_pedals(self) -> FlowLayout:
        self.pedals = QCheckBox(translate("ControlsPage", "&Use them"), self)
        self.pedals.setAccessibleName(translate("ControlsPage", "Use pedals and microphones with buttons"))
        self.pedals.toggled.connect(self._controls.choose)
        self.teach = QPushButton(translate("ControlsPage", "Te&ach one…"), self)
        self.teach.setAccessibleName(translate("ControlsPage", "Teach a pedal or a microphone"))
        self.teach.clicked.connect(self._teach)
        return FlowLayout(self.pedals, self.teach)

    def _teach(self) -> None:
        from app.ui.teach_dialog import TeachDialog

        TeachDialog(self._controls, self).exec()
        self._show()

    def _muted(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setProperty("kind", "muted")
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _choose_keys(self) -> None:
        self._talk.choose(self.talk_key.key, self.transfer_key.key)

    def _keep(self, **changes: object) -> None:
        messages = self._session.messages
        self._session.desk.change_settings(lambda problem: messages.warn("settings", problem), **changes)

    def _show(self) -> None:
        self.pedals.setChecked(self._controls.are_used)
        problem = self._talk.problem
        self.problem.setText("" if problem is None else describe_problem(problem))
        self.problem.setVisible(problem is not None)
