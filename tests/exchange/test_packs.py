"""District packs: a good one is read whole; of a bad one every fault is told at once, and never a traceback."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from commandcenter.domain.matters import Urgency
from commandcenter.domain.people import Role
from commandcenter.exchange.packs import Fault, Pack, PackFaulty, read_pack

TINY = Path(__file__).parent.parent / "packs" / "tiny"
FILES = sorted(path.name for path in TINY.iterdir())
Change = Callable[[bytes], bytes | None]


def faults_of(tmp_path: Path, file: str, change: Change) -> list[Fault]:
    """The faults of the tiny pack after one of its files was changed; None removes the file."""
    folder = tmp_path / "pack"
    shutil.copytree(TINY, folder)
    path = folder / file
    changed = change(path.read_bytes() if path.exists() else b"")
    path.unlink(missing_ok=True)
    if changed is not None:
        path.write_bytes(changed)
    with pytest.raises(PackFaulty) as raised:
        read_pack(folder)
    return raised.value.faults


def swap(old: str, new: str) -> Callable[[bytes], bytes]:
    """Replaces the first occurrence of a text that must be there."""

    def change(raw: bytes) -> bytes:
        assert old.encode() in raw, "the test looks for text that is not in the pack"
        return raw.replace(old.encode(), new.encode(), 1)

    return change


def test_a_second_city_is_read_without_any_code_of_its_own() -> None:
    pack = read_pack(TINY)
    assert (pack.head.name_en, pack.head.timezone, pack.head.number_prefix) == (
        "Qingxi District", "Asia/Urumqi", "QX")  # fmt: skip
    assert pack.head.hours == (("10:00", "14:00"), ("15:30", "19:30"))
    assert [shift.start for shift in pack.head.shifts] == ["08:00", "20:00"]
    assert [len(part) for part in (pack.squads, pack.workstations, pack.matters)] == [2, 3, 2]
    assert pack.squads[0].domains == ("city", "water")
    assert pack.people[1].roles == (Role.SUPERVISOR, Role.ADMINISTRATOR)
    assert pack.matters[1].urgency is Urgency.URGENT
    assert [(str(day.date), day.working) for day in pack.calendar] == [("2027-01-04", False), ("2027-01-09", True)]


def test_limits_and_rules_become_settings_with_their_source() -> None:
    kept = read_pack(TINY).settings
    notice = "Qingxi notice 3 (invented)"
    assert kept == {
        "accept": ("1 wh", notice), "accept.urgent": ("10 min", notice), "resolve.ordinary": ("7 wd", notice),
        "extension.max": ("4 wd", notice), "duplicate.metres": ("250", "ours"),
    }  # fmt: skip


def test_a_pack_may_leave_out_its_calendar_and_carry_byte_order_marks(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(TINY, folder)
    (folder / "calendar.csv").unlink()
    for path in folder.glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_pack(folder).squads == read_pack(TINY).squads
    assert read_pack(folder).calendar == ()


FAULTY: dict[str, tuple[str, Change, int | None, str, str]] = {
    "a missing file": ("squads.csv", lambda _raw: None, None, "", "The file is missing."),
    "an empty file": ("people.csv", lambda _raw: b" \n", None, "", "The file is empty."),
    "a binary file": ("matters.csv", lambda _raw: b"PK\x03\x04\x00\x00", None, "", "The file is binary, not text."),
    "not UTF-8": (
        "squads.csv", lambda raw: raw.decode().encode("gb18030"), 2, "", "The file is not UTF-8; save it as UTF-8",
    ),
    "cut inside quotes": ("people.csv", lambda raw: raw + b'x,"abc', 8, "", "it was cut short"),
    "cut inside a row": ("matters.csv", lambda raw: raw[:-90], 3, "", "cells; the header has 9"),
    "a missing column": ("squads.csv", swap("domains,", "realms,"), 1, "domains", "The column is missing."),
    "a column twice": ("squads.csv", swap("address", "phone"), 1, "phone", "This column stands here twice."),
    "an unknown column": ("people.csv", swap("badge", "bagde"), 1, "bagde", "This column is not known here."),
    "an empty cell": ("squads.csv", swap("北岸中队", ""), 2, "name_zh", "The cell is empty."),
    "an unknown squad": ("workstations.csv", swap("south", "sauth"), 4, "squad", "No line of squads.csv"),
    "an unknown workstation": ("people.csv", swap("ws-1", "ws-9"), 7, "workstation", "No line of workstations.csv"),
    "an unknown domain": ("matters.csv", swap("water", "fire"), 3, "domain", "No line of domains.csv"),
    "an unknown role": ("people.csv", swap("keeper,", "janitor,"), 7, "roles", "Unknown word; known are: operator"),
    "an unknown kind of place": ("gazetteer.csv", swap("road", "lane"), 4, "kind", "Unknown word; known are: town"),
    "a doubled code": ("workstations.csv", swap("ws-3", "ws-1"), 4, "code", "This stands in line 2 already."),
    "a doubled login": ("people.csv", swap("north-1", "op1"), 5, "login", "This stands in line 2 already."),
    "a bad code": ("matters.csv", swap("C01", "C 01"), 2, "code", "This is no code"),
    "a bad limit": ("matters.csv", swap("4 h", "4 moons"), 3, "limit", "is not a time limit"),
    "half a day": ("matters.csv", swap("4 h", "0.5 wd"), 3, "limit", "days are counted whole"),
    "no number": ("squads.csv", swap("43.85", "43,85"), 2, "", "cells; the header has 9"),
    "a word for a number": ("squads.csv", swap("43.85", "north"), 2, "lat", "This is no number of degrees"),
    "infinity": ("squads.csv", swap("43.85", "1e999"), 2, "lat", "This is no number of degrees"),
    "outside the world": ("squads.csv", swap("87.05,43.85", "187.05,43.85"), 2, "lon, lat", "outside the world"),
    "swapped": ("squads.csv", swap("87.05,43.85", "43.85,97.05"), 2, "lon, lat", "seem to be swapped"),
    "nowhere": ("workstations.csv", swap("87.03,43.84", "0,0"), 2, "lon, lat", "(0, 0) is no place"),
    "outside the district": (
        "gazetteer.csv", swap("87.03,43.84", "88.03,43.84"), 3, "lon, lat", "outside the district",
    ),
    "a formula": ("people.csv", swap("李北", '=HYPERLINK("x")'), 4, "name_zh", "This is a spreadsheet formula"),
    "a control character": ("people.csv", swap("李北", "李\x07北"), 4, "name_zh", "This text contains control"),
    "a very long text": ("squads.csv", swap("北岸路", "北" * 12_000), 2, "address", "at most 2000 fit"),
    "an impossible date": ("calendar.csv", swap("2027-01-04", "2027-02-30"), 2, "date", "This is no date"),
    "neither yes nor no": ("calendar.csv", swap(",no,", ",nay,"), 2, "working", "Write yes or no."),
    "an officer without a squad": ("people.csv", swap("officer,north", "officer,"), 5, "squad", "belongs to a squad"),
    "a keeper without a station": ("people.csv", swap("ws-1", ""), 7, "workstation", "belongs to a workstation"),
    "a domain nobody acts in": (
        "domains.csv", lambda raw: raw + "fire,消防,Fire,township\n".encode(), 4, "code", "No squad acts in this",
    ),
    "a squad in the other tier's domain": (
        "domains.csv", swap("Water,township", "Water,direct"), None, "domains", "belongs to the direct squads",
    ),
    "a matter of the other tier": ("matters.csv", swap("township", "direct"), 2, "tier", "belongs to the township"),
    "a squad without its area": (
        "areas.geojson", swap('"squad": "north"', '"squad": "nort"'), None, "squad", "has no area",
    ),
    "an area of nobody": (
        "areas.geojson", swap('"squad": "north"', '"squad": "nort"'), 1, "squad", "No township squad",
    ),
    "an area twice": (
        "areas.geojson", swap('"squad": "north"', '"squad": "south"'), 2, "squad", "has an area already",
    ),
    "an open ring": ("areas.geojson", swap("[87.0, 43.8]]]}}", "[87.0, 43.81]]]}}"), 1, "geometry", "is not closed"),
    "a bow tie": (
        "areas.geojson", swap("[87.1, 43.9], [87.0, 43.9]", "[87.0, 43.9], [87.1, 43.9]"), 1, "geometry", "not valid",
    ),
    "an overlap": (
        "areas.geojson", swap("[87.0, 43.8], [87.0, 43.7]", "[87.0, 43.85], [87.0, 43.7]"),
        2, "geometry", "overlaps the area of north",
    ),
    "a corner nowhere": (
        "areas.geojson", swap("[87.1, 43.9]", "[870, 43.9]"), 1, "geometry", "is no place in the world",
    ),
    "a corner of text": (
        "areas.geojson", swap("[87.1, 43.9]", '["a", 43.9]'), 1, "geometry", "A position is a longitude",
    ),
    "a point for an area": ("areas.geojson", swap('"Polygon"', '"Point"'), 1, "geometry", "An area is a Polygon"),
    "cut GeoJSON": ("areas.geojson", lambda raw: raw[:-40], None, "", "This is no readable GeoJSON"),
    "other JSON": ("areas.geojson", lambda _raw: b"[1, 2]", None, "", "This is no GeoJSON FeatureCollection."),
    "nested JSON": ("areas.geojson", lambda _raw: b"[" * 9_000, None, "", "This is no readable GeoJSON"),
    "an outline of two": (
        "outline.geojson", lambda _raw: (TINY / "areas.geojson").read_bytes(), None, "", "here are 2",
    ),
    "broken TOML": ("pack.toml", swap("code =", "code = ="), 3, "", "This is no readable TOML"),
    "no format": ("pack.toml", swap("format = 1", "format = true"), None, "format", "Write the format's version"),
    "an unknown entry": ("pack.toml", swap("timezone", "timesone"), None, "district.timesone", "not known here"),
    "a missing entry": (
        "pack.toml", swap("timezone", "timesone"), None, "district.timezone", "The entry is missing.",
    ),
    "an unknown time zone": (
        "pack.toml", swap("Asia/Urumqi", "Asia/Atlantis"), None, "district.timezone", "time zone",
    ),
    "a folder as a time zone": ("pack.toml", swap("Asia/Urumqi", "Asia"), None, "district.timezone", "time zone"),
    "no time of day": ("pack.toml", swap("20:00", "25:00"), None, "shifts[1].end", "This is no time of day"),
    "overlapping hours": ("pack.toml", swap("15:30-19:30", "13:30-19:30"), None, "duty.hours", "overlap"),
    "a password in a real district": (
        "pack.toml", swap("demonstration = true", "demonstration = false"), None, "demonstration_password", "Only a",
    ),
    "an unknown clock": (
        "limits.toml", swap("clocks.accept", "clocks.except"), None, "clocks.except", "not known here",
    ),
    "an unknown urgency": (
        "limits.toml", swap("urgent", "urgently"), None, "clocks.accept.urgently", "not known here",
    ),
    "a clock without limit": (
        "limits.toml", swap("ordinary =", "#"), None, "clocks.resolve.any", "The entry is missing.",
    ),
    "a limit without source": (
        "limits.toml", swap("source =", "#"), None, "clocks.accept.source", "The entry is missing.",
    ),
    "a limit that is none": (
        "limits.toml", swap("7 wd", "seven"), None, "clocks.resolve.ordinary", "not a time limit",
    ),
    "a number that is none": (
        "limits.toml", swap("250", "wide"), None, "rules.duplicate.metres.value", "no whole number",
    ),
    "a window that stands open too long": (
        "limits.toml", lambda raw: raw.replace(b"duplicate.metres", b"lock.minutes"), None, "rules.lock.minutes.value",
        "no whole number from 1 to 60",
    ),
    "a number without quotes": ("limits.toml", swap('"250"', "250"), None, "rules.duplicate.metres.value", "as text"),
    "a misspelt file": ("calender.csv", lambda _raw: b"date\n", None, "", "A pack has no such file."),
}  # fmt: skip


@pytest.mark.parametrize("what", FAULTY)
def test_a_fault_is_told_with_file_row_column_and_reason(what: str, tmp_path: Path) -> None:
    file, change, row, column, reason = FAULTY[what]
    found = faults_of(tmp_path, file, change)
    if what == "a squad in the other tier's domain":
        file, row = "squads.csv", 2
    fitting = [f for f in found if f.file == file and f.column == column and reason in f.words]
    assert fitting, "\n".join(map(str, found))
    assert fitting[0].row == row


def test_all_faults_are_told_at_once_in_the_order_of_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(TINY, folder)
    for file, change in {
        "people.csv": swap("keeper,", "janitor,"), "matters.csv": swap("4 h", "4 moons"),
        "areas.geojson": swap('"Polygon"', '"Point"'), "limits.toml": swap("7 wd", "seven"),
    }.items():  # fmt: skip
        (folder / file).write_bytes(change((folder / file).read_bytes()))
    with pytest.raises(PackFaulty) as raised:
        read_pack(folder)
    assert [f.file for f in raised.value.faults] == ["areas.geojson", "limits.toml", "matters.csv", "people.csv"]
    assert "Faults found: 4." in str(raised.value)


def test_one_fault_does_not_call_forth_others_about_the_same_thing(tmp_path: Path) -> None:
    """Everything refers to squads; a squad with a bad name is still a known squad."""
    assert len(faults_of(tmp_path, "squads.csv", swap("北岸中队", ""))) == 1


def test_without_its_squads_a_pack_has_one_fault_not_one_for_every_row(tmp_path: Path) -> None:
    assert [str(f) for f in faults_of(tmp_path, "squads.csv", lambda _raw: None)] == [
        "squads.csv: The file is missing."]  # fmt: skip


def test_of_a_pack_of_a_newer_format_nothing_else_is_judged(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, "pack.toml", lambda _raw: b'format = 2\n[what]\never = "it means"\n')
    assert [f.words for f in faults] == [
        "The pack is of the newer format 2; this program reads up to 1. Update the program."]  # fmt: skip


@pytest.mark.parametrize("name", ["nowhere", "no/such/folder", "", "a\0b"])
def test_a_pack_that_does_not_exist_is_refused_with_the_names_of_those_that_do(name: str) -> None:
    with pytest.raises(PackFaulty, match="west-coast" if name else "pack"):
        read_pack(name)


def test_the_row_of_a_fault_is_the_line_of_the_file_even_after_cells_of_several_lines(tmp_path: Path) -> None:
    rows = 'op8,"王\n一",Wang,operator,,,03,\nop9,王二,Wang,clown,,,04,\n'.encode()
    assert [(f.row, f.column) for f in faults_of(tmp_path, "people.csv", lambda raw: raw + rows)] == [
        (8, "name_zh"), (10, "roles")]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FILES), st.data())
@example("areas.geojson", None)
def test_no_change_of_bytes_or_cells_ever_makes_a_traceback(file: str, data: st.DataObject | None) -> None:
    raw = (TINY / file).read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(folder) / "pack"
        shutil.copytree(TINY, pack)
        (pack / file).write_bytes(b"" if data is None else data.draw(mutations(raw), label="bytes"))
        assert told(pack)


def told(folder: Path) -> bool:
    """Whether the pack is read, or every one of its faults says something; any other exception passes through."""
    try:
        return isinstance(read_pack(folder), Pack)
    except PackFaulty as faulty:
        return bool(faulty.faults) and all(fault.words and str(fault) for fault in faulty.faults)


NASTY = st.sampled_from([
    b"", b"\0", b"\xff\xfe", b'"', b",", b"\n", b"\r", b"=1+1", b"nan", b"1e999", b"-", b"{}", b"[]", b"null", b"{x}",
    b"\xe2\x80\xae", b"9" * 5_000, b"0", b"|", b"north", b"true", b"1979-05-27", b"\xf0\x9f\x90\x89",
])  # fmt: skip


@st.composite
def mutations(draw: st.DrawFn, raw: bytes) -> bytes:
    """``raw`` with one to three stretches of bytes, or one whole cell, replaced."""
    for _time in range(draw(st.integers(1, 3))):
        marks = [0, *(i + 1 for i, byte in enumerate(raw) if byte in b",\n\"[]=: "), len(raw)]
        whole_cell = draw(st.booleans())
        first = draw(st.sampled_from(marks) if whole_cell else st.integers(0, len(raw)))
        after = next((mark - 1 for mark in marks if mark > first), len(raw))
        last = max(first, after) if whole_cell else min(len(raw), first + draw(st.integers(0, 40)))
        raw = raw[:first] + draw(NASTY | st.binary(max_size=12)) + raw[last:]
    return raw
