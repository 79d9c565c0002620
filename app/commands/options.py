"""What several commands ask for in the same words: the model, what it runs on, and the terms that it is to know."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from adaptation.lexicon import Lexicon
    from adaptation.lexicon.compiled import CompiledLexicon
    from speech.recognizer import Recognizer

DEVICES = ("cpu", "auto", "cuda", "tensorrt", "directml", "openvino", "coreml")


def model_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --model, --language, --backend, --device, --threads and --adapter to a command."""
    options = (
        click.option(
            "--model",
            callback=_model_for_language,
            show_default="otoscribe-base for English, whisper-base for other languages",
            help="An installed model.",
        ),
        # eager: which model is meant depends on it
        click.option(
            "--language", default="en", show_default=True, is_eager=True, help="A code such as en or de, or auto."
        ),
        click.option("--backend", type=click.Choice(["onnx", "torch"]), default="onnx", show_default=True),
        click.option(
            "--device",
            type=click.Choice(DEVICES),
            default="cpu",
            show_default=True,
            help="What computes; auto takes the best that works (otoscribe doctor lists them).",
        ),
        click.option("--threads", type=click.IntRange(min=1), help="Processor threads; by default all cores."),
        click.option("--adapter", help="What the model has learned; by default that in use, none for the plain model."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def _model_for_language(context: click.Context, parameter: click.Parameter, value: str | None) -> str:
    from speech.store import default_model

    return value or default_model(context.params["language"])


def lexicon_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --lexicon to a command, as `lexicons`."""
    return click.option(
        "--lexicon",
        "lexicons",
        metavar="NAME_OR_FILE",
        multiple=True,
        help="Terms to know: a lexicon of otoscribe lexicon list, or a file of terms. May be given several times.",
    )(function)


def open_recognizer(
    model: str,
    backend: str,
    device: str,
    threads: int | None,
    lexicons: Sequence[str] = (),
    adapter: str | None = None,
) -> Recognizer:
    """The installed model, loaded, with what it has learned from an author and the terms of the lexicons. ModelError,
    AdapterError or LexiconError says what to do when one is not there or damaged.

    When work moves from a device to the processor, then or later, a line on stderr says so.
    """
    from app.adapted import find_model
    from speech.recognizer import Recognizer

    corrector = None
    if lexicons:
        from adaptation.lexicon.rescoring import LexiconCorrector

        corrector = LexiconCorrector(open_lexicons(lexicons))
    installed, misfit = find_model(model, adapter)
    recognizer = Recognizer.open(
        installed,
        backend=backend,
        device=device,
        threads=threads,
        corrector=corrector,
        on_notice=lambda line: click.echo(line, err=True),
    )
    if misfit is not None:
        recognizer.notices.add(str(misfit))
    if corrector is not None:
        corrector.prepare(recognizer.vocabulary)
    return recognizer


def open_lexicons(names: Sequence[str]) -> CompiledLexicon:
    """Lexicons by name, or files of terms, compiled; where both are, the stored lexicon is meant. LexiconError where
    one is neither."""
    from adaptation.lexicon import LexiconError, LexiconStore
    from adaptation.lexicon.compiled import compile_lexicons, source_of_file, source_of_lexicon
    from app.paths import compiled_lexicons_folder, lexicons_folder, site_lexicons_folder

    store = LexiconStore(lexicons_folder(), site=site_lexicons_folder())
    stored = {item.name for item in store.listed()}
    sources = []
    for name in names:
        if name in stored:
            sources.append(source_of_lexicon(store.load(name)))
            continue
        path = Path(name)
        if not path.exists():
            raise LexiconError(
                f"There is neither a lexicon nor a file {name}",
                "See the names with: otoscribe lexicon list, or give the path of a file of terms.",
            )
        sources.append(source_of_file(path, partial(_read_file, path)))
    return compile_lexicons(sources, compiled_lexicons_folder())


def _read_file(path: Path) -> Lexicon:
    from adaptation.lexicon import read_lexicon

    return read_lexicon(path).lexicon


def identify_knowledge(model: str, adapter: str | None, lexicons: Sequence[str]) -> list[str]:
    """SHA-256 of the manifest of the model as it writes, which names its files, and of all terms. Errors as above."""
    from app.adapted import identify_model

    terms = "\n".join(open_lexicons(lexicons).lines) if lexicons else ""
    return [identify_model(model, adapter), hashlib.sha256(terms.encode()).hexdigest()]
