"""The rules of the house: who may import whom, style, types, sizes, and what a start may load."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGES = ("speech", "adaptation", "app")
LONGEST_FILE = 500
LONGEST_FUNCTION = 60
TRAINING = {"torch", "transformers", "peft"}
UNSAFE = {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=280)


def passes(*command: str) -> None:
    done = run(*command)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((REPOSITORY / folder).rglob("*.py"))


def modules_after(code: str) -> set[str]:
    """The top-level modules that a fresh Python has loaded after running the code."""
    done = run(sys.executable, "-c", f"{code}\nimport sys\nprint('loaded', *{{m.split('.')[0] for m in sys.modules}})")
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split()[1:])


@pytest.mark.slow
def test_imports_point_one_way() -> None:
    program = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert program is not None
    passes(program)


def test_style() -> None:
    passes(sys.executable, "-m", "ruff", "check", ".")
    passes(sys.executable, "-m", "ruff", "format", "--check", ".")


@pytest.mark.slow
def test_types() -> None:
    passes(sys.executable, "-m", "mypy")
    passes(sys.executable, "-m", "mypy", "bootstrap.py", "packaging/build.py")


def test_command_line_starts_light() -> None:
    loaded = modules_after("from app.cli import run\nassert run(['--help']) == 0")
    heavy = {"onnxruntime", "PySide6", "sqlalchemy", "docx", "reportlab", "av", "sounddevice", "huggingface_hub"}
    assert not loaded & (TRAINING | heavy)


def test_window_starts_without_torch() -> None:
    loaded = modules_after("import app.ui.application")
    assert "PySide6" in loaded
    assert not loaded & (TRAINING | {"onnxruntime", "docx", "reportlab"})


def test_window_shows_itself_before_it_loads_what_dictation_needs() -> None:
    loaded = modules_after(
        "import app.ui.application\nfrom app.desk.doubts import doubt_threshold\nfrom app.settings import Settings\n"
        "assert 0 < doubt_threshold(Settings()) < 1"
    )
    assert "PySide6" in loaded
    assert not loaded & {"numpy", "sqlalchemy", "sounddevice", "tokenizers", "safetensors", "rapidfuzz", "xcffib"}


def test_recognition_needs_none_of_what_builds_models() -> None:
    loaded = modules_after("import speech.recognizer, speech.store, speech.backends.onnx")
    assert "onnxruntime" in loaded
    assert not loaded & (TRAINING | {"onnx", "google", "huggingface_hub"})


@pytest.mark.slow
def test_recognition_runs_without_torch() -> None:
    recognize = (
        "import sys\nsys.path.insert(0, 'tests')\n"
        "from model_fixtures import installed_base\n"
        "from speech.recognizer import Recognizer\nfrom speech.resources import shipped\n"
        "assert Recognizer.open(installed_base()).transcribe(shipped('samples/short.flac')).text"
    )
    loaded = modules_after(recognize)
    assert "onnxruntime" in loaded
    assert not loaded & TRAINING


def test_files_and_functions_are_short() -> None:
    too_long = []
    for path in (*sources(*PACKAGES, "tests", "packaging", "benchmarks"), REPOSITORY / "bootstrap.py"):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(REPOSITORY)
        lines = text.count("\n")
        if lines > LONGEST_FILE:
            too_long.append(f"{name}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    too_long.append(f"{name}: {node.name} has {length} lines")
    assert not too_long


def test_nothing_is_unpickled() -> None:
    found = []
    for path in sources(*PACKAGES):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names = {(node.module or "").split(".")[0]}
            else:
                continue
            if names & UNSAFE:
                found.append(f"{path.relative_to(REPOSITORY)}:{node.lineno}")
    assert not found


def test_everything_that_ships_as_data_is_described() -> None:
    described = (REPOSITORY / "data" / "README.md").read_text(encoding="utf-8")
    shipped = [path.name for path in (REPOSITORY / "data").iterdir() if path.name != "README.md"]
    assert [name for name in shipped if name not in described] == []


def test_what_the_two_commands_install_is_pinned_within_its_range() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    installed = [project["dependencies"], *(extras[name] for name in ("adaptation", "package", "test", "voices"))]
    wanted = [Requirement(text) for texts in installed for text in texts]
    lines = (REPOSITORY / "packaging" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("#")[0].strip().lower().replace("_", "-").split("==") for line in lines if "==" in line)
    wrong = [str(each) for each in wanted if pins.get(each.name.lower().replace("_", "-"), "") not in each.specifier]
    assert wrong == []


def test_whatever_the_text_refers_to_is_there() -> None:
    """A figure's command or a page that a reader is sent to must exist."""
    texts = [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]
    texts += sources("speech", "adaptation", "app", "benchmarks", "packaging")
    named = re.compile(r"\b(?:benchmarks|packaging)/\w+\.py\b|\bdocs/[\w/-]+\.md\b")
    missing = {
        f"{text.relative_to(REPOSITORY)}: {name}"
        for text in texts
        for name in named.findall(text.read_text(encoding="utf-8"))
        if not (REPOSITORY / name).is_file()
    }
    assert not missing
