"""The language of the interface, in the View menu; another takes effect at the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from app.settings import INTERFACE_LANGUAGES
from app.translation import AUTO, translate, without_accelerator
from app.ui.features.feature import Feature

if TYPE_CHECKING:
    from app.ui.window import MainWindow

# A language is found by its own name in every other.
_OWN_NAMES = {"en": "&English", "de": "&Deutsch", "zh": "简体&中文"}


class LanguageFeature(Feature):
    """`choices`: an action for each value of the setting."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        view = window.actions_.menus["view"]
        menu = QMenu(translate("LanguageFeature", "Lan&guage"), view)
        menu.setAccessibleName(without_accelerator(menu.title()))
        view.addSeparator()
        view.addMenu(menu)
        group = QActionGroup(window)
        self.choices = {}
        for name in INTERFACE_LANGUAGES:
            label = translate("LanguageFeature", "As the &system") if name == AUTO else _OWN_NAMES[name]
            action = window.actions_.make(label, "", translate("LanguageFeature", "Language of the interface"))
            action.setCheckable(True)
            action.setChecked(name == self.session.desk.settings.interface_language)
            action.triggered.connect(lambda _checked=False, name=name: self._choose(name))
            group.addAction(action)
            menu.addAction(action)
            self.choices[name] = action

    def _choose(self, name: str) -> None:
        messages = self.session.messages
        self.session.desk.change_settings(lambda problem: messages.warn("settings", problem), interface_language=name)
        messages.tell(
            "language", translate("LanguageFeature", "The language changes when Otoscribe is started the next time.")
        )
