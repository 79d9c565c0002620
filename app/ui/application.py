"""Starting and ending the window."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QMessageBox

from app import settings as settings_file
from app.desk.crashlog import open_log, watch_for_bugs
from app.desk.desk import Desk
from app.paths import log_folder
from app.paths import settings_file as path_of_settings
from app.settings import Settings
from app.translation import ENGLISH, LANGUAGES, choose_language, describe_problem, translate, use_language
from app.ui.bridge import Bridge
from app.ui.garbage import GarbageCollection
from app.ui.icons import application_icon
from app.ui.models.session import Session
from app.ui.sole_window import SoleWindow
from app.ui.theme import Theme
from app.ui.window import MainWindow
from speech.errors import OtoscribeError


def run_window(argv: Sequence[str]) -> int:
    """Opens the window and returns the program's exit status when it was closed. `argv[0]` is the program's name."""
    application = QApplication.instance() or QApplication(list(argv))
    assert isinstance(application, QApplication)
    application.setApplicationName("Otoscribe")
    application.setDesktopFileName("otoscribe")
    application.setWindowIcon(application_icon())
    application.setQuitOnLastWindowClosed(False)
    try:
        sole = SoleWindow(application)
        if not sole.take():
            return 0
        window = open_window(application)
    except OtoscribeError as problem:
        QMessageBox.critical(None, translate("Application", "Otoscribe cannot start"), describe_problem(problem))
        return 1
    watch_window(window)
    sole.wanted.connect(window.come_forward)
    window.left.connect(application.quit)
    garbage = GarbageCollection(window.session)
    window.session.painted.connect(garbage.begin)
    window.session.records_failed.connect(garbage.begin)
    window.show()
    window.session.start()
    status = application.exec()
    window.session.desk.close()
    sole.let_go()
    return status


def open_window(application: QApplication) -> MainWindow:
    """Makes the window with everything behind it; shows and starts nothing yet."""
    bridge = Bridge()
    is_first_run, settings, problem = _read_settings()
    speak(application, settings.interface_language)
    session = Session(Desk(settings, bridge.deliver), bridge)
    if problem is not None:
        session.messages.warn("settings", problem)
    theme = Theme(application, settings.theme, settings.text_size)
    return MainWindow(session, theme, is_first_run=is_first_run)


def speak(application: QApplication, setting: str) -> None:
    """Uses the language that the setting means for our own words, for Qt's (in its dialogs and menus), for dates."""
    language = choose_language(setting, QLocale.system().uiLanguages())
    use_language(language)
    QLocale.setDefault(QLocale(LANGUAGES[language] if language != ENGLISH else "en_GB"))
    for before in application.findChildren(QTranslator):
        application.removeTranslator(before)
        before.deleteLater()
    words = QTranslator(application)
    if words.load(f"qtbase_{LANGUAGES[language]}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(words)


def watch_window(window: MainWindow) -> None:
    """Writes bugs to the log and shows one line; without a log there is still the line."""
    messages = window.session.messages

    def show_bug(error: BaseException) -> None:
        told = error if isinstance(error, OtoscribeError) else _bug_told()
        window.session.desk.deliver(lambda: messages.warn("bug", told))

    with contextlib.suppress(OSError, OtoscribeError):
        open_log(log_folder())
    watch_for_bugs(show_bug)


def _read_settings() -> tuple[bool, Settings, OtoscribeError | None]:
    """Whether this is the first run, the settings (the defaults when they can't be read) and why they can't."""
    is_first_run = not path_of_settings().exists()
    try:
        return is_first_run, settings_file.load(), None
    except OtoscribeError as problem:
        return is_first_run, Settings(), problem


def _bug_told() -> OtoscribeError:
    return OtoscribeError(
        "Something went wrong inside Otoscribe; what you said and wrote is kept",
        "Go on, and if it happens again, send the log file to your administrator: it holds no text and no sound.",
    )
