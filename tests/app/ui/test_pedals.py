"""Pedals in the window: what their buttons do, one that is pulled out, one that is taught; with recorded reports."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from recorded_device import RecordedDevice
from sound_server import SoundServer
from window_fixtures import DeskOpener, take_screenshot, wait_for_message

from app.ui.features import ControlsFeature
from app.ui.models.recording import RecordingState
from app.ui.teach_dialog import TeachDialog

pytestmark = pytest.mark.slow

LEFT, MIDDLE, NONE = b"\x01\x00", b"\x02\x00", b"\x00\x00"


def test_a_pedal_that_is_pulled_out_while_it_is_held_ends_nothing(
    home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window = open_desk()
    recording = window.session.recording
    pedal = RecordedDevice(0x05F3, 0x00FF)
    controls = window.feature(ControlsFeature).controls
    controls.source = lambda: pedal
    controls.choose(True)
    pedal.send(MIDDLE, NONE)  # shorter than 0.6 s: it goes on until the next press
    qtbot.waitUntil(lambda: recording.state == RecordingState.RECORDING, timeout=20_000)
    qtbot.wait(300)
    assert recording.state == RecordingState.RECORDING
    pedal.send(MIDDLE, NONE)
    qtbot.waitUntil(lambda: recording.state == RecordingState.IDLE, timeout=20_000)
    pedal.send(MIDDLE)
    qtbot.waitUntil(lambda: recording.state == RecordingState.RECORDING, timeout=20_000)
    pedal.pull_out()
    message = wait_for_message(window, qtbot, "controls")
    assert "Infinity IN-USB-2 foot pedal is gone" in message.text
    assert recording.state == RecordingState.RECORDING


def test_a_device_that_may_not_be_opened_is_told(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_desk()
    controls = window.feature(ControlsFeature).controls
    controls.source = lambda: RecordedDevice(0x05F3, 0x00FF, opens=False)
    controls.choose(True)
    assert "cannot be opened" in wait_for_message(window, qtbot, "controls").text


def test_without_a_device_the_page_says_what_to_do_and_looks_again(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window = open_desk()
    controls = window.feature(ControlsFeature).controls
    gone, plugged_in = RecordedDevice(0x07B4, 0x0218), RecordedDevice(0x07B4, 0x0218)
    gone.pull_out()
    controls.source = lambda: gone
    dialog = TeachDialog(controls, window)
    dialog.show()
    qtbot.waitUntil(dialog.look_again.isVisible)
    assert dialog.line.text() == "No device was found. Plug it in, then press Look again."
    assert dialog.device.currentText() and not dialog.device.isEnabled()
    assert not any(row.isEnabled() for row in dialog.rows.values())
    controls.source = lambda: plugged_in
    dialog.look_again.click()
    qtbot.waitUntil(dialog.device.isEnabled)
    assert "07b4:0218" in dialog.device.currentText() and not dialog.look_again.isVisible()
    assert all(row.isEnabled() for row in dialog.rows.values())
    dialog.reject()


def test_an_unknown_device_is_taught_by_pressing_its_buttons(
    home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    window = open_desk()
    device = RecordedDevice(0x07B4, 0x0218)
    feature = window.feature(ControlsFeature)
    feature.controls.source = lambda: device
    dialog = TeachDialog(feature.controls, window)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.device.count() == 1, timeout=10_000)
    rest, talk = bytes.fromhex("0000000010"), bytes.fromhex("0000000410")
    dialog.rows["end"].click()
    device.send(rest, rest)
    qtbot.waitUntil(lambda: "not understood" in dialog.states["end"].text(), timeout=10_000)
    dialog.rows["talk"].click()
    device.send(talk, rest)
    qtbot.waitUntil(lambda: dialog.states["talk"].text() == "Known", timeout=10_000)
    take_screenshot(dialog, "teach-a-pedal")
    dialog.accept()
    is_over: list[bool] = []
    window.session.desk.controls.submit(lambda job: True, is_over.append)
    qtbot.waitUntil(lambda: bool(is_over), timeout=10_000)
    device.send(talk)
    recording = window.session.recording
    qtbot.waitUntil(lambda: recording.state == RecordingState.RECORDING, timeout=20_000)
