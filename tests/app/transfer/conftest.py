"""A screen with a window manager and other programs on it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from other_program import OtherProgram, other_program, wait_for
from window_fixtures import virtual_screen

from app.transfer import Target
from app.transfer.x11 import Display, X11System


@pytest.fixture(scope="module")
def managed_screen() -> Iterator[str]:
    """A screen whose windows a window manager looks after."""
    program = shutil.which("openbox")
    if program is None:
        pytest.fail("These tests need openbox. Install with: sudo apt-get install --yes openbox", pytrace=False)
    with virtual_screen() as name, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", name)
        patch.setenv("QT_QPA_PLATFORM", "xcb")
        manager = subprocess.Popen([program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        display = Display()
        wait_for(lambda: display.has_window_manager)
        yield name
        manager.terminate()
        manager.wait()


@pytest.fixture
def system(managed_screen: str) -> Iterator[X11System]:
    system = X11System()
    yield system
    system.close()


@pytest.fixture(scope="module")
def _record(managed_screen: str) -> Iterator[OtherProgram]:
    with other_program("Record of A") as program:
        yield program


@pytest.fixture(scope="module")
def _mail(managed_screen: str) -> Iterator[OtherProgram]:
    with other_program("Mail") as program:
        yield program


def _take_focus(program: OtherProgram, title: str, system: X11System) -> OtherProgram:
    wanted = Target(program.window, title)
    program.ask("begin", title)

    def is_there() -> bool:
        system.activate(wanted)  # again each time: where a window closes meanwhile, its manager may choose another
        return system.focused() == wanted

    wait_for(is_there)
    return program


@pytest.fixture
def record(system: X11System, _record: OtherProgram) -> OtherProgram:
    """A patient's record with the focus and an empty text field."""
    return _take_focus(_record, "Record of A", system)


@pytest.fixture
def mail(system: X11System, record: OtherProgram, _mail: OtherProgram) -> OtherProgram:
    """Another program, which has taken the focus from the record."""
    return _take_focus(_mail, "Mail", system)
