"""The tour: by itself at the first start, skipped with a key, and again from the menu."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from window_fixtures import DeskOpener

from app.paths import settings_file
from app.ui.buttons import key_of
from app.ui.features import TourFeature
from app.ui.window import MainWindow

pytestmark = pytest.mark.slow


def is_on_the_desk(window: MainWindow) -> bool:
    return window.inner.isVisible() and window.focusWidget() is window.empty_page.record


def test_the_first_start_shows_four_screens_and_the_second_none(
    home: Path, open_desk: DeskOpener, qtbot: QtBot
) -> None:
    settings_file().unlink()
    window = open_desk()
    assert window.setup_page.isVisible() and window.setup_page.place.text() == "1 of 4"
    page = window.feature(TourFeature).page
    headings = []
    qtbot.keyClick(window.setup_page.go_on, Qt.Key.Key_Space)
    while page.isVisible():
        headings.append((page.place.text(), page.heading.text()))
        assert all(line.text() for key, line in page.hints if key.text())
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    assert headings == [("2 of 4", "Dictate"), ("3 of 4", "Check and correct"), ("4 of 4", "Sign and export")]
    assert is_on_the_desk(window)
    open_desk.close(window)
    again = open_desk()
    assert again.inner.isVisible() and not again.setup_page.isVisible()


def test_the_tour_names_the_keys_that_the_window_has(home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_desk()
    tour = window.feature(TourFeature)
    tour.opens.trigger()
    keys = {key_of(action) for action in window.actions() if key_of(action)}
    named = []
    while tour.tour.screen < 4:
        tour.tour.go_on()
        named += [key.text() for key, _ in tour.page.hints if key.text()]
    assert len(named) == len(set(named)) == 9
    assert set(named) <= keys


@pytest.mark.parametrize("screen", [1, 3])
def test_the_tour_can_be_skipped_and_gone_back_in(screen: int, home: Path, open_desk: DeskOpener, qtbot: QtBot) -> None:
    window = open_desk()
    tour = window.feature(TourFeature)
    tour.opens.trigger()
    tour.tour.go_on()
    qtbot.mouseClick(tour.page.back, Qt.MouseButton.LeftButton)
    assert window.setup_page.isVisible() and window.setup_page.skip.isVisible()
    if screen == 1:
        qtbot.mouseClick(window.setup_page.skip, Qt.MouseButton.LeftButton)
    else:
        window.setup_page.go_on.click()
        tour.page.next.click()
        qtbot.keyClick(tour.page, Qt.Key.Key_Escape)
    assert is_on_the_desk(window)
    window.show_setup()
    assert not window.setup_page.skip.isVisible() and "Next" not in window.setup_page.go_on.accessibleName()
