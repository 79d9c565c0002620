"""otoscribe doctor: what works on this machine, and what to do about what doesn't."""

from __future__ import annotations

import importlib.util
import json
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import click

from speech.errors import OtoscribeError

_LEAST_FREE_BYTES = 2_000_000_000


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `next_step` is empty where there is nothing to do. What is not `needed` may be amiss."""

    what: str
    works: bool
    found: str
    next_step: str = ""
    needed: bool = True

    @property
    def state(self) -> str:
        return "works" if self.works else "AMISS" if self.needed else "lacks"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """Look at the model, lexicons, templates and commands, what computes, the sound, the disk, the record, the display.

    Exit 1 when something needed is amiss. A graphics card is not needed: each device that is offered is tried out with
    a tiny model, and where it does not work a line says what it lacks.

    \b
    Example:
      otoscribe doctor
    """
    findings = [finding for check in CHECKS for finding in _look(check)]
    if as_json:
        click.echo(json.dumps({"findings": [asdict(finding) for finding in findings]}, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{finding.state}  {finding.what:<12}  {finding.found}")
            if finding.next_step:
                click.echo(f"{'':21}{finding.next_step}")
    if not all(finding.works for finding in findings if finding.needed):
        context.exit(1)


def _look(check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    name = check.__name__.removeprefix("_")
    try:
        return list(check())
    except OtoscribeError as error:
        return [Finding(name, False, error.what, error.next_step)]


def _system() -> Iterator[Finding]:
    yield Finding("system", True, f"{platform.platform()}, Python {platform.python_version()}")


def _settings() -> Iterator[Finding]:
    from app import paths, settings

    settings.load()
    yield Finding("settings", True, str(paths.settings_file()))


def _model() -> Iterator[Finding]:
    from app import settings
    from app.paths import models_folder
    from speech.recognizer import Recognizer
    from speech.store import ModelStore

    installed = ModelStore(models_folder()).open(settings.load().model_name)
    recognizer = Recognizer.open(installed)
    yield Finding("model", True, f"{installed.name} ({installed.licence}), runs as {recognizer.backend.name}")


def _lexicons() -> Iterator[Finding]:
    from adaptation.lexicon import Scope
    from app.desk.lexicons import open_store
    from app.paths import site_lexicons_folder

    listed = open_store().listed()
    ours = sum(each.scope is Scope.SITE for each in listed)
    yield Finding("lexicons", True, f"{len(listed)}, of them {ours} in {site_lexicons_folder()}")
    for each in listed:
        if each.problem is not None:
            yield Finding(f"lexicon {each.name}", False, each.problem, "Until then its terms are not known.")


def _templates() -> Iterator[Finding]:
    from app import settings
    from app.desk.template_store import Scope
    from app.desk.templates import open_template_store, site_templates

    chosen = settings.load()
    folder = site_templates(chosen)
    listed = open_template_store(chosen).listed()
    if chosen.site_templates and not folder.is_dir():
        reach = "Make it reachable for this user, or change the setting site_templates."
        yield Finding("templates", False, f"the site's folder {folder} is not there", reach)
    else:
        ours = sum(each.scope is Scope.SITE for each in listed)
        yield Finding("templates", True, f"{len(listed)}, of them {ours} in {folder}")
    for each in listed:
        if not each.is_usable:
            yield Finding(f"template {each.name}", False, str(each.problems[0]), "Until then it can't be used.")


def _commands() -> Iterator[Finding]:
    from app.desk.own_commands import read_own_commands

    own = read_own_commands()
    yield Finding("commands", True, f"{len(own.phrases)} phrases besides those that ship")
    for problem in own.problems:
        yield Finding("command", False, problem.what, problem.next_step)


def _devices() -> Iterator[Finding]:
    import onnxruntime

    from speech.backends.providers import offered_devices

    there = offered_devices()
    more = "" if len(there) > 1 else "; a graphics card needs another one (docs/install.md)"
    yield Finding("devices", True, f"onnxruntime {onnxruntime.__version__}: {', '.join(there)}{more}")
    for device in there:
        yield _try_device("onnx", device)


def _torch() -> Iterator[Finding]:
    if importlib.util.find_spec("torch") is None:
        absent = 'not installed; only training and --backend torch need it (pip install "otoscribe[adaptation]")'
        yield Finding("torch", True, absent)
        return
    from speech.backends.torch import offered_devices

    yield Finding("torch", True, f"installed: {', '.join(offered_devices())}")
    for device in offered_devices():
        yield _try_device("torch", device)


def _try_device(backend: str, device: str) -> Finding:
    from speech.backends.probe import probe_device

    name = f"{backend} {device}"
    try:
        probe_device(backend, device)
    except OtoscribeError as error:
        return Finding(name, False, error.what, error.next_step, needed=name == "onnx cpu")
    return Finding(name, True, "tried out with a tiny model")


def _microphone() -> Iterator[Finding]:
    from app.capture import microphones

    found = microphones()
    if not found:
        yield Finding(
            "microphone", False, "none found", "Plug one in, or allow microphones in the system's privacy settings."
        )
    for microphone in found:
        default = ", the default" if microphone.is_default else ""
        yield Finding("microphone", True, f"{microphone.name} ({microphone.id}{default})")


def _disk() -> Iterator[Finding]:
    from app.paths import data_folder

    folder = data_folder()
    free = shutil.disk_usage(folder).free
    enough = free >= _LEAST_FREE_BYTES
    yield Finding(
        "disk", enough, f"{free / 1e9:.1f} GB free at {folder}", "" if enough else "Free some space before recording."
    )


def _record() -> Iterator[Finding]:
    from app.records import RecordStore

    with RecordStore.open() as store:
        newest = store.list_notes(1, 0)
    yield Finding("record", True, "opens" + ("" if newest else "; it holds no notes yet"))


def _display() -> Iterator[Finding]:
    from app.display import has_display

    if has_display():
        yield Finding("display", True, "there is one; the window can open")
    else:
        yield Finding("display", True, "none here; the command line works without")
    if sys.platform.startswith("linux") and shutil.which("pw-cli") is None and shutil.which("pactl") is None:
        yield Finding("sound server", True, "neither PulseAudio nor PipeWire tools found; ALSA is used directly")


CHECKS = (
    _system,
    _settings,
    _model,
    _lexicons,
    _templates,
    _commands,
    _devices,
    _torch,
    _microphone,
    _disk,
    _record,
    _display,
)
