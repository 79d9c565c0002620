"""The two commands' set-up, on a small project of its own that needs no network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "otoscribe"
version = "0.1.0"
"""
# Builds the smallest wheel there is: a program `otoscribe` that says so.
BACKEND = """
import zipfile

METADATA = "Metadata-Version: 2.1\\nName: otoscribe\\nVersion: 0.1.0\\n"
FILES = {
    "spoken_word.py": "def main():\\n    print('the program runs')\\n",
    "otoscribe-0.1.0.dist-info/METADATA": METADATA,
    "otoscribe-0.1.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    "otoscribe-0.1.0.dist-info/entry_points.txt": "[console_scripts]\\notoscribe = spoken_word:main\\n",
    "otoscribe-0.1.0.dist-info/RECORD": "",
}

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = "otoscribe-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{wheel_directory}/{name}", "w") as wheel:
        for path, text in FILES.items():
            wheel.writestr(path, text)
    return name
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with bootstrap.py and a project that installs without network; its name has a space."""
    folder = tmp_path / "a project"
    (folder / "packaging").mkdir(parents=True)
    (folder / "packaging" / "constraints.txt").write_text("# none\n")
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "backend.py").write_text(BACKEND)
    shutil.copy(REPOSITORY / "bootstrap.py", folder)
    return folder


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs bootstrap.py as somebody without display, network and keyboard does."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL")
    clean = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        [sys.executable, str(folder / "bootstrap.py"), *arguments],
        env={**clean, "PIP_NO_INDEX": "1", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
    )


@pytest.mark.slow
def test_installs_once_and_again_when_the_requirements_change(project: Path) -> None:
    first = start(project, "run")
    assert first.returncode == 0, first.stderr
    assert "Installed in" in first.stdout
    assert first.stdout.endswith("the program runs\n")

    second = start(project, "run")
    assert second.stdout == "the program runs\n"
    assert second.stderr == ""

    with (project / "pyproject.toml").open("a") as file:
        file.write('description = "changed"\n')
    assert "Installed in" in start(project, "run").stdout


@pytest.mark.slow
def test_installs_again_after_the_folder_was_moved(project: Path) -> None:
    assert start(project, "run").returncode == 0
    moved = project.rename(project.with_name("moved"))
    again = start(moved, "run")
    assert again.returncode == 0, again.stderr
    assert "Installed in" in again.stdout


@pytest.mark.slow
def test_failed_installation_says_why_and_is_tried_again(project: Path) -> None:
    broken = PROJECT.replace("requires = []", 'requires = ["no-such-package-anywhere"]')
    (project / "pyproject.toml").write_text(broken)
    failed = start(project, "run")
    assert failed.returncode == 1
    assert "no-such-package-anywhere" in failed.stderr
    assert "run the same command again" in failed.stderr.splitlines()[-1]
    assert "Traceback" not in failed.stderr

    (project / "pyproject.toml").write_text(PROJECT)
    assert start(project, "run").returncode == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Debian's packages")
def test_names_what_the_system_lacks_when_it_may_not_install(project: Path, tmp_path: Path) -> None:
    empty = tmp_path / "bin"
    empty.mkdir()
    refused = start(project, "test", PATH=str(empty))
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert len(refused.stderr.splitlines()) == 1
    assert "xvfb" in refused.stderr
    assert "pulseaudio" in refused.stderr
    assert not (project / ".venv").exists()


@pytest.mark.parametrize("arguments", [(), ("walk",), ("run", "test")])
def test_wrong_usage_exits_2(project: Path, arguments: tuple[str, ...]) -> None:
    asked = start(project, *arguments)
    assert asked.returncode == 2
    assert "usage: bootstrap.py" in asked.stderr
