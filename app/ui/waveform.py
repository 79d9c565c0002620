"""The recording under the note: how loud it is, its words at their times, the word that is said now."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QLine, QRect, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.translation import translate
from app.ui.models.recording import elapsed_text
from app.ui.models.waveform import WaveformModel
from app.ui.theme import Theme
from speech.transcript import Word

_CHARACTERS_PER_S = 13  # room for a second's words
_SOUND_LINES, _TEXT_LINES = 2.4, 2  # heights, in lines of text
_INSET = 6  # pixels that keep text off the edge


@dataclass(frozen=True)
class _Label:
    """Words that were said together: "25 mg" for "twenty five milligrams"; numbers `first` up to `last`."""

    first: int
    last: int
    start_s: float
    end_s: float
    text: str


class WaveformStrip(QAbstractScrollArea):
    """Shows the model's recording; a click plays from there, Left and Right go from word to word, Return plays."""

    def __init__(self, model: WaveformModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self.setObjectName("waveform")
        self.setAccessibleName(translate("WaveformStrip", "Recording with its words"))
        self.setToolTip(translate("WaveformStrip", "Click to hear from there; Left and Right go from word to word"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalScrollBar().setAccessibleName(translate("WaveformStrip", "Place in the recording"))
        model.changed.connect(self._take)
        model.moved.connect(self._follow)
        theme.changed.connect(self._take)
        self._take()

    @property
    def pixels_per_s(self) -> float:
        """How wide a second is; it grows with the text."""
        return float(self.fontMetrics().averageCharWidth() * _CHARACTERS_PER_S)

    @property
    def _left_s(self) -> float:
        return (self.horizontalScrollBar().value() - _INSET) / self.pixels_per_s

    def _take(self) -> None:
        recording = self._model.recording
        self.setVisible(self._model.is_wanted and recording is not None)
        if not self.isVisible() or recording is None:
            return
        bar = self.horizontalScrollBar()
        width = self.viewport().width()
        bar.setRange(0, max(0, round(recording.duration_s * self.pixels_per_s) + 2 * _INSET - width))
        room = round(self.fontMetrics().height() * (_SOUND_LINES + _TEXT_LINES)) + 2 * _INSET
        self.setFixedHeight(room + (bar.sizeHint().height() if bar.maximum() > 0 else 0))
        bar.setPageStep(width)
        bar.setSingleStep(round(self.pixels_per_s / 2))
        self._follow()

    def _follow(self) -> None:
        if not self.isVisible():
            return
        number, words = self._model.word, self._model.words
        position_s = self._model.position_s
        if position_s is not None:
            self._bring_in_sight(position_s)
        elif number is not None and number < len(words):
            self._bring_in_sight(words[number].start_s)
        if number is not None and number < len(words):
            word = words[number]
            self.setAccessibleDescription(f"{word.text}, {elapsed_text(word.start_s)}")
        self.viewport().update()

    def _bring_in_sight(self, moment_s: float) -> None:
        """Turns the page, as it were, when the moment is not on it."""
        place = round(moment_s * self.pixels_per_s)
        bar = self.horizontalScrollBar()
        width = self.viewport().width()
        if not bar.value() + width // 20 <= place <= bar.value() + width * 19 // 20:
            bar.setValue(place - width // 10)

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self.viewport())
        colours, area = self._theme.colours, self.viewport().rect()
        painter.fillRect(area, QColor(colours.surface))
        sound = QRect(0, _INSET // 2, area.width(), round(self.fontMetrics().height() * _SOUND_LINES))
        self._paint_sound(painter, sound)
        self._paint_words(painter, sound)
        position_s = self._model.position_s
        if position_s is not None:
            painter.setPen(QPen(QColor(colours.accent), 2))
            x = self._x_of(position_s)
            painter.drawLine(x, 0, x, area.height())
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))
        painter.end()

    def _x_of(self, moment_s: float) -> int:
        return round((moment_s - self._left_s) * self.pixels_per_s)

    def _paint_sound(self, painter: QPainter, field: QRect) -> None:
        colours, peaks = self._theme.colours, self._model.peaks
        painter.setPen(QColor(colours.muted))
        if peaks is None:
            painter.drawText(field, Qt.AlignmentFlag.AlignCenter, translate("WaveformStrip", "Reading the sound…"))
            return
        painter.setPen(QColor(colours.control_line))
        right_s = self._left_s + field.width() / self.pixels_per_s
        heights = peaks.between(self._left_s, right_s, field.width()).astype(float) / 255
        middle, half = field.center().y(), field.height() / 2
        lengths = (heights**0.6 * half).round().astype(int)  # quiet speech is to be seen too
        first, last = max(0, self._x_of(0.0)), min(field.width(), self._x_of(peaks.duration_s))
        lines = [QLine(x, middle - up, x, middle + up) for x, up in enumerate(lengths.tolist()) if first <= x < last]
        painter.drawLines(lines)

    def _paint_words(self, painter: QPainter, sound: QRect) -> None:
        colours, line = self._theme.colours, self.fontMetrics().height()
        rows_end = [0] * _TEXT_LINES
        for label in self._labels():
            left, right = self._x_of(label.start_s), self._x_of(label.end_s)
            place = label.first % _TEXT_LINES
            top = sound.bottom() + 1 + place * line
            is_current = self._model.word is not None and label.first <= self._model.word < label.last
            width = self.fontMetrics().horizontalAdvance(label.text)
            field = QRect(max(left, rows_end[place]), top, width + 4, line)
            if is_current:
                painter.fillRect(QRect(left, sound.top(), max(2, right - left), sound.height()), self._veil())
                painter.fillRect(field, QColor(colours.voice_ground))
            is_doubtful = any(self._model.is_doubtful(number) for number in range(label.first, label.last))
            font = QFont(self.font())
            font.setUnderline(is_doubtful)
            painter.setFont(font)
            painter.setPen(QColor(colours.doubt if is_doubtful and not is_current else colours.text))
            painter.drawText(field, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, label.text)
            rows_end[place] = field.right() + self.fontMetrics().averageCharWidth() // 2

    def _veil(self) -> QColor:
        ground = QColor(self._theme.colours.voice_ground)
        ground.setAlpha(150)
        return ground

    def _labels(self) -> Iterator[_Label]:
        """The words in sight; those that were said together are one label."""
        words = self._model.words
        right_s = self._left_s + self.viewport().width() / self.pixels_per_s
        first = max(0, bisect_left(words, self._left_s, key=_start) - 4)
        last = bisect_right(words, right_s, key=_start)
        while first < last:
            end = first + 1
            while end < last and (words[end].start_s, words[end].end_s) == (words[first].start_s, words[first].end_s):
                end += 1
            text = " ".join(word.text for word in words[first:end])
            yield _Label(first, end, words[first].start_s, words[first].end_s, text)
            first = end

    # --- hands

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.button() == Qt.MouseButton.LeftButton:
            self._model.play_from(max(0.0, self._left_s + event.position().x() / self.pixels_per_s))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps:
            self._model.step(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Home:
            self._model.go_to(0)
        elif event.key() == Qt.Key.Key_End:
            self._model.go_to(len(self._model.words) - 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._model.play_word()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._take()


def _start(word: Word) -> float:
    return word.start_s
