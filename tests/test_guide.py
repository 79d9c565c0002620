"""The user's guide: whatever it leads to is there, and its pictures are small enough for a repository."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from app.settings import Settings

REPOSITORY = Path(__file__).resolve().parent.parent
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
LARGEST_PICTURE_BYTES = 150_000
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    headings = _HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def test_every_link_leads_to_a_page_and_a_heading() -> None:
    wrong = []
    for page in PAGES:
        for link in _LINK.findall(page.read_text(encoding="utf-8")):
            if "://" in link:
                continue
            file, _, anchor = link.partition("#")
            target = page.parent / file if file else page
            if not target.exists() or (anchor and anchor not in anchors(target)):
                wrong.append(f"{page.name}: {link}")
    assert wrong == []


def test_every_page_is_in_the_index() -> None:
    index = (REPOSITORY / "docs" / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES if page.name != "README.md" and f"({page.name})" not in index] == []


def test_every_picture_is_shown_and_small() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    pictures = sorted((REPOSITORY / "docs" / "images").iterdir())
    assert pictures
    assert [each.name for each in pictures if f"images/{each.name})" not in text] == []
    assert [each.name for each in pictures if each.stat().st_size > LARGEST_PICTURE_BYTES] == []


def test_every_setting_is_told_to_the_administrator() -> None:
    page = (REPOSITORY / "docs" / "install.md").read_text(encoding="utf-8")
    assert [setting.name for setting in fields(Settings) if f"`{setting.name}`" not in page] == []
