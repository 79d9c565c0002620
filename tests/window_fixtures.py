"""The real window on a virtual screen: fixtures for the tests of the window and for the journeys."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from model_fixtures import TEST_MODELS_FOLDER, installed_base
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from app.ui.application import open_window
from app.ui.models.messages import Message
from app.ui.window import MainWindow

D = TypeVar("D", bound=QDialog)

ARTEFACTS = Path(__file__).resolve().parent / "artefacts"
_SCREEN = "2600x1600x24"
_PATIENCE_MS = 60_000


@contextlib.contextmanager
def virtual_screen() -> Iterator[str]:
    """The name of an X display of the tests' own."""
    program = shutil.which("Xvfb")
    if program is None:
        pytest.fail("The window's tests need Xvfb. Install with: sudo apt-get install --yes xvfb", pytrace=False)
    reading, writing = os.pipe()
    command = [program, "-displayfd", str(writing), "-screen", "0", _SCREEN, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        number = pipe.readline().strip()
    if not number:
        pytest.fail("Xvfb did not start", pytrace=False)
    yield f":{number}"
    server.terminate()
    server.wait()


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """A virtual screen that this process and its children use."""
    with virtual_screen() as name:
        os.environ.update(DISPLAY=name, QT_QPA_PLATFORM="xcb")
        for variable in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
            os.environ.pop(variable, None)
        yield name


@pytest.fixture(scope="session")
def qapp(display: str) -> Iterator[QApplication]:
    """The application on that display."""
    application = QApplication.instance() or QApplication(["otoscribe"])
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    yield application
    application.shutdown()


class PatientBot(QtBot):
    """Waits for a minute at least: a limit is no sleep, and a window on a busy machine answers late."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = 0) -> None:  # noqa: N802
        super().waitUntil(callback, timeout=max(timeout, _PATIENCE_MS))

    def waitSignal(self, signal: object, *, timeout: int = 0, **others: object) -> object:  # noqa: N802
        return super().waitSignal(signal, timeout=max(timeout, _PATIENCE_MS), **others)

    def waitActive(self, widget: QWidget, *, timeout: int = 0) -> object:  # noqa: N802
        return super().waitActive(widget, timeout=max(timeout, _PATIENCE_MS))


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's, with more patience."""
    return PatientBot(request)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's own folders, with settings, so that the window does not take it for the first run."""
    folder = tmp_path / "home"
    (folder / "settings").mkdir(parents=True)
    (folder / "settings" / "settings.json").write_text(
        '{"version": 1, "author": "Dr. Ada Finch", "model": "whisper-base", "theme": "light"}'
    )
    monkeypatch.setenv("OTOSCRIBE_HOME", str(folder))
    return folder


@pytest.fixture
def model_home(home: Path) -> Path:
    """The same with the real default model installed."""
    installed_base()
    (home / "data").mkdir()
    (home / "data" / "models").symlink_to(TEST_MODELS_FOLDER)
    return home


class DeskOpener:
    """Opens windows and ends those that a test left open."""

    def __init__(self, qtbot: QtBot, application: QApplication) -> None:
        self._qtbot = qtbot
        self._application = application
        self._opened: list[MainWindow] = []

    def __call__(self, *, is_waiting: bool = True) -> MainWindow:
        """A window at 1280 × 720; with `is_waiting` its notes can be used when this returns."""
        window = open_window(self._application)
        self._opened.append(window)
        window.resize(1280, 720)
        window.show()
        window.activateWindow()
        with self._qtbot.waitActive(window, timeout=20_000):
            pass
        if not is_waiting:
            window.session.start()
            return window
        with self._qtbot.waitSignal(window.ready, timeout=20_000):
            window.session.start()
        return window

    def close(self, window: MainWindow) -> None:
        """Ends a window without asking: what is recorded and written is kept."""
        self._opened.remove(window)
        left: list[bool] = []
        window.session.leave(left.append)
        self._qtbot.waitUntil(lambda: bool(left), timeout=20_000)
        window.hide()
        window.session.desk.close()
        window.session.deleteLater()  # else what is connected to it keeps it, and with it a loaded model
        window.deleteLater()
        self._qtbot.wait(1)

    def close_all(self) -> None:
        for window in list(self._opened):
            self.close(window)
        gc.collect()  # what belongs to a window refers to it


@pytest.fixture
def open_desk(qtbot: QtBot, qapp: QApplication) -> Iterator[DeskOpener]:
    """Call it for a window."""
    opener = DeskOpener(qtbot, qapp)
    yield opener
    opener.close_all()


def wait_for_message(window: MainWindow, qtbot: QtBot, key: str, timeout_ms: int = 20_000) -> Message:
    """The message with that key, once it stands in the window."""

    def standing() -> list[Message]:
        return [message for message in window.session.messages.standing if message.key == key]

    qtbot.waitUntil(lambda: bool(standing()), timeout=timeout_ms)
    return standing()[0]


def answer_dialog(kind: type[D], answer: Callable[[D], None]) -> None:
    """Answers the next dialog of a kind, once it is on the screen; a dialog that is not closed by that is given up."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, kind):
            QTimer.singleShot(50, look)
            return
        try:
            answer(dialog)
        finally:
            if dialog.isVisible():
                dialog.reject()

    QTimer.singleShot(50, look)


def drop_files(widget: QWidget, paths: list[Path]) -> bool:
    """Drops files on a widget, as a file manager does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    data.setText("\n".join(map(str, paths)))
    action, button, key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), action, data, button, key)
    QApplication.sendEvent(widget, enter)
    if enter.isAccepted():
        QApplication.sendEvent(widget, QDropEvent(QPointF(5, 5), action, data, button, key))
    return enter.isAccepted()


def take_screen_picture(window: QWidget, name: str) -> Path:
    """Keeps a picture of the part of the screen where a window is, with menus and dialogs that stand over it."""
    QApplication.processEvents()
    ARTEFACTS.mkdir(exist_ok=True)
    path = ARTEFACTS / f"{name}.png"
    place = window.frameGeometry()
    grabbed = window.screen().grabWindow(0, place.x(), place.y(), place.width(), place.height())
    assert grabbed.save(str(path))
    return path


def take_screenshot(widget: QWidget, name: str) -> Path:
    """Keeps a picture of a window among the test artefacts, for whoever changes it to look at."""
    QApplication.processEvents()
    path = ARTEFACTS / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    assert widget.grab().save(str(path))
    return path
