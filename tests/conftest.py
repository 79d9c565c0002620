"""What every test may use: a world of its own, the sample dictation, the real model, the shared speech."""

from __future__ import annotations

import gc
import os
import signal
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from model_fixtures import installed_base
from samples import Sample

from speech.resources import shipped
from speech.store import InstalledModel

pytest_plugins = ["sound_server", "window_fixtures", "workers"]

# How long an example takes says more about the machine than about the program.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_DATA = REPOSITORY.parent / "shared" / "data"


def pytest_configure() -> None:
    """A shell lets what it starts in the background ignore Ctrl-C, and so would the programs that tests interrupt."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of quick tests first, then those with slow ones, then whole journeys: what is plainly broken shows soon.

    A file's tests stay together, so that what they share is made once, and the quick ones among them come first.
    """
    weights: dict[Path, int] = defaultdict(int)
    for item in items:
        weights[item.path] = max(weights[item.path], _weight(item))
    places = {path: place for place, path in enumerate(weights)}
    items.sort(key=lambda item: (weights[item.path], places[item.path], _weight(item)))


def _weight(item: pytest.Item) -> int:
    """0: quick, 1: slow, 2: a journey."""
    return 2 if item.get_closest_marker("journey") else 1 if item.get_closest_marker("slow") else 0


def pytest_collection_finish() -> None:
    """All that was imported stays: looking for garbage among it would take longer than many a test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _own_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps fixtures that live longer than one test away from the user's own notes, models and settings."""
    before = os.environ.get("OTOSCRIBE_HOME")
    os.environ["OTOSCRIBE_HOME"] = str(tmp_path_factory.mktemp("session") / "home")
    yield
    if before is None:
        del os.environ["OTOSCRIBE_HOME"]
    else:
        os.environ["OTOSCRIBE_HOME"] = before


@pytest.fixture(autouse=True)
def _own_home(_own_world: None, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives each test an empty OTOSCRIBE_HOME, outside its tmp_path."""
    monkeypatch.setenv("OTOSCRIBE_HOME", str(tmp_path_factory.mktemp("home", numbered=True) / "otoscribe"))


@pytest.fixture(scope="session")
def sample() -> Sample:
    """The shipped clinic note, 35 s."""
    audio = shipped("samples/dictation.flac")
    return Sample(audio, audio.with_suffix(".txt").read_text(encoding="utf-8").strip())


@pytest.fixture(scope="session")
def short_sample() -> Path:
    """Two dictated sentences, 8 s."""
    return shipped("samples/short.flac")


@pytest.fixture(scope="session")
def base_model() -> InstalledModel:
    """The real default model; the first test run on a machine fetches it."""
    return installed_base()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Recorded speech that lies beside the repository on the makers' machines; skips where it is not."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the shared speech is not beside this checkout")
    return SHARED_DATA
