"""Teaching a pedal or a microphone: press the button, let it go, and it is known."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.capture.controls import Button, ConnectedDevice, Layout, learn_button
from app.translation import translate, without_accelerator
from app.ui.choice import Choice
from app.ui.dialogs import fit, make_buttons
from app.ui.models.controls import ControlsModel


class TeachDialog(QDialog):
    """A row for each thing that a button can do."""

    def __init__(self, controls: ControlsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._controls = controls
        self._devices: tuple[ConnectedDevice, ...] = ()
        self._learned: dict[str, Button] = {}
        self._first_bytes: set[int] = set()
        self._waiting = ""
        self._pressed: bytes | None = None
        self.setWindowTitle(translate("TeachDialog", "Teach a pedal or a microphone"))
        layout = QVBoxLayout(self)
        self.device = Choice(self)
        self.device.setAccessibleName(translate("TeachDialog", "Device"))
        self.device.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self.device.currentIndexChanged.connect(self._choose)
        row = QHBoxLayout()
        row.addWidget(self.device, 1)
        self.look_again = QPushButton(translate("TeachDialog", "&Look again"), self)
        self.look_again.setAccessibleName(translate("TeachDialog", "Look for devices again"))
        self.look_again.clicked.connect(self._look)
        row.addWidget(self.look_again)
        layout.addLayout(row)
        self.line = QLabel(self)
        self.line.setWordWrap(True)
        layout.addWidget(self.line)
        layout.addLayout(self._make_rows())
        self.buttons = make_buttons(self, translate("TeachDialog", "&Keep"))
        layout.addWidget(self.buttons)
        fit(self, 90)
        self.accepted.connect(self._keep)
        self.finished.connect(lambda _result: controls.end_teaching())
        self._look()

    def _make_rows(self) -> QGridLayout:
        grid = QGridLayout()
        texts = {
            "talk": translate("TeachDialog", "Dictate (hold, or press twice)"),
            "end": translate("TeachDialog", "Stop and write down"),
            "play": translate("TeachDialog", "Play and pause"),
            "back": translate("TeachDialog", "Back three seconds"),
            "transfer": translate("TeachDialog", "Transfer the text"),
        }
        self.rows: dict[str, QPushButton] = {}
        self.states: dict[str, QLabel] = {}
        for row, (does, text) in enumerate(texts.items()):
            grid.addWidget(QLabel(text, self), row, 0)
            button = QPushButton(translate("TeachDialog", "Teach"), self)
            button.setAccessibleName(translate("TeachDialog", "Teach: {what}", what=without_accelerator(text)))
            button.clicked.connect(lambda _checked=False, does=does: self._wait_for(does))
            grid.addWidget(button, row, 1)
            state = QLabel(self)
            state.setAccessibleName(text)
            state.setWordWrap(True)
            grid.addWidget(state, row, 2)
            self.rows[does], self.states[does] = button, state
        grid.setColumnStretch(2, 1)
        return grid

    def _look(self) -> None:
        self._devices = ()
        self.device.clear()
        self.line.setText(translate("TeachDialog", "Looking for devices…"))
        self._allow()
        self.look_again.hide()
        self._controls.list_devices(self._take_devices)

    def _take_devices(self, devices: object) -> None:
        assert isinstance(devices, tuple | list)
        self._devices = tuple(devices)
        for device in self._devices:
            self.device.addItem(f"{device.name} ({device.vendor:04x}:{device.product:04x})")
        if not self._devices:
            self.device.addItem(translate("TeachDialog", "No pedal or microphone with buttons"))
            self.line.setText(translate("TeachDialog", "No device was found. Plug it in, then press Look again."))
            self.look_again.show()
            self.look_again.setFocus()
        self._allow()

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._devices):
            self._learned.clear()
            self._first_bytes.clear()
            for state in self.states.values():
                state.clear()
            self.line.setText(translate("TeachDialog", "Press Teach, then press the device's button and let it go."))
            self._controls.begin_teaching(self._devices[row], self._take)
            self._allow()

    def _wait_for(self, does: str) -> None:
        self._waiting, self._pressed = does, None
        self.states[does].setText(translate("TeachDialog", "Press the button now and let it go…"))

    def _take(self, report: bytes) -> None:
        """A button is taught by two reports: it goes down, it comes up."""
        if not self._waiting:
            return
        if self._pressed is None:
            self._pressed = report
            return
        does, pressed, self._pressed = self._waiting, self._pressed, None
        button = learn_button(does, does, pressed, report)
        if button is None:
            self.states[does].setText(translate("TeachDialog", "That was not understood: press it once more."))
            return
        self._learned[does], self._waiting = button, ""
        self._first_bytes |= {pressed[0], report[0]} if button.byte else set()
        self.states[does].setText(translate("TeachDialog", "Known"))
        self._allow()

    @property
    def layout_learned(self) -> Layout:
        """What was taught so far."""
        device = self._devices[self.device.currentIndex()]
        layout = Layout(
            device.name, ((device.vendor, device.product),), tuple(self._learned.values()), device.usage_page or None
        )
        are_alike = len(self._first_bytes) == 1 and all(button.byte for button in self._learned.values())
        first = next(iter(self._first_bytes), 0)
        return replace(layout, starts_with=bytes([first])) if are_alike and first else layout

    def _keep(self) -> None:
        self._controls.keep(self.layout_learned)

    def _allow(self) -> None:
        self.device.setEnabled(bool(self._devices))
        for button in self.rows.values():
            button.setEnabled(bool(self._devices))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(self._learned))
