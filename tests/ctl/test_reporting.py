"""``commandcenterctl report``: which bulletins it writes, when, and what it refuses."""

import datetime as dt
from pathlib import Path

import pytest

from commandcenter import clock, ctl
from commandcenter.domain.contacts import Photo
from commandcenter.domain.units import Setting
from tests.ctl.asking import document, said
from tests.house import House


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_bulletin_of_any_past_day_week_or_month_is_written_as_pdf_and_workbook(
    small_house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small_house.case()
    out = tmp_path / "new" / "bulletins"
    asked = ("--database", small_house.url, "--out", str(out), "--date", "2026-11-23")
    document(capsys, "report", "daily", *asked)
    document(capsys, "report", "weekly", *asked, "--format", "xlsx")
    made = document(capsys, "report", "monthly", *asked, "--format", "xlsx")
    assert made["files"] == [str(out / "bulletin-monthly-2026-11.xlsx")]
    assert names(out) == ["bulletin-daily-2026-11-23.pdf", "bulletin-daily-2026-11-23.xlsx",
                          "bulletin-monthly-2026-11.xlsx", "bulletin-weekly-2026-11-23.xlsx"]  # fmt: skip


def test_what_is_due_is_written_once_and_with_it_the_documents_that_were_not_made(
    small_house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house, out = small_house, tmp_path / "out"
    house.do("sue", "chase", house.contacted().case_id, words="请抓紧")
    house.database.run("set_up", house.person("adam"), "test", lambda work: work.add(
        Setting(name="bulletin.weekly", value="24")).id)  # fmt: skip
    asked = ("report", "--due", "--database", house.url, "--out", str(out), "--format", "xlsx")
    first = document(capsys, *asked)
    assert [Path(file).name.rpartition("-20")[0] for file in first["files"]] == ["bulletin-daily", "bulletin-monthly"]
    assert (first["documents"], first["troubles"]) == (["综催〔2026〕1号"], [])
    with house.database.reading() as session:
        assert session.query(Photo).where(Photo.directive_id.is_not(None)).count() == 1
    assert document(capsys, *asked) == {"files": [], "documents": [], "troubles": []}


def test_a_document_that_cannot_be_made_ends_with_1_and_stops_no_bulletin(
    small_house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    house = small_house
    house.do("sue", "chase", house.contacted().case_id, words="请抓紧")
    (tmp_path / "directive.typ").write_text("#nobody", encoding="utf-8")
    monkeypatch.setenv("COMMANDCENTER_DOCUMENTS", str(tmp_path))
    out = tmp_path / "out"
    status, _out, err = said(capsys, "report", "--due", "--database", house.url, "--out", str(out), "--format", "xlsx")
    assert status == ctl.REFUSED
    assert "综催〔2026〕1号: The template" in err
    assert len(names(out)) == 3


@pytest.mark.parametrize("words", [(), ("daily", "--due"), ("--due", "--date", "2026-11-23")])
def test_what_is_asked_for_must_be_one_thing(
    small_house: House, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    status, _out, err = said(capsys, "report", *words, "--database", small_house.url)
    assert (status, "Say which bulletin" in err) == (ctl.REFUSED, True)


def test_what_lies_ahead_and_no_folder_are_refused_in_words(
    small_house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ahead = (clock.now() + dt.timedelta(days=2)).date().isoformat()
    status, _out, err = said(capsys, "report", "daily", "--date", ahead, "--database", small_house.url)
    assert (status, "lies ahead" in err) == (ctl.REFUSED, True)
    (tmp_path / "file").touch()
    status, _out, err = said(capsys, "report", "daily", "--database", small_house.url, "--out", str(tmp_path / "file"))
    assert (status, "cannot be written" in err) == (ctl.REFUSED, True)
    with pytest.raises(SystemExit):
        ctl.main(["--language", "en", "report", "daily", "--date", "yesterday"])
    assert "is no date" in capsys.readouterr().err
