"""The command line: what it prints, what it refuses, how it ends."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from commandcenter import ctl
from commandcenter.ctl import looking
from commandcenter.domain.journal import JournalLine
from commandcenter.storage.database import Database
from tests.ctl.asking import TINY, document, said

WHOLE: dict[str, object] = {"broken": None, "breaks": [], "broken_records": 0, "orphans": []}
"""What verify tells of a journal that is whole."""


def test_a_pack_is_loaded_again_without_doubling(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    first = document(capsys, "init", "--pack", str(TINY), "--database", database_url)
    before = document(capsys, "status", "--database", database_url)
    assert first["changed"] > 0
    status, out, _err = said(capsys, "init", "--pack", str(TINY), "--database", database_url)
    assert (status, out.startswith("Nothing changed: tiny was loaded already, 2 squads")) == (0, True)
    assert document(capsys, "init", "--pack", str(TINY), "--database", database_url) == first | {"changed": 0}
    after = document(capsys, "status", "--database", database_url)
    assert after == before
    assert after["records"]["squad"]["total"] == 2
    assert after["journal"] > 0


def test_the_shipped_district_has_what_it_promises(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counts = document(capsys, "init", "--pack", "west-coast", "--database", str(tmp_path / "w.sqlite"))
    assert (counts["squads"], counts["workstations"]) == (33, 420)
    assert counts["matters"] >= 200
    assert counts.pop("changed") >= sum(n for n in counts.values() if isinstance(n, int))
    with Database.open(f"sqlite:///{tmp_path / 'w.sqlite'}").reading() as session:
        assert session.query(JournalLine).count() >= sum(n for n in counts.values() if isinstance(n, int))


def test_a_pack_with_faults_loads_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import shutil

    broken = tmp_path / "broken"
    shutil.copytree(TINY, broken)
    squads = broken / "squads.csv"
    squads.write_text(squads.read_text(encoding="utf-8").replace("township", "townshp", 1), encoding="utf-8")
    (broken / "limits.toml").unlink()
    status, _out, err = said(capsys, "init", "--pack", str(broken), "--database", str(tmp_path / "x.sqlite"))
    assert status == ctl.REFUSED
    assert "squads.csv" in err
    assert "limits.toml" in err
    assert not (tmp_path / "x.sqlite").exists()


def test_an_import_tells_what_became_of_every_row(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ctl.main(["init", "--pack", str(TINY), "--database", database_url])
    capsys.readouterr()
    letters = tmp_path / "letters.csv"
    letters.write_text("留言编号,留言用户,留言主题,留言时间,留言详情\n1,A,噪音,2019-02-28,吵\n2,B,占道,昨天,堵\n",
                       encoding="gb18030")
    counts = document(capsys, "import", str(letters), "--database", database_url)
    assert {k: counts[k] for k in ("rows", "received", "known", "rejected")} == {
        "rows": 2, "received": 1, "known": 0, "rejected": 1,
    }  # fmt: skip
    assert counts["rejections"][0]["row"] == 3
    states = document(capsys, "status", "--database", database_url)["records"]["complaint"]
    assert states == {"total": 1, "by_state": {"received": 1}}


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "empty"),
        ("missing.csv", None, "no file"),
        ("binary.csv", bytes(range(256)) * 40, "not a table"),
        ("columns.csv", "甲,乙\n1,2\n".encode(), "profile"),
    ],
)
def test_a_file_that_is_no_file_of_complaints_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes | None, sentence: str
) -> None:
    database = str(tmp_path / "x.sqlite")
    ctl.main(["init", "--pack", str(TINY), "--database", database])
    if content is not None:
        (tmp_path / name).write_bytes(content)
    status, _out, err = said(capsys, "import", str(tmp_path / name), "--database", database)
    assert status == ctl.REFUSED
    assert sentence in err.lower()
    assert "Traceback" not in err


def test_a_database_that_is_not_there_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _out, err = said(capsys, "status", "--database", str(tmp_path / "nowhere.sqlite"))
    assert status == ctl.REFUSED
    assert err.strip()


def test_the_demonstration_s_address_is_told_without_its_password(
    postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"{postgres_url}&password=secret"
    document(capsys, "init", "--pack", str(TINY), "--database", url)
    told = document(capsys, "demo", "--database", url)
    assert "secret" not in told["database"]
    assert told["database"].startswith("postgresql+psycopg://commandcenter@/district_")
    _status, out, _err = said(capsys, "demo", "--database", url)
    assert "secret" not in out


def test_a_title_above_the_header_hides_no_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database, table = str(tmp_path / "t.sqlite"), tmp_path / "titled.csv"
    ctl.main(["init", "--pack", str(TINY), "--database", database])
    capsys.readouterr()
    titled = "二〇一九年二月群众留言,,,,\n留言编号,留言用户,留言主题,留言时间,留言详情\n1,A,噪音,2019-02-28,吵\n"
    table.write_text(titled, encoding="utf-8")
    assert document(capsys, "import", str(table), "--database", database)["received"] == 1


def test_verify_names_the_first_break_of_every_record_and_counts_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'd.sqlite'}"
    document(capsys, "init", "--pack", str(TINY), "--database", url)
    with Database.open(url) as database, database.engine.begin() as connection:
        squads = connection.exec_driver_sql("UPDATE squad SET name_en = 'other', version = version + 2").rowcount
        connection.exec_driver_sql("UPDATE district SET name_en = 'other'")
    status, out, _err = said(capsys, "verify", "--database", url, "--json")
    told = json.loads(out)
    assert (status, told["broken_records"], len(told["breaks"])) == (ctl.REFUSED, squads + 1, squads + 1)
    assert (told["broken"], squads > 1) == (told["breaks"][0], True)
    assert f"{squads + 1} records are broken." in said(capsys, "verify", "--database", url)[1]
    monkeypatch.setattr(looking, "MOST_NAMED", 2)
    lines = said(capsys, "verify", "--database", url)[1].splitlines()
    assert lines[:3] == [*told["breaks"][:2], f"These are the first 2 of {squads + 1} records that are broken."]


def test_the_search_is_built_anew_by_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path / 'd.sqlite'}"
    document(capsys, "init", "--pack", str(TINY), "--database", url)
    document(capsys, "simulate", "--minutes", "20", "--database", url)
    with Database.open(url) as database, database.engine.begin() as connection:
        rows = connection.exec_driver_sql("DELETE FROM search_row").rowcount
    assert document(capsys, "rebuild-search", "--database", url) == {"records": rows}
    assert f"{rows} records are found" in said(capsys, "rebuild-search", "--database", url)[1]


def test_verify_tells_the_orphans_in_words_and_for_a_script(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'd.sqlite'}"
    document(capsys, "init", "--pack", str(TINY), "--database", url)
    assert document(capsys, "verify", "--database", url) == WHOLE
    with Database.open(url) as database, database.engine.begin() as connection:
        first = "(SELECT min(code) FROM workstation)"
        connection.exec_driver_sql(f"UPDATE workstation SET squad_id = 'nobody' WHERE code = {first}")
    status, out, _err = said(capsys, "verify", "--database", url, "--json")
    assert status == ctl.REFUSED
    (lone,) = json.loads(out)["orphans"]
    assert lone.startswith("workstation")
    assert "its squad_id names a squad that is not there: nobody" in lone
    assert lone in said(capsys, "verify", "--database", url)[1]


def test_help_reads_like_a_manual(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        ctl.main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert all(command in text for command in ("init", "import", "simulate", "status", "verify", "calendar"))


@pytest.mark.usefixtures("midday")
def test_a_simulated_hour_is_repeatable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    days = []
    for name in ("one", "two"):
        database = str(tmp_path / f"{name}.sqlite")
        ctl.main(["init", "--pack", "west-coast", "--database", database])
        capsys.readouterr()
        days.append(document(capsys, "simulate", "--minutes", "45", "--seed", "7", "--database", database))
    assert days[0] == days[1]
    assert days[0]["receive"] > 0


@pytest.mark.usefixtures("midday")
def test_a_simulated_hour_lives_on_either_database_and_its_journal_is_whole(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ctl.main(["init", "--pack", str(TINY), "--database", database_url])
    capsys.readouterr()
    made = document(capsys, "simulate", "--minutes", "60", "--seed", "2", "--database", database_url)
    assert made["dispatch"] > 0
    assert document(capsys, "verify", "--database", database_url) == WHOLE


def test_holidays_of_a_year_that_is_not_known_yet_can_be_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database, table = str(tmp_path / "x.sqlite"), tmp_path / "2027.csv"
    ctl.main(["init", "--pack", str(TINY), "--database", database])
    capsys.readouterr()
    table.write_text("date,working,name\n2027-01-01,no,元旦\n2027-01-03,yes,元旦\n", encoding="utf-8")
    assert document(capsys, "calendar", str(table), "--database", database)["changed"] == 2
    assert document(capsys, "calendar", str(table), "--database", database)["changed"] == 0


def test_a_database_of_another_program_is_left_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(tmp_path / "other.sqlite")) as other:
        other.execute("CREATE TABLE stamps (year)")
    before = (tmp_path / "other.sqlite").read_bytes()
    status, _out, err = said(capsys, "init", "--pack", str(TINY), "--database", str(tmp_path / "other.sqlite"))
    assert (status, "of another program (it has the table “stamps”)" in err) == (ctl.REFUSED, True)
    assert (tmp_path / "other.sqlite").read_bytes() == before


def test_who_has_no_demonstration_yet_is_told_how_to_make_it(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("status",), ("verify",), ("simulate", "--minutes", "1"), ("import", "x.csv")):
        status, _out, err = said(capsys, *words)
        assert (status, "commandcenterctl demo" in err) == (ctl.REFUSED, True), words


@pytest.mark.parametrize("written", [
    "date,working,name\n2027-01-01,no,元旦\n".encode("gb18030"), "date;working;name\n2027-01-01;no;元旦\n".encode(),
])  # fmt: skip
def test_a_calendar_is_read_as_offices_write_files(
    district: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], written: bytes
) -> None:
    (tmp_path / "2027.csv").write_bytes(written)
    told = document(capsys, "calendar", str(tmp_path / "2027.csv"), "--database", district)
    assert told == {"days": 1, "changed": 1}


@pytest.mark.parametrize(
    "row", ["1927-01-01,no,元旦", "2027-02-30,no,元旦", "2027-01-01,perhaps,元旦", "2027-01-01,no"]
)
def test_a_faulty_calendar_is_called_a_calendar_and_nothing_of_it_is_imported(
    district: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], row: str
) -> None:
    table = tmp_path / "2027.csv"
    table.write_text(f"date,working,name\n2027-05-01,no,劳动节\n{row}\n", encoding="utf-8")
    status, _out, err = said(capsys, "calendar", str(table), "--database", district)
    assert status == ctl.REFUSED
    assert "2027.csv:3" in err
    assert "The calendar “2027.csv” was not imported." in err
    table.write_text("date,working,name\n2027-05-01,no,劳动节\n", encoding="utf-8")
    assert document(capsys, "calendar", str(table), "--database", district)["changed"] == 1
