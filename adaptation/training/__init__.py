"""Training of students: teachers' labels, batches, losses and the loop that the recipes share. Needs the extra
`adaptation` (torch, transformers)."""

from __future__ import annotations

import importlib.util

from speech.errors import OtoscribeError

_NEEDED = ("torch", "transformers", "peft", "audiomentations")


def require_training() -> None:
    """OtoscribeError when this installation cannot train."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise OtoscribeError(
            f"Training needs {', '.join(missing)}, which this installation lacks",
            'Install with: pip install "otoscribe[adaptation]"',
        )
