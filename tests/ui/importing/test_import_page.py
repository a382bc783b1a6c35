"""A file is brought in from the window: seen first, tried, stopped, brought in, its rejects saved and corrected."""

import csv
import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from commandcenter.domain.complaints import Complaint
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from tests.ui.importing.conftest import ONLY_IMPORT
from ui.importing.page import ImportPage
from ui.importing.reading import Look, look_at
from ui.shell import Shell

HEADER = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "反对数", "点赞数"]


def _letter(number: int, at: str = "2020/1/6 12:09:38", words: str = "路灯不亮,晚上看不见路。") -> list[str]:
    return [str(number), f"A{number}", f"路灯不亮 {number}", at, words, "0", "0"]


def _write(path: Path, rows: list[list[str]], header: list[str] = HEADER) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def _count(house: House) -> int:
    with house.database.reading() as session:
        return session.query(Complaint).count()


def _open(page: ImportPage, path: Path, qtbot: QtBot) -> None:
    page.path.setText(str(path))
    QTest.keyClick(page.path, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.look is not None or "…" not in page.message.text)


def _run(page: ImportPage, qtbot: QtBot, *, dry_run: bool = False) -> None:
    page.begin(dry_run=dry_run)
    qtbot.waitUntil(lambda: page.errand is None, timeout=60_000)


def test_the_first_rows_are_shown_with_what_each_column_becomes(
    page: ImportPage, tmp_path: Path, small_house: House, qtbot: QtBot
) -> None:
    _open(page, _write(tmp_path / "letters.csv", [_letter(n) for n in range(25)]), qtbot)
    assert page.profile.currentData() == "letters"
    assert len(page.table.rows) == 20
    assert page.table.headings[:2] == ("Row", "留言编号 → Source's own number")
    assert "留言详情 → What was said" in page.table.headings
    assert page.table.rows[0][:3] == ("2", "0", "A0")
    assert "kept beside: 反对数, 点赞数" in page.columns.text()
    assert _count(small_house) == 0


def test_rows_that_will_be_rejected_show_why_before_anything_is_written(
    page: ImportPage, tmp_path: Path, qtbot: QtBot
) -> None:
    _open(page, _write(tmp_path / "letters.csv", [_letter(1), _letter(2, at="2020/13/45"), _letter(3)]), qtbot)
    assert page.message.text.startswith("1 of the first 3 rows would be rejected: see why below. ")
    assert page.table.rows[1][1].startswith("▲ 留言时间: ")
    assert "2020/13/45" in page.table.rows[1][1]


def test_a_trial_counts_everything_and_writes_nothing(
    page: ImportPage, tmp_path: Path, small_house: House, qtbot: QtBot
) -> None:
    _open(page, _write(tmp_path / "letters.csv", [_letter(1), _letter(2, words=""), _letter(3)]), qtbot)
    _run(page, qtbot, dry_run=True)
    assert page.message.text.startswith(
        "Nothing was written. 3 rows: 2 would be received, 0 are known, 1 rejected. ")  # fmt: skip
    assert _count(small_house) == 0


def test_rejected_rows_are_saved_corrected_and_imported_again(
    page: ImportPage, tmp_path: Path, small_house: House, qtbot: QtBot
) -> None:
    file = _write(tmp_path / "letters.csv", [_letter(1), _letter(2, at="yesterday"), _letter(3, words="")])
    _open(page, file, qtbot)
    _run(page, qtbot)
    assert page.message.text.startswith("3 rows: 1 received, 0 already known, 2 rejected. ")
    assert [row[:2] for row in page.table.rows] == [("3", "留言时间"), ("4", "留言详情")]
    assert page.save.isVisible()
    saved = tmp_path / "rejects.csv"
    page.save_to(saved)
    qtbot.waitUntil(lambda: "correct them" in page.message.text)
    corrected = saved.read_text("utf-8-sig").replace("yesterday", "2020/1/7 8:00:00").replace(
        "2020/1/6 12:09:38,,", "2020/1/6 12:09:38,路灯坏了。,")  # fmt: skip
    saved.write_text(corrected, "utf-8-sig")
    _open(page, saved, qtbot)
    _run(page, qtbot)
    assert page.message.text.startswith("2 rows: 2 received, 0 already known, 0 rejected. ")
    assert _count(small_house) == 3


def test_importing_again_finds_everything_known(
    page: ImportPage, tmp_path: Path, small_house: House, qtbot: QtBot
) -> None:
    _open(page, _write(tmp_path / "letters.csv", [_letter(1), _letter(2)]), qtbot)
    _run(page, qtbot)
    _run(page, qtbot)
    assert page.message.text.startswith("2 rows: 0 received, 2 already known, 0 rejected. ")
    assert _count(small_house) == 2


@pytest.mark.parametrize("content, said", [
    (b"", "empty"),
    ("编号,内容\n1,x\n".encode(), "No profile fits the columns of “bad.csv”"),
    (bytes(range(256)) * 40, "bad.csv"),
])  # fmt: skip
def test_a_file_that_is_none_is_refused_in_words(
    page: ImportPage, tmp_path: Path, qtbot: QtBot, content: bytes, said: str
) -> None:
    (tmp_path / "bad.csv").write_bytes(content)
    _open(page, tmp_path / "bad.csv", qtbot)
    assert page.look is None
    assert said in page.message.text
    assert not page.bring.isEnabled()


def test_a_missing_file_is_refused_in_words(page: ImportPage, tmp_path: Path, qtbot: QtBot) -> None:
    _open(page, tmp_path / "nothing.csv", qtbot)
    assert page.message.text.startswith("There is no file")


def test_a_profile_that_does_not_fit_says_which_columns_are_missing(
    page: ImportPage, tmp_path: Path, qtbot: QtBot
) -> None:
    _open(page, _write(tmp_path / "letters.csv", [_letter(1)]), qtbot)
    place = page.profile.findData("calls")
    page.profile.setCurrentIndex(place)
    page.profile.activated.emit(place)
    qtbot.waitUntil(lambda: "lacks columns" in page.message.text)
    assert not page.bring.isEnabled()


def test_rejects_that_cannot_be_saved_are_refused_in_words(page: ImportPage, tmp_path: Path, qtbot: QtBot) -> None:
    _open(page, _write(tmp_path / "letters.csv", [_letter(1, at="?")]), qtbot)
    _run(page, qtbot)
    page.save_to(tmp_path / "no" / "such" / "folder.csv")
    qtbot.waitUntil(lambda: page.message.text.startswith("The rejected rows cannot be written to"))


def test_who_may_not_import_does_not_find_the_page(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    shell = enter(make_window(ONLY_IMPORT), "oscar", qtbot)
    assert shell.go("import") is None
    assert not shell.room.actions.trigger("go.import", shell.room)


def test_it_is_in_the_menu_and_not_in_the_rail(page: ImportPage) -> None:
    shell = page.window().shell  # type: ignore[attr-defined]
    assert isinstance(shell, Shell)
    assert shell.rail.names() == ["intake"]
    assert "Import a file…" in [action.text() for action in shell._menu.actions()]


def test_a_real_file_is_stopped_half_way_gone_on_with_and_the_window_stays_alive(
    page: ImportPage, real_data: Path, small_house: House, qtbot: QtBot
) -> None:
    beats: list[int] = []
    heart = QTimer()
    heart.setInterval(10)
    heart.timeout.connect(lambda: beats.append(1))
    _open(page, real_data / "complaints-zh" / "letters.csv", qtbot)
    heart.start()
    page.begin(dry_run=False)
    assert page.errand is not None
    with qtbot.waitSignal(page.errand.progressed, timeout=30_000):
        pass
    QTest.mouseClick(page.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.errand is None, timeout=60_000)
    some = _count(small_house)
    assert page.message.text.startswith("Stopped. ")
    assert 0 < some < 4326
    _run(page, qtbot)
    heart.stop()
    assert page.message.text.startswith(f"4326 rows: {4326 - some} received, {some} already known, 0 rejected. ")
    assert _count(small_house) == 4326
    assert len(beats) > 20


def test_the_import_goes_on_while_the_window_is_built_anew_in_another_language(
    page: ImportPage, real_data: Path, small_house: House, qtbot: QtBot
) -> None:
    _open(page, real_data / "complaints-zh" / "letters-gb18030.csv", qtbot)
    page.begin(dry_run=False)
    window = page.window()
    page.room.preferences.language = "zh_CN"
    again = window.shell.page  # type: ignore[attr-defined]
    assert isinstance(again, ImportPage)
    assert again is not page
    qtbot.waitUntil(lambda: again.last is not None, timeout=60_000)
    assert again.message.text.startswith("共 800 行")
    assert _count(small_house) == 800


def test_rejected_rows_are_not_saved_over_the_imported_file_nor_over_anything_else(
    page: ImportPage, tmp_path: Path, qtbot: QtBot
) -> None:
    file = _write(tmp_path / "letters.csv", [_letter(1), _letter(2, at="yesterday")])
    (other := tmp_path / "notes.csv").write_text("name,number\n甲,1\n", encoding="utf-8")
    _open(page, file, qtbot)
    _run(page, qtbot)
    before = file.read_bytes()
    page.save_to(file)
    qtbot.waitUntil(lambda: "is the file to be imported" in page.message.text)
    page.save_to(other)
    qtbot.waitUntil(lambda: "something else" in page.message.text)
    assert (file.read_bytes(), other.read_text(encoding="utf-8")) == (before, "name,number\n甲,1\n")


def test_rows_that_waited_long_and_rows_that_changed_are_told_before_and_after(
    page: ImportPage, tmp_path: Path, qtbot: QtBot
) -> None:
    _open(page, _write(tmp_path / "letters.csv", [_letter(1), _letter(2)]), qtbot)
    assert page.message.text.startswith("2 of the first 2 rows are older than 30 days: they are received as new")
    _run(page, qtbot)
    assert "2 rows are older than 30 days: they are received as new, their clocks start now." in page.message.text
    _open(page, _write(tmp_path / "again.csv", [_letter(1), _letter(2, words="另一件事。")]), qtbot)
    _run(page, qtbot)
    assert "1 known rows say something else" in page.message.text
    assert page.message.text.endswith("row 3.")


def test_the_preview_is_that_of_the_file_named_last_whichever_was_read_first(
    page: ImportPage, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, quick = _write(tmp_path / "slow.csv", [_letter(1)]), _write(tmp_path / "quick.csv", [_letter(2)])
    released, both = threading.Event(), threading.Barrier(2)

    def read(path: Path, *rest: Any) -> Look:
        if path == slow:
            released.wait(20)
        return look_at(path, *rest)

    monkeypatch.setattr("ui.importing.page.look_at", read)
    page.open(slow)
    page.open(quick)
    qtbot.waitUntil(lambda: page.look is not None)
    released.set()
    done: list[object] = []
    for _lane in range(2):  # whatever the two lanes had to say is said once both have met
        page.room.backstage.aside(lambda: both.wait(20), done.append, owner=page)
    qtbot.waitUntil(lambda: len(done) == 2)
    assert page.look is not None
    assert (page.look.path, page.path.text()) == (quick, str(quick))
    assert page.table.rows[0][2] == "A2"
