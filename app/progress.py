"""The progress bar of the command line."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

_STEPS = 1000


@contextlib.contextmanager
def progress_bar() -> Iterator[Callable[[float, str], None]]:
    """A bar on stderr when that is a terminal, otherwise nothing; call what it yields with (0..1, what is done)."""
    from tqdm import tqdm

    with tqdm(total=_STEPS, disable=None, leave=False, bar_format="{percentage:3.0f}% |{bar}| {desc}") as bar:

        def show(fraction: float, what: str) -> None:
            bar.set_description_str(what, refresh=False)
            bar.update(round(fraction * _STEPS) - bar.n)

        yield show
