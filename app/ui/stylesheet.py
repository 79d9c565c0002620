"""The window's style sheet, made for a set of colours and a text size."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template

_SHEET = Template("""
QMainWindow, QDialog, QStackedWidget, #page { background: $window; }
QToolTip { background: $raised; color: $text; border: 1px solid $control_line; padding: ${s}px; }

QMenuBar { background: $sidebar; border-bottom: 1px solid $line; padding: 2px ${s}px; }
QMenuBar::item { padding: ${s}px ${m}px; border-radius: ${s}px; background: transparent; }
QMenuBar::item:selected { background: $selection; }
QMenu { background: $raised; border: 1px solid $line; padding: ${s}px; }
QMenu::item { padding: ${s}px ${xl}px; border-radius: ${s}px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $line; margin: ${s}px; }

QPushButton {
    background: $raised; color: $text; border: 1px solid $control_line; border-radius: ${r}px;
    padding: ${s}px ${m}px; min-height: ${control}px;
}
QPushButton:hover { background: $selection; }
QPushButton:focus { border: 2px solid $accent; padding: ${s1}px ${m1}px; }
QPushButton:disabled { color: $disabled; border-color: $line; background: transparent; }
QPushButton::menu-indicator { image: none; width: 0; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: transparent; color: $disabled; border-color: $line; }
QPushButton[kind="record"] {
    background: $recording; color: $on_recording; border-color: $recording; font-weight: 600;
    padding: ${s}px ${l}px;
}
QPushButton[kind="record"]:hover { background: $recording_hover; }
QPushButton[kind="record"]:focus { border: 2px solid $text; padding: ${s1}px ${l1}px; }
QPushButton[kind="record"]:disabled { background: transparent; color: $disabled; border-color: $line; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; }
QPushButton[kind="quiet"]:hover { background: $selection; }
QPushButton[kind="quiet"]:focus { border: 2px solid $accent; }
QPushButton[kind="small"] { background: transparent; border-color: transparent; padding: ${s}px; }
QPushButton[kind="small"]:hover { background: $selection; }
QPushButton[kind="small"]:focus { border: 2px solid $accent; padding: ${s1}px; }
QPushButton[kind="small"]:checked { background: $selection; border-color: $accent; }

QLineEdit, QPlainTextEdit, QTableView { placeholder-text-color: $muted; }
QLineEdit, QComboBox {
    background: $surface; color: $text; border: 1px solid $control_line; border-radius: ${r}px;
    padding: ${s}px ${m2}px; min-height: ${control}px; selection-background-color: $selection; selection-color: $text;
}
QLineEdit:focus, QComboBox:focus { border: 2px solid $accent; padding: ${s1}px ${m3}px; }
QLineEdit:disabled, QComboBox:disabled { background: transparent; color: $disabled; border-color: $line; }
QComboBox::drop-down { border: none; width: ${xl}px; }
QComboBox::down-arrow { image: none; border: none; }
QComboBox QAbstractItemView { background: $raised; color: $text; selection-background-color: $selection;
    selection-color: $text; border: 1px solid $line; outline: 0; }
QLineEdit[readOnly="true"] { background: transparent; border-color: transparent; }
#noteTitle { font-size: ${title}pt; font-weight: 600; background: transparent; border: 1px solid transparent; }
#noteTitle:hover { border: 1px solid $line; }
#noteTitle:focus { border: 2px solid $accent; background: $surface; }
#patientLabel { padding: 0 ${s}px 0 ${m2}px; }

QCheckBox, QRadioButton { spacing: ${m2}px; padding: 2px ${s}px 2px 2px; border: 2px solid transparent;
    border-radius: ${r}px; }
QCheckBox:focus, QRadioButton:focus { border-color: $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }
QCheckBox::indicator, QRadioButton::indicator, QListView::indicator { width: ${box}px; height: ${box}px;
    background: $surface; border: 1px solid $control_line; }
QCheckBox::indicator, QListView::indicator { border-radius: ${s1}px; }
QRadioButton::indicator { border-radius: ${box2}px; }
QCheckBox::indicator:checked, QListView::indicator:checked { background: $accent; border-color: $accent;
    image: url("$tick"); }
QRadioButton::indicator:checked { border-color: $accent; background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5,
    fx: 0.5, fy: 0.5, stop: 0 $accent, stop: 0.55 $accent, stop: 0.65 $surface, stop: 1 $surface); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line; background: transparent; }
QCheckBox::indicator:checked:disabled { background: $disabled; border-color: $disabled; }
QRadioButton::indicator:checked:disabled { background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5,
    fx: 0.5, fy: 0.5, stop: 0 $disabled, stop: 0.55 $disabled, stop: 0.65 $window, stop: 1 $window); }
QGroupBox { border: 1px solid $line; border-radius: ${r}px; margin-top: ${m}px; padding: ${s}px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: ${m2}px; padding: 0 ${s}px; }
QListWidget, QTableView { background: $surface; color: $text; border: 1px solid $line; border-radius: ${r}px;
    outline: 0; padding: 1px; alternate-background-color: $window;
    selection-background-color: $selection; selection-color: $text; }
QListWidget:focus, QTableView:focus { border: 2px solid $accent; padding: 0; }
QListWidget::item { padding: ${s}px; }
QTableView::item { padding: 2px ${s}px; }
QTableView::item:focus { background: $selection; border: none; }
QHeaderView::section { background: $sidebar; color: $muted; border: none; border-bottom: 1px solid $line;
    padding: ${s}px ${m3}px; }

#sidebar { background: $sidebar; border-right: 1px solid $line; }
#sidebar QListView { background: transparent; border: 2px solid transparent; border-radius: ${r}px; outline: 0; }
#sidebar QListView:focus { border-color: $accent; }
#muted, QLabel[kind="muted"] { color: $muted; }
QLabel[kind="muted"]:disabled, QGroupBox::title:disabled { color: $disabled; }
QLabel[kind="heading"] { font-size: ${heading}pt; font-weight: 600; }
QLabel[kind="section"] { font-weight: 600; }
QLabel[kind="good"] { color: $good; font-weight: 600; }
QLabel[kind="warning"] { color: $warning; font-weight: 600; }
QLabel[kind="signed"] { color: $good; border: 1px solid $good; border-radius: ${r}px; padding: 2px ${m2}px;
    font-weight: 600; }
QLabel[kind="key"] { background: $raised; border: 1px solid $control_line; border-bottom-width: 2px;
    border-radius: ${r}px; padding: ${s}px ${m2}px; font-weight: 600; }
QLabel[kind="time"] { font-size: ${heading}pt; font-weight: 600; }

#editorFrame { background: $surface; border: 1px solid $line; border-radius: ${r2}px; }
#editorFrame[focused="true"] { border: 2px solid $accent; }
QPlainTextEdit { background: transparent; color: $text; border: none;
    selection-background-color: $selection; selection-color: $text; }
#noteText { font-size: ${body}pt; }
QDialog QPlainTextEdit, QPlainTextEdit[framed="true"] { background: $surface;
    border: 1px solid $control_line; border-radius: ${r}px; padding: ${s}px; }
QDialog QPlainTextEdit:focus, QPlainTextEdit[framed="true"]:focus { border: 2px solid $accent; padding: ${s1}px; }
#bar { background: $sidebar; border-top: 1px solid $line; }
#progressRow { background: $information_ground; border-radius: ${r}px; }

QFrame[message="warning"] { background: $warning_ground; border: 1px solid $warning; border-radius: ${r}px; }
QFrame[message="information"] { background: $information_ground; border: 1px solid $accent; border-radius: ${r}px; }
QFrame[card="true"] { background: $surface; border: 1px solid $line; border-radius: ${r2}px; }

QProgressBar { background: $line; border: none; border-radius: ${p2}px; max-height: ${p}px; min-height: ${p}px; }
QProgressBar::chunk { background: $accent; border-radius: ${p2}px; }
QSplitter::handle { background: $line; width: 1px; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: ${m}px; margin: 0; }
QScrollBar::handle:vertical { background: $control_line; border-radius: ${s}px; min-height: ${xl}px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: ${m}px; margin: 0; }
QScrollBar::handle:horizontal { background: $control_line; border-radius: ${s}px; min-width: ${xl}px; margin: 2px; }
QScrollBar::add-line:horizontal, QScrollBar::sub-line:horizontal { width: 0; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; height: 0; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
""")


def stylesheet(colours: Mapping[str, str], body_points: float, points: float, tick: Path) -> str:
    """The sheet for colours by name, a note's text of `body_points` and everything else of `points`, with which all
    lengths grow. `tick` is the picture in a checked box: a style sheet takes pictures from files only."""
    unit = points * 96 / 72 / 14
    lengths = {
        "s": 5,
        "s1": 4,
        "m": 12,
        "m1": 11,
        "m2": 9,
        "m3": 8,
        "l": 18,
        "l1": 17,
        "xl": 26,
        "r": 6,
        "r2": 10,
        "p": 6,
        "p2": 3,
        "control": 22,
        "box": 14,
    }
    sizes = {name: str(max(1, round(length * unit))) for name, length in lengths.items()}
    sizes["body"] = f"{body_points:.1f}"
    sizes["title"] = f"{points * 1.5:.1f}"
    sizes["heading"] = f"{points * 1.3:.1f}"
    sizes["box2"] = str(int(sizes["box"]) // 2 + 1)  # with the line around it
    return _SHEET.substitute(colours, **sizes, tick=tick.as_posix())
