"""Files into the database: every row accounted for, nothing twice, real files whole."""

from collections.abc import Callable
from pathlib import Path

import pytest

from commandcenter import clock
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complainant, Complaint
from commandcenter.domain.work import Work
from commandcenter.errors import NotAllowed, Refused, Unavailable
from commandcenter.exchange.importing import Outcome, import_rows
from commandcenter.exchange.incoming import read_incoming
from commandcenter.operations.importing import Taken, take_in
from tests.house import House

HEADER = "留言编号,留言用户,留言主题,留言时间,留言详情\n"


def run(house: House, path: Path, profile: str = "letters", who: str = "ann", **more: object) -> Outcome:
    """Import a file as somebody of the house."""

    def once(body: Callable[[Work], Taken]) -> Taken:
        done = house.database.run("import", house.person(who), "test", body)
        assert done is not None
        return done

    return import_rows(read_incoming(path, profile), once, **more)  # type: ignore[arg-type]


def complaints(house: House) -> list[Complaint]:
    """Every complaint the house has."""
    with house.database.reading() as session:
        return list(session.query(Complaint).order_by(Complaint.number))


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Three letters, the second with an impossible date, the third by the first one's writer."""
    path = tmp_path / "letters.csv"
    path.write_text(
        HEADER + '1,A01,噪音,2019-02-28 11:25:05,"工地\n夜间施工"\n2,A02,占道,2019-02-30 09:00:00,占道经营\n'
        "3,A01,还是噪音,2019/3/1 8:05:00,又来了\n", encoding="utf-8-sig",
    )  # fmt: skip
    return path


def test_every_row_is_received_or_rejected_with_its_reason(house: House, letters: Path) -> None:
    outcome = run(house, letters)
    assert (outcome.rows, outcome.received, outcome.known, outcome.rejected) == (3, 2, 0, 1)
    (rejected,) = outcome.rejections
    assert (rejected.row_number, rejected.column) == (3, "留言时间")
    assert "2019-02-30" in str(rejected.reason) or rejected.value.startswith("2019-02-30")
    assert [c.source_number for c in complaints(house)] == ["1", "3"]


def test_importing_again_receives_nothing_twice(house: House, letters: Path) -> None:
    run(house, letters)
    again = run(house, letters)
    assert (again.received, again.known, again.rejected) == (0, 2, 1)
    assert len(complaints(house)) == 2


def test_a_dry_run_counts_and_writes_nothing(house: House, letters: Path) -> None:
    outcome = run(house, letters, dry_run=True)
    assert (outcome.received, outcome.rejected) == (2, 1)
    assert complaints(house) == []


def test_rejected_rows_are_saved_corrected_and_imported_again(house: House, letters: Path, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    run(house, letters, rejects=rejects)
    text = rejects.read_text(encoding="utf-8-sig").replace("2019-02-30", "2019-02-27")
    rejects.write_text(text, encoding="utf-8-sig")
    assert run(house, rejects).received == 1
    assert len(complaints(house)) == 3


def test_a_writer_without_a_telephone_is_recognised_by_the_account(house: House, letters: Path) -> None:
    run(house, letters)
    one, two = complaints(house)
    assert one.complainant_id == two.complainant_id
    assert house.get(Complainant, one.complainant_id).account == "web-letters:A01"


def test_the_receive_clock_of_an_old_letter_starts_when_it_comes_into_the_house(house: House, letters: Path) -> None:
    run(house, letters)
    first = complaints(house)[0]
    assert first.arrived_at.year == 2019
    assert first.received_at == house.now
    assert first.receive_due_at is not None
    assert first.receive_due_at > house.now


def test_a_cancelled_import_keeps_what_was_received_and_goes_on_later(house: House, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    rows = "".join(f"{n},A{n},主题,2019-02-28 11:25:05,第{n}件事\n" for n in range(1200))
    path.write_text(HEADER + rows, encoding="utf-8")
    stopped = run(house, path, progress=lambda outcome: outcome.rows < 500)
    assert stopped.cancelled
    assert stopped.received == 500
    rest = run(house, path)
    assert (rest.received, rest.known) == (700, 500)


def test_the_same_number_twice_in_one_file_is_one_complaint(house: House, tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_text(HEADER + "7,A,主题,2019-02-28 11:25:05,一\n7,A,主题,2019-02-28 11:25:05,一\n", encoding="utf-8")
    outcome = run(house, path)
    assert (outcome.received, outcome.known) == (1, 1)


def _letters(path: Path, *rows: str) -> Path:
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("dry_run", [True, False])
def test_letters_older_than_a_month_are_told_because_they_count_as_new(
    house: House, tmp_path: Path, *, dry_run: bool
) -> None:
    house.now = clock.now()
    today = f"{house.now:%Y-%m-%d} 00:00:00"
    path = _letters(tmp_path / "l.csv", "1,A,主题,2019-02-28 11:25:05,一", f"2,A,主题,{today},二")
    assert run(house, path, dry_run=dry_run).old == 1
    run(house, path)
    assert run(house, path, dry_run=dry_run).old == 0  # known already: nothing of it is received


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_known_number_that_says_something_else_is_told_with_its_row_and_what_came_first_stays(
    house: House, tmp_path: Path, *, dry_run: bool
) -> None:
    run(house, _letters(tmp_path / "l.csv", "1,A,主题,2019-02-28 11:25:05,一", "2,A,主题,2019-02-28 11:25:05,二"))
    again = _letters(tmp_path / "again.csv", "1,A,主题,2019-02-28 11:25:05,一", "2,A,主题,2019-02-28 11:25:05,另",
                     "3,A,主题,2019-02-28 11:25:05,三", "3,A,主题,2019-02-28 11:25:05,四")  # fmt: skip
    outcome = run(house, again, dry_run=dry_run)
    assert (outcome.received, outcome.known, outcome.differing) == (1, 3, [3, 5])
    assert [c.words for c in complaints(house)] == (["一", "二"] if dry_run else ["一", "二", "三"])


def test_a_dry_run_finds_over_all_batches_that_a_number_says_something_else(house: House, tmp_path: Path) -> None:
    rows = [f"{n % 700},A,主题,2019-02-28 11:25:05,{n // 700}" for n in range(701)]
    outcome = run(house, _letters(tmp_path / "l.csv", *rows), dry_run=True)
    assert (outcome.received, outcome.known, outcome.differing) == (700, 1, [702])


def test_a_column_that_stands_twice_is_refused_where_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_text(HEADER.strip() + ",留言详情\n1,A,主题,2019-02-28,一,二\n", encoding="utf-8")
    with pytest.raises(Refused, match="“留言详情” stands in “twice"):
        read_incoming(path, "letters")
    path.write_text(HEADER.strip() + ",备注,备注\n1,A,主题,2019-02-28,一,二,三\n", encoding="utf-8")
    read_incoming(path, "letters").close()


def _many(folder: Path, n: int) -> Path:
    path = folder / "many.csv"
    rows = "".join(f"{i},A{i},主题,2019-02-28 11:25:05,第{i}件事\n" for i in range(n))
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def test_a_disk_that_fills_half_way_is_told_with_what_was_received_before(house: House, tmp_path: Path) -> None:
    path, batches = _many(tmp_path, 1200), iter([True, True, False])

    def until_full(body: Callable[[Work], Taken]) -> Taken:
        if not next(batches):
            raise Unavailable("the disk is full")
        return house.database.run("import", house.person("ann"), "test", body) or Taken()

    outcome = import_rows(read_incoming(path, "letters"), until_full)
    assert str(outcome.trouble) == "the disk is full"
    assert outcome.as_json()["trouble"] == "the disk is full"
    assert (outcome.rows, outcome.received, len(complaints(house))) == (500, 500, 500)
    assert run(house, path).received == 700


def test_a_disk_that_is_full_from_the_beginning_is_refused(house: House, tmp_path: Path) -> None:
    path, batches = _many(tmp_path, 10), iter([True, False])

    def full(body: Callable[[Work], Taken]) -> Taken:
        if not next(batches):
            raise Unavailable("the disk is full")
        return house.database.run("import", house.person("ann"), "test", body) or Taken()

    with pytest.raises(Unavailable):
        import_rows(read_incoming(path, "letters"), full)
    assert complaints(house) == []


def test_who_has_no_right_imports_nothing(house: House, letters: Path) -> None:
    with pytest.raises(NotAllowed, match="no right to import"):
        run(house, letters, who="oscar")


def test_an_imported_complaint_lives_on_like_any_other(house: House, letters: Path) -> None:
    run(house, letters)
    first = complaints(house)[0]
    key = house.do("ann", "open_case", first, matter=house.keys["noise"], place_words="A3区", urgency="ordinary")
    assert house.get(Complaint, first.id).owner_id == house.keys["ann"]
    assert house.get(Case, key).owner_id == house.keys["ann"]


def test_the_real_letters_are_received_whole(house: House, real_data: Path) -> None:
    outcome = run(house, real_data / "complaints-zh" / "letters.csv")
    assert (outcome.rows, outcome.received, outcome.rejected) == (4326, 4326, 0)


def test_the_real_answered_workbook_becomes_closed_cases_with_real_times(house: House, real_data: Path) -> None:
    outcome = run(house, real_data / "complaints-zh" / "letters-answered.xlsx", "letters-answered")
    assert outcome.received == 2816
    with house.database.reading() as session:
        cases = list(session.query(Case))
    assert {c.state for c in cases} == {"closed"}
    waits = sorted((c.closed_at - c.opened_at).total_seconds() / 86400 for c in cases if c.closed_at)
    assert waits[len(waits) // 2] == pytest.approx(11.2, abs=0.2)


def test_real_calls_are_received_with_their_places(small_house: House, real_data: Path, tmp_path: Path) -> None:
    some = tmp_path / "calls.csv"
    with (real_data / "calls-en" / "calls.csv").open(encoding="utf-8") as calls:
        some.write_text("".join(next(calls) for _ in range(3001)), encoding="utf-8")
    outcome = run(small_house, some, "calls")
    assert outcome.received + outcome.rejected + outcome.known == 3000
    assert all(c.point is not None for c in complaints(small_house))


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """A profile of calls, whose source has the longest name there can be."""
    path = tmp_path / "calls.toml"
    path.write_text(
        f'name = "calls"\nsource = "{"s" * 64}"\ntitle = {{ en = "Calls" }}\n[columns]\n'
        'source_number = { names = ["n"], required = true }\nwords = { names = ["w"], required = true }\n'
        'caller_phone = { names = ["p"] }\ncaller_name = { names = ["c"] }\n'
        '[constants]\nchannel = "web"\nurgency = "ordinary"\n', encoding="utf-8",
    )  # fmt: skip
    return path


def test_a_telephone_number_no_column_holds_is_a_rejected_row_and_stops_nothing(
    house: House, calls: Path, tmp_path: Path
) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(f"n,w,p,c\n1,噪音,{'1' * 33},A\n2,占道,{'1' * 32},B\n", encoding="utf-8")
    outcome = run(house, path, str(calls))
    assert (outcome.received, outcome.rejected) == (1, 1)
    assert (outcome.rejections[0].row_number, outcome.rejections[0].column) == (2, "p")
    assert [c.source_number for c in complaints(house)] == ["2"]


def test_a_writer_is_recognised_however_long_the_names_of_writer_and_source_are(
    house: House, calls: Path, tmp_path: Path
) -> None:
    path, long = tmp_path / "letters.csv", "长" * 99
    path.write_text(f"n,w,p,c\n1,噪音,,{long}甲\n2,占道,,{long}乙\n3,噪音,,{long}甲\n4,噪音,,短\n", encoding="utf-8")
    assert run(house, path, str(calls)).received == 4
    first, other, again, short = (c.complainant_id for c in complaints(house))
    assert first == again != other
    assert house.get(Complainant, first).name == f"{long}甲"
    assert house.get(Complainant, short).account == f"{'s' * 64}:短"


def test_a_writer_whose_number_is_known_by_now_is_recognised_by_the_account_still(house: House, letters: Path) -> None:
    def written(number: int) -> Complaint:
        letters.write_text(f"{HEADER}{number},A01,噪音,2019/3/2 8:05:00,还在吵\n", encoding="utf-8")
        assert run(house, letters).received == 1
        return complaints(house)[-1]

    first = written(1)
    house.do("ann", "amend", first, words="噪音", urgency="ordinary", caller_phone="13700000001")
    assert written(2).complainant_id == first.complainant_id


def test_a_batch_is_one_operation_and_all_or_nothing(house: House, letters: Path) -> None:
    def fail(work: Work) -> int:
        body = read_incoming(letters, "letters")
        from commandcenter.exchange.incoming import Incoming

        take_in(work, [row for row in body if isinstance(row, Incoming)])
        raise RuntimeError("the power fails")

    with pytest.raises(RuntimeError):
        house.database.run("import", house.person("ann"), "test", fail)
    assert complaints(house) == []
