"""docs/install.md: what an administrator lays down is there for a user at the first start, and `doctor` agrees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from clinician import Clinician
from command_line import run_program
from pytestqt.qtbot import QtBot
from sound_server import SoundServer
from window_fixtures import DeskOpener, take_screenshot

from app.desk.template_store import Scope
from app.ui.features import LexiconsFeature

pytestmark = [pytest.mark.journey, pytest.mark.slow]

TEMPLATE = "title: Lung clinic letter\nspoken: lung clinic\nlanguage: en\n\nSeen in the lung clinic. [findings]"


def test_settings_lists_and_templates_of_the_site_are_there_at_the_first_start(
    model_home: Path, sound_server: SoundServer, open_desk: DeskOpener, qtbot: QtBot, tmp_path: Path
) -> None:
    (model_home / "site" / "lexicons").mkdir(parents=True)
    (model_home / "site" / "lexicons" / "hospital.csv").write_text("written,category\npirfenidone,drug\n")
    share = tmp_path / "share"
    share.mkdir()
    (share / "lung-clinic-letter.txt").write_text(TEMPLATE)
    settings = {"version": 1, "language": "en", "theme": "light", "site_templates": str(share)}
    (model_home / "settings" / "settings.json").write_text(json.dumps(settings))

    said = run_program("doctor", "--json")
    findings = {each["what"]: each for each in json.loads(said.out)["findings"]}
    assert said.status == 0, said.out
    assert "otoscribe-base" in findings["model"]["found"] and findings["microphone"]["works"]

    window = open_desk()
    me = Clinician(window, sound_server, qtbot)
    me.press("Ctrl+L")
    page = window.feature(LexiconsFeature).page
    qtbot.waitUntil(lambda: page.list.count() > 10, timeout=30_000)
    row = next(row for row in range(page.list.count()) if "from your IT" in page.list.item(row).text())
    page.list.setCurrentRow(row)
    qtbot.waitUntil(lambda: page.line.text() == "1 term", timeout=20_000)
    page.table.selectRow(0)
    assert not page.change.isEnabled() and not page.remove.isEnabled()
    take_screenshot(window, "guide-install-site")
    me.press("Esc", page.search)
    (letter,) = [each for each in window.session.templates.stored if each.scope is Scope.SITE]
    assert letter.template.title == "Lung clinic letter"

    me.start_note("Lung clinic", "Jane Roe, MRN 4711-22")
    me.record()
    me.say("pirfenidone")
    me.stop()
    me.wait_for("improved on pirfenidone")
