#!/usr/bin/env python3
"""Sets Otoscribe up beside this file, then runs it or its tests.

    python3 bootstrap.py run       sets up and opens the window; without a display it transcribes the sample dictation
    python3 bootstrap.py test      sets up what the tests need and runs them all

On Windows write `py` for `python3`. Needs Python 3.11 or newer and nothing else; everything goes into .venv in this
folder. A second start finds all of it there and needs no network.
"""

from __future__ import annotations

import argparse
import collections
import ctypes
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any

OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11")
ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "otoscribe-installed.json"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
TEST_EXTRAS = ("adaptation", "package", "peers", "test", "voices")
IS_WINDOWS = os.name == "nt"
IS_LINUX = sys.platform.startswith("linux")

# Shared libraries that Qt's window and PortAudio load from the system on Linux, and Debian's packages of them.
DESKTOP_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libportaudio.so.2": "libportaudio2",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
# Programs that the tests start (a screen, its window manager, a message bus, a sound server) and that PyInstaller
# starts on Linux.
TEST_PROGRAMS = {
    "Xvfb": "xvfb",
    "openbox": "openbox",
    "dbus-daemon": "dbus",
    "pulseaudio": "pulseaudio",
    "pactl": "pulseaudio-utils",
    "paplay": "pulseaudio-utils",
    "objdump": "binutils",
}
ALSA_TO_PULSE = "alsa-lib/libasound_module_pcm_pulse.so"
# Without it, Chinese text would be boxes, whose widths say nothing.
CHINESE_FONT = Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf")


class SetupProblem(Exception):
    """What stands in the way, with what to do about it, in one line."""


def main(arguments: list[str]) -> int:
    """Does what is asked and returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="bootstrap.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("job", choices=["run", "test"])
    job = parser.parse_args(arguments).job
    try:
        require_python()
        return run_program() if job == "run" else run_tests()
    except SetupProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. The next start continues the set-up.", file=sys.stderr)
        return 130


def run_program() -> int:
    """Sets up what the program needs and starts it: the window where there is a display."""
    has_window = not IS_LINUX or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    provide_system_packages(missing_for_environment() | (missing_libraries() if has_window else set()))
    ensure_environment()
    is_new = install(())
    program = str(environment_program("otoscribe"))
    if is_new and has_window and hand_over([program, "models", "pull", "otoscribe-base"]) != 0:
        print("Opening the window without the model; its first page fetches it.", file=sys.stderr)
    return hand_over([program])


def run_tests() -> int:
    """Sets up what the tests need and runs them all; pytest prints the last line."""
    provide_system_packages(missing_for_environment() | missing_libraries() | missing_programs())
    ensure_environment()
    install(TEST_EXTRAS)
    os.chdir(ROOT)
    return hand_over([str(environment_program("python")), "-m", "pytest"])


def tell(line: str) -> None:
    """Prints a line at once, so that a log has it in order with what other programs say."""
    print(line, flush=True)


def require_python() -> None:
    """Refuses a Python that is too old, naming a newer one on this computer when there is one."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    have = "Otoscribe needs Python 3.11 or newer, and this is {}.{}.".format(*sys.version_info[:2])
    newer = next((name for name in NEWER_PYTHONS if shutil.which(name)), None)
    if newer is not None:
        raise SetupProblem(f"{have} Run: {newer} bootstrap.py {sys.argv[-1]}")
    raise SetupProblem(f"{have} Get a newer one from your system's packages or https://www.python.org/downloads/")


# ---- the isolated environment ----


def environment_program(name: str) -> Path:
    """Where the environment keeps a program; the names of its folder and files depend on the system."""
    return ENVIRONMENT / "Scripts" / f"{name}.exe" if IS_WINDOWS else ENVIRONMENT / "bin" / name


def ensure_environment() -> None:
    """Makes .venv, or makes it anew when its Python is gone, too old or has no pip."""
    if environment_works():
        return
    if not can_make_environments():
        version = "{}.{}".format(*sys.version_info[:2])
        raise SetupProblem(f"{sys.executable} has no ensurepip module. Debian has it in python{version}-venv.")
    tell(f"Making an isolated environment in {ENVIRONMENT}")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if made.returncode != 0 or not environment_works():
        sys.stderr.write(made.stdout.decode(errors="replace"))
        raise SetupProblem(f"{ENVIRONMENT} could not be made. Check that the disk has space and the folder is yours.")


def environment_works() -> bool:
    """Whether .venv holds a Python that is new enough and has pip."""
    check = f"import sys, pip; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    try:
        return (
            subprocess.run([str(environment_program("python")), "-c", check], stderr=subprocess.DEVNULL).returncode == 0
        )
    except OSError:
        return False


def can_make_environments() -> bool:
    """Debian leaves ensurepip out of its Python until python3-venv is installed."""
    check = [sys.executable, "-c", "import ensurepip, venv"]
    return subprocess.run(check, stderr=subprocess.DEVNULL).returncode == 0


def install(extras: tuple[str, ...]) -> bool:
    """Installs Otoscribe and these extras into .venv unless that is done already; True when it installed."""
    wanted = fingerprint()
    have = read_stamp()
    is_current = have.get("fingerprint") == wanted
    if is_current and set(extras) <= set(have["extras"]):
        return False
    together = sorted({*extras, *(have["extras"] if is_current else ())})
    STAMP.unlink(missing_ok=True)
    started = time.monotonic()
    tell(f"Installing Otoscribe{' with what its tests need' if extras else ''}; the first time takes some minutes.")
    run_pip(
        ["install", "--constraint", str(CONSTRAINTS), "--editable", f".[{','.join(together)}]" if together else "."]
    )
    STAMP.write_text(json.dumps({"fingerprint": wanted, "extras": together}), encoding="utf-8")
    tell(f"Installed in {time.monotonic() - started:.0f} s.")
    return True


def fingerprint() -> str:
    """Changes whenever there is something to install: other requirements, or a checkout that was moved."""
    digest = hashlib.sha256(str(ROOT).encode())
    for path in (ROOT / "pyproject.toml", CONSTRAINTS):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def read_stamp() -> dict[str, Any]:
    """What the last finished installation left, or nothing."""
    try:
        stamp: dict[str, Any] = json.loads(STAMP.read_text(encoding="utf-8"))
        return stamp
    except (OSError, ValueError):
        return {}


def run_pip(arguments: list[str]) -> None:
    """Runs the environment's pip; shows one moving line on a terminal, and pip's own words only when it fails."""
    command = [str(environment_program("python")), "-m", "pip", "--no-input", "--disable-pip-version-check", *arguments]
    settings = {**os.environ, "PIP_USER": "0", "PIP_PROGRESS_BAR": "off", "PYTHONUNBUFFERED": "1"}
    said: collections.deque[str] = collections.deque(maxlen=40)
    pip = subprocess.Popen(
        command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    with pip:
        for line in pip.stdout or ():
            said.append(line)
            show_moving(line.split("(from")[0].strip())
    show_moving("")
    if pip.returncode != 0:
        sys.stderr.writelines(said)
        raise SetupProblem(
            "The installation failed; pip's last words are above. Check the network (HTTPS_PROXY, PIP_INDEX_URL) and "
            "the disk's space, then run the same command again."
        )


def show_moving(text: str) -> None:
    """Overwrites the terminal's last line; does nothing where output goes into a file."""
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        print("\r" + text[:width].ljust(width) + ("" if text else "\r"), end="", flush=True)


# ---- what only the system's package manager can provide ----


def missing_for_environment() -> set[str]:
    """Debian's package for making .venv where it is lacking and needed."""
    is_lacking = IS_LINUX and not environment_works() and not can_make_environments()
    return {"python3-venv"} if is_lacking else set()


def missing_libraries() -> set[str]:
    """Debian's packages of the libraries that this computer lacks; other systems' wheels bring them along."""
    if not IS_LINUX:
        return set()
    return {package for library, package in DESKTOP_LIBRARIES.items() if not can_load(library)}


def missing_programs() -> set[str]:
    """Debian's packages of what the tests start and show and this computer lacks."""
    if not IS_LINUX:
        return set()
    missing = {package for program, package in TEST_PROGRAMS.items() if shutil.which(program) is None}
    folders = [folder for pattern in ("lib", "lib64", "lib/*-linux-*") for folder in Path("/usr").glob(pattern)]
    if not any((folder / ALSA_TO_PULSE).exists() for folder in folders):
        missing.add("libasound2-plugins")
    if not CHINESE_FONT.exists():
        missing.add("fonts-droid-fallback")
    python_library = sysconfig.get_config_var("INSTSONAME") or ""  # PyInstaller needs it; Debian has it apart
    if ".so" in python_library and not can_load(python_library):
        missing.add("libpython{}.{}".format(*sys.version_info[:2]))
    return missing


def can_load(library: str) -> bool:
    """Whether the system's loader finds this library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def provide_system_packages(packages: set[str]) -> None:
    """Installs packages of the system where that is allowed without a password; otherwise says which are missing."""
    if not packages:
        return
    names = sorted(packages)
    if shutil.which("apt-get") is None:
        raise SetupProblem(
            f"Missing from this system (by Debian's names): {' '.join(names)}. Install them and run again."
        )
    rights = administrator_rights()
    if rights is None:
        raise SetupProblem(f"Missing from this system. Run: sudo apt-get install --yes {' '.join(names)}")
    tell(f"Installing from the system's packages: {' '.join(names)}")
    apt = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300"]
    get = [*apt, "install", "--yes", "--no-install-recommends", *names]
    if run_quietly(get).returncode == 0:
        return
    run_quietly([*apt, "update"])  # a fresh system has no lists of packages yet, an old one has stale lists
    second = run_quietly(get)
    if second.returncode != 0:
        sys.stderr.write(second.stdout)
        raise SetupProblem(f"apt-get failed; its words are above. Run: sudo apt-get install --yes {' '.join(names)}")


def administrator_rights() -> list[str] | None:
    """What to write before a command that needs the administrator; None when it would ask for a password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and run_quietly(["sudo", "-n", "true"]).returncode == 0:
        return ["sudo", "-n"]
    return None


def run_quietly(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Runs a command without input and keeps what it says."""
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )


# ---- handing over ----


def hand_over(command: list[str]) -> int:
    """Runs a program to its end on this terminal and returns its exit status; Ctrl-C is the program's to answer."""
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        status = subprocess.Popen(command).wait()
    finally:
        signal.signal(signal.SIGINT, before)
    return 128 - status if status < 0 else status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
