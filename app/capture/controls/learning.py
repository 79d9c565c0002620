"""A layout learned from real reports: what was sent when a button was pressed and when it was let go."""

from __future__ import annotations

import json

from app.capture.controls.layouts import Button, Layout


def learn_button(name: str, does: str, pressed: bytes, released: bytes) -> Button | None:
    """The button whose press was the first report and whose letting go the second; None where no bit tells which."""
    for byte, (down, up) in enumerate(zip(pressed, released, strict=False)):
        if down & ~up:
            return Button(name, byte, down & ~up, does)
    return None


def write_layout(layout: Layout) -> str:
    """The layout as TOML, which read_layout reads."""
    lines = [f"name = {_text(layout.name)}", f"devices = {json.dumps(layout.devices)}"]
    if layout.usage_page is not None:
        lines.append(f"usage_page = {layout.usage_page}")
    if layout.starts_with:
        lines.append(f"starts_with = {list(layout.starts_with)}")
    for button in layout.buttons:
        lines += ["", f"[buttons.{_text(button.name)}]", f"byte = {button.byte}", f"mask = {button.mask}"]
        lines.append(f"does = {_text(button.does)}")
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    """As TOML writes it: as JSON does, but for one control character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
