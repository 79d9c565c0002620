"""The small bar above all other windows, in place of the whole window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.translation import translate
from app.ui.features.feature import Feature
from app.ui.features.transfer import TransferFeature

if TYPE_CHECKING:
    from app.ui.dictation_box import DictationBox
    from app.ui.window import MainWindow


class DictationBoxFeature(Feature):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._box: DictationBox | None = None
        tip = translate("DictationBoxFeature", "A small bar above all windows in place of this one")
        label = translate("DictationBoxFeature", "Small &bar on top")
        self.action = self.add("view", label, "Ctrl+Shift+B", tip, self.show)
        window.left.connect(self._let_go)

    @property
    def box(self) -> DictationBox:
        """Made when it is first wanted."""
        if self._box is None:
            from app.ui.dictation_box import DictationBox

            window = self.window
            self._box = DictationBox(self.session, self.theme, window.actions_, window.feature(TransferFeature))
            self._box.left.connect(self._show_window)
            window.destroyed.connect(self._box.deleteLater)
        return self._box

    def show(self) -> None:
        """The bar in place of the window."""
        self.box.show_state()
        self.box.show()
        self.window.showMinimized()

    def _show_window(self) -> None:
        self.window.showNormal()
        self.window.activateWindow()

    def _let_go(self) -> None:
        if self._box is not None:
            self._box.hide()
