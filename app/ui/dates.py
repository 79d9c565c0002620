"""Dates and times as the language in use writes them, in local time."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDate, QDateTime, QLocale, QTime

from app.translation import translate


def clock_text(moment: datetime) -> str:
    """Such as 14:05."""
    return f"{moment.astimezone():%H:%M}"


def short_day_text(moment: datetime, *, with_year: bool) -> str:
    """Such as 4 Mar or 4 Mar 2026."""
    if with_year:
        return _text(moment, translate("Dates", "d MMM yyyy", comment="a date in Qt's letters"))
    return _text(moment, translate("Dates", "d MMM", comment="a date in Qt's letters"))


def day_and_time_text(moment: datetime) -> str:
    """Such as 4 March 2026, 14:05."""
    return _text(moment, translate("Dates", "d MMMM yyyy, HH:mm", comment="a date in Qt's letters"))


def weekday_and_time_text(moment: datetime) -> str:
    """Such as Wednesday, 4 March 2026, 14:05."""
    return _text(moment, translate("Dates", "dddd, d MMMM yyyy, HH:mm", comment="a date in Qt's letters"))


def _text(moment: datetime, form: str) -> str:
    local = moment.astimezone()
    time = QTime(local.hour, local.minute, local.second)
    return QLocale().toString(QDateTime(QDate(local.year, local.month, local.day), time), form)
