"""The import page in a real window on a real database."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.importing.page import ImportPage
from ui.pages import PAGES

ONLY_IMPORT = tuple(entry for entry in PAGES if entry.name in {"intake", "import"})


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Rejects and drafts of each test lie in its own folder."""
    folder = tmp_path / "data"
    monkeypatch.setenv("COMMANDCENTER_DATA", str(folder))
    return folder


@pytest.fixture
def page(with_passwords: House, make_window: MakeWindow, qtbot: QtBot) -> ImportPage:
    """The page as ann, an operator, opens it."""
    shell = enter(make_window(ONLY_IMPORT), "ann", qtbot)
    assert shell.room.actions.trigger("go.import", shell.room)
    page = shell.page
    assert isinstance(page, ImportPage)
    return page
