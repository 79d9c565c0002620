"""From a note into another program's window: which window, and how its text gets there. Without Qt."""

from app.transfer.delivery import go_to, require_ours, type_out
from app.transfer.system import NO_WINDOW, Target, TransferError, WindowSystem, window_system

__all__ = ["NO_WINDOW", "Target", "TransferError", "WindowSystem", "go_to", "require_ours", "type_out", "window_system"]
