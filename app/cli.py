"""The command line: each command is one module in app/commands, imported only when it is called."""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import sys
from collections.abc import Sequence

import click

from speech.errors import OtoscribeError

COMMANDS = {
    "transcribe": "Write down audio files.",
    "live": "Write down what the microphone hears, as it is said.",
    "eval": "Measure a model on a set of clips with references.",
    "bench": "Measure Otoscribe beside other engines.",
    "models": "List, fetch, import, export, verify and remove models.",
    "lexicon": "List, show, check, import, export and remove lexicons, and single terms of them.",
    "templates": "List, show, check, import, export and remove note templates and short forms.",
    "adapt": "Train, measure, use, export and remove adapters.",
    "distill": "Teach a smaller, faster student what a model knows.",
    "notes": "List, show, search, sign and export notes.",
    "format": "Turn dictated words into their written form.",
    "doctor": "Say what works on this machine, and what to do about what doesn't.",
}
_FULL = "The disk is full. Free some space, then give the same command again."
_REFUSALS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.ENAMETOOLONG: "A name is longer than this disk takes. Give a shorter one.",
}


class _Commands(click.Group):
    """Knows its commands by name without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"app.commands.{cmd_name}").command
        command.name = cmd_name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show where in the program an error arose.")
@click.version_option(package_name="otoscribe")
@click.pass_context
def otoscribe(context: click.Context, debug: bool) -> int | None:
    """Medical dictation on your own machine. Without a command, opens the window.

    \b
    Examples:
      otoscribe
      otoscribe transcribe letter.m4a --format docx --output letter.docx
    """
    if context.invoked_subcommand is not None:
        return None
    from app.display import has_display

    if has_display():
        from app.ui import run_window

        return int(run_window([]))
    from app.sample_run import run_sample

    return run_sample()


def run(arguments: Sequence[str]) -> int:
    """Runs the command line and returns its exit status; problems become one line on stderr."""
    debug = "--debug" in arguments
    try:
        return otoscribe.main(list(arguments), prog_name="otoscribe", standalone_mode=False) or 0
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "otoscribe"
        return _fail(f"{error.format_message()} Try: {where} --help", 2)
    except (click.Abort, KeyboardInterrupt):
        return _fail("Stopped.", 1)
    except BrokenPipeError:
        # whoever read the output has gone; nothing more can be said, not even by Python at its exit
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OtoscribeError as error:
        if debug:
            raise
        return _fail(str(error), 1)
    except Exception as error:
        if debug:
            raise
        if isinstance(error, OSError) and error.errno in _REFUSALS:
            return _fail(_REFUSALS[error.errno], 1)
        # the message may quote what was dictated, the type cannot
        return _fail(f"Otoscribe has a fault ({type(error).__name__}). Run it with --debug first and report it.", 1)


def _fail(line: str, status: int) -> int:
    click.echo(" ".join(line.split()), err=True)
    return status
