import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app import paths
from speech.errors import OtoscribeError

FOLDERS = [
    paths.data_folder,
    paths.models_folder,
    paths.spool_folder,
    paths.recordings_folder,
    paths.documents_folder,
    paths.log_folder,
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OTOSCRIBE_HOME", str(tmp_path / "deep" / "home"))
    return tmp_path / "deep" / "home"


def test_home_variable_holds_everything(home: Path) -> None:
    places = [folder() for folder in FOLDERS] + [paths.settings_file(), paths.records_file()]
    assert all(place.is_relative_to(home) for place in places)
    assert len(set(places)) == len(places)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits; profiles are private there")
def test_folders_are_private_whatever_the_umask(home: Path) -> None:
    before = os.umask(0)
    try:
        for folder in FOLDERS:
            assert stat.S_IMODE(folder().stat().st_mode) == 0o700
    finally:
        os.umask(before)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_relative_home_is_the_same_from_every_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OTOSCRIBE_HOME", "portable")
    assert paths.data_folder() == tmp_path / "portable" / "data"


def test_without_the_variable_the_system_decides(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "OTOSCRIBE_HOME"}
    environment |= {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "xdg")}
    code = "from app import paths; print(paths.models_folder())"
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    place = Path(result.stdout.strip())
    assert place.is_dir()
    if sys.platform == "linux":
        assert place == tmp_path / "xdg" / "Otoscribe" / "models"


def test_a_file_in_the_way_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    obstacle = tmp_path / "obstacle"
    obstacle.write_text("")
    monkeypatch.setenv("OTOSCRIBE_HOME", str(obstacle))
    with pytest.raises(OtoscribeError, match="cannot be made") as caught:
        paths.data_folder()
    assert str(obstacle) in str(caught.value)
    assert "OTOSCRIBE_HOME" in caught.value.next_step
