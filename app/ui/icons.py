"""The window's pictograms, drawn from small SVG paths so that they take any colour and stay sharp at any size."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

# On a 24 × 24 field; "stroke" shapes are drawn as lines of width 2, "fill" shapes are filled.
_SHAPES: dict[str, str] = {
    "record": '<circle class="fill" cx="12" cy="12" r="7"/>',
    "pause": '<path class="fill" d="M7 5h3.5v14H7zM13.5 5H17v14h-3.5z"/>',
    "stop": '<rect class="fill" x="6" y="6" width="12" height="12" rx="1.5"/>',
    "play": '<path class="fill" d="M8 5.2v13.6a.6.6 0 0 0 .9.5l10.8-6.8a.6.6 0 0 0 0-1L8.9 4.7a.6.6 0 0 0-.9.5z"/>',
    "back": '<path class="stroke" d="M5 12a7 7 0 1 0 2.1-5M5 3.5V8h4.5"/>',
    "repeat": '<path class="stroke" d="M17 3l3.5 3.5L17 10M4 11V8.5a2 2 0 0 1 2-2h14'
    'M7 21l-3.5-3.5L7 14M20 13v2.5a2 2 0 0 1-2 2H4"/>',
    "new": '<path class="stroke" d="M12 5v14M5 12h14"/>',
    "search": '<circle class="stroke" cx="11" cy="11" r="6"/><path class="stroke" d="M15.5 15.5L20 20"/>',
    "microphone": '<rect class="stroke" x="9" y="3.5" width="6" height="11" rx="3"/>'
    '<path class="stroke" d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>',
    "export": '<path class="stroke" d="M12 4v11M8 11l4 4 4-4M5 19.5h14"/>',
    "transfer": '<path class="stroke" d="M13 4.5h6.5v15H13M4 12h10M10.5 8l4 4-4 4"/>',
    "window": '<rect class="stroke" x="3.5" y="5" width="17" height="14" rx="2"/>'
    '<path class="stroke" d="M3.5 9.5h17"/>',
    "sign": '<path class="stroke" d="M4 20c3-.5 5-1.5 7-4l8.5-9.5-3-3L7 13c-2 2-2.5 4-3 7zM14 6l3 3"/>',
    "refresh": '<path class="stroke" d="M19 12a7 7 0 1 1-2.1-5M19 3.5V8h-4.5"/>',
    "warning": '<path class="stroke" d="M12 4L2.8 19.5h18.4zM12 10v4.5M12 17v.2"/>',
    "information": '<circle class="stroke" cx="12" cy="12" r="8.5"/><path class="stroke" d="M12 11v5.5M12 7.6v.2"/>',
    "done": '<path class="stroke" d="M4.5 12.5l5 5L19.5 7"/>',
    "problem": '<path class="stroke" d="M6 6l12 12M18 6L6 18"/>',
    "down": '<path class="stroke" d="M7 10l5 5 5-5"/>',
    "up": '<path class="stroke" d="M7 14l5-5 5 5"/>',
    "first": '<path class="stroke" d="M7 5h10M7 16l5-5 5 5"/>',
    "leave": '<path class="stroke" d="M14.5 6l-6 6 6 6"/>',
    "forward": '<path class="stroke" d="M9.5 6l6 6-6 6"/>',
    "close": '<path class="stroke" d="M6 6l12 12M18 6L6 18"/>',
    "wait": '<circle class="stroke" cx="12" cy="12" r="8"/><path class="stroke" d="M12 7.5V12l3 2"/>',
}
_SIZES = (16, 20, 24, 32, 48, 64)


def _renderer(name: str, colour: str) -> QSvgRenderer:
    shape = _SHAPES[name]
    shape = shape.replace('class="fill"', f'fill="{colour}"').replace(
        'class="stroke"',
        f'fill="none" stroke="{colour}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"',
    )
    return QSvgRenderer(
        QByteArray(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{shape}</svg>'.encode())
    )


def _pixmap(renderer: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(QSize(size, size))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


@cache
def icon(name: str, colour: str, disabled_colour: str | None = None) -> QIcon:
    """The pictogram in a colour (``#rrggbb``). Needs a running QApplication; KeyError for an unknown name."""
    made = QIcon()
    colours = {QIcon.Mode.Normal: colour} | ({QIcon.Mode.Disabled: disabled_colour} if disabled_colour else {})
    for mode, each in colours.items():
        renderer = _renderer(name, each)
        for size in _SIZES:
            made.addPixmap(_pixmap(renderer, size), mode)
    return made


def application_icon() -> QIcon:
    """The program's own icon: a microphone on a round field."""
    made = QIcon()
    microphone = _renderer("microphone", "#ffffff")
    for size in (*_SIZES, 128, 256):
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor("#0b6e78"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.22, size * 0.22)
        inner = int(size * 0.66)
        painter.drawPixmap((size - inner) // 2, (size - inner) // 2, _pixmap(microphone, inner))
        painter.end()
        made.addPixmap(pixmap)
    return made
