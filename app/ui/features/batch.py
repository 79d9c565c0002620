"""Audio files that are written down one after the other: their page, and files dropped onto the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.translation import translate
from app.ui.features.feature import PageFeature
from app.ui.file_drops import FileDrops
from app.ui.page import Page

if TYPE_CHECKING:
    from app.ui.batch_page import BatchPage
    from app.ui.window import MainWindow


class BatchFeature(PageFeature["BatchPage"]):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        tip = translate("BatchFeature", "Audio files to be written down, one after the other")
        self.opens = self.add("note", translate("BatchFeature", "Audio &files"), "Ctrl+Shift+D", tip, self.show_page)
        self.drops = FileDrops(window)
        self.drops.dropped.connect(self._take)

    def make_page(self) -> BatchPage:
        from app.ui.batch_page import BatchPage

        page = BatchPage(self.session.batch, self.theme, self.window)
        page.note_wanted.connect(self.window.open_note)
        return page

    def _take(self, paths: list[Path]) -> None:
        page = self.window.inner.currentWidget()
        if isinstance(page, Page) and page.take_files(paths):
            return
        if self.opens.isEnabled():
            self.session.batch.add(paths)
            self.show_page()
