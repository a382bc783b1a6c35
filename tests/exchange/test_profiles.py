"""Profiles and what they make of cells: every value is taken over as it is meant, or rejected with its reason."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commandcenter import i18n
from commandcenter.domain.places import distance, gcj02_from_wgs84
from commandcenter.errors import Refused
from commandcenter.exchange import profiles
from commandcenter.exchange.incoming import Incoming, Rejected, preview, read_incoming, suggest_profile_for
from commandcenter.exchange.profiles import Profile, load_profile, profile_named, suggest_profile

NOW = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
HEADERS = {
    "letters": "留言编号,留言用户,留言主题,留言时间,留言详情,反对数,点赞数",
    "letters-answered": "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间",
    "letters-labelled": "留言主题,留言详情,一级标签",
    "calls": "lat,lng,desc,zip,title,timeStamp,twp,addr,e",
    "own": "number,channel,arrived_at,words,caller_name,caller_phone,lon,lat,urgency,answer,answered_at",
}
ROWS = {
    "letters": "1,A1,噪音,2020/1/6 12:09:38,夜里很吵,0,3",
    "letters-answered": "1,A1,噪音,2020/1/6 12:09:38,夜里很吵,已处理,2020-01-20 09:00:00",
    "letters-labelled": "噪音,夜里很吵,环境保护",
    "calls": "40.29,-75.58,REINDEER CT;  NEW HANOVER;,19525.0,EMS: BACK PAINS,2015-12-10 17:40:00,NEW HANOVER,"
             "REINDEER CT,1",
    "own": "261123-0001,微信,2020-01-06T12:09:38+08:00,夜里很吵,王先生,139 1234 5678,120.2,35.9,紧急,,",
}


def _read(folder: Path, profile: str | Profile, *rows: str, header: str = "") -> list[Incoming | Rejected]:
    name = profile if isinstance(profile, str) else profile.name
    path = folder / "file.csv"
    path.write_text("\n".join([header or HEADERS[name], *rows]) + "\n", encoding="utf-8", newline="")
    with read_incoming(path, profile, now=NOW) as items:
        return list(items)


def _incoming(item: Incoming | Rejected) -> Incoming:
    assert isinstance(item, Incoming), str(getattr(item, "reason", ""))
    return item


def _rejected(item: Incoming | Rejected) -> Rejected:
    assert isinstance(item, Rejected), item
    return item


def _changed(profile: str, **cells: str) -> str:
    """The good row of a profile with some cells changed, by the names of their columns."""
    row = dict(zip(HEADERS[profile].split(","), ROWS[profile].split(","), strict=True))
    assert cells.keys() <= row.keys()
    return ",".join({**row, **cells}.values())


@pytest.mark.parametrize("name", HEADERS)
def test_the_shipped_profiles_take_a_row_of_their_source(tmp_path: Path, name: str) -> None:
    item = _incoming(_read(tmp_path, name, ROWS[name])[0])
    assert item.row_number == 2
    assert item.words
    assert item.title
    assert item.closed == (name == "letters-answered")


@pytest.mark.parametrize("name", HEADERS)
def test_the_profile_is_suggested_by_the_columns(name: str) -> None:
    suggested = suggest_profile(HEADERS[name].split(","))
    assert suggested is not None
    assert suggested.name == name


def test_no_profile_is_suggested_for_foreign_columns() -> None:
    assert suggest_profile(["a", "b"]) is None


def test_every_field_of_a_letter_is_understood(tmp_path: Path) -> None:
    assert _incoming(_read(tmp_path, "letters", ROWS["letters"])[0]) == Incoming(
        row_number=2, source="web-letters", source_number="1", channel="web", title="噪音", words="夜里很吵",
        arrived_at=dt.datetime(2020, 1, 6, 4, 9, 38, tzinfo=dt.UTC), urgency="ordinary", caller_name="A1",
        extra={"反对数": "0", "点赞数": "3"},
    )  # fmt: skip


def test_every_field_of_a_call_is_understood(tmp_path: Path) -> None:
    item = _incoming(_read(tmp_path, "calls", ROWS["calls"])[0])
    assert (item.lon, item.lat, item.town, item.place_words) == (-75.58, 40.29, "NEW HANOVER", "REINDEER CT")
    assert (item.channel, item.urgency, item.matter_hint) == ("hotline", "urgent", "EMS: BACK PAINS")
    assert item.arrived_at == dt.datetime(2015, 12, 10, 22, 40, tzinfo=dt.UTC)
    assert item.extra == {"zip": "19525.0"}


def test_our_own_export_names_every_code(tmp_path: Path) -> None:
    item = _incoming(_read(tmp_path, "own", ROWS["own"])[0])
    assert (item.channel, item.urgency, item.caller_phone) == ("wechat", "urgent", "139 1234 5678")
    unknown = _rejected(_read(tmp_path, "own", _changed("own", channel="smoke signal"))[0])
    assert (unknown.column, unknown.value) == ("channel", "smoke signal")
    assert "hotline" in str(unknown.reason)


@pytest.mark.parametrize(
    "title, urgency", [("EMS: x", "urgent"), ("Fire: x", "urgent"), ("Traffic: x", "ordinary"), ("x", "ordinary")]
)
def test_the_urgency_of_a_call_follows_from_how_its_title_begins(tmp_path: Path, title: str, urgency: str) -> None:
    assert _incoming(_read(tmp_path, "calls", _changed("calls", title=title))[0]).urgency == urgency


@pytest.mark.parametrize(
    "written, utc",
    [
        ("2020/1/6 12:09:38", "2020-01-06T04:09:38"),
        ("2019-02-28 11:25:05", "2019-02-28T03:25:05"),
        ("2019-02-28T11:25:05+00:00", "2019-02-28T11:25:05"),
        ("2019-02-28T11:25:05Z", "2019-02-28T11:25:05"),
        ("2020/1/6 12:09", "2020-01-06T04:09:00"),
        ("2020.1.6", "2020-01-05T16:00:00"),
        ("2020-01-06", "2020-01-05T16:00:00"),
        ("2020年1月6日 12时9分", "2020-01-06T04:09:00"),
        ("2020年1月6日12:09:38", "2020-01-06T04:09:38"),
        ("43836.5066898148", "2020-01-06T04:09:38"),
        ("43836", "2020-01-05T16:00:00"),
    ],
)
def test_dates_are_read_in_every_form_that_occurs(tmp_path: Path, written: str, utc: str) -> None:
    item = _incoming(_read(tmp_path, "letters", _changed("letters", 留言时间=written))[0])
    assert item.arrived_at == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "written, reason",
    [
        ("2020-02-30", "does not exist"),
        ("2020/2/30 12:00:00", "does not exist"),
        ("2020/1/6 25:00", "does not exist"),
        ("1899-01-01 00:00:00", "before 1990"),
        ("0001-01-01", "before 1990"),
        ("1989-12-31 23:00:00", "before 1990"),
        ("2999-01-01", "in the future"),
        ("9999-12-31 23:59:59", "in the future"),
        ("2026-11-23 16:30:00", "in the future"),
        ("99999", "in the future"),
        ("yesterday", "not a date and time"),
        ("12:09:38", "not a date and time"),
        ("", "must not be empty"),
    ],
)
def test_impossible_dates_are_rejected_with_place_and_reason(tmp_path: Path, written: str, reason: str) -> None:
    rejected = _rejected(_read(tmp_path, "letters", _changed("letters", 留言时间=written))[0])
    assert (rejected.row_number, rejected.line, rejected.column, rejected.value) == (2, 2, "留言时间", written)
    assert reason in str(rejected.reason)


def test_a_time_just_now_is_not_the_future(tmp_path: Path) -> None:
    _incoming(_read(tmp_path, "letters", _changed("letters", 留言时间="2026-11-23 16:05:00"))[0])


@pytest.mark.parametrize(
    "lon, lat, column, reason",
    [
        ("181", "40", "lng", "outside the world"),
        ("-75", "-90.5", "lat", "outside the world"),
        ("1e999", "40", "lng", "outside the world"),
        ("0", "0", "lat", "no place"),
        ("0.0", "-0.0", "lat", "no place"),
        ("east", "40", "lng", "not a number"),
        ("nan", "40", "lng", "not a number"),
        ("1_0", "40", "lng", "not a number"),
        ("", "40", "lng", "must not be empty"),
    ],
)
def test_coordinates_that_are_no_place_are_rejected(
    tmp_path: Path, lon: str, lat: str, column: str, reason: str
) -> None:
    rejected = _rejected(_read(tmp_path, "calls", _changed("calls", lng=lon, lat=lat))[0])
    assert rejected.column == column
    assert reason in str(rejected.reason)


def test_half_a_position_is_rejected_and_none_is_no_fault(tmp_path: Path) -> None:
    half = _rejected(_read(tmp_path, "own", _changed("own", lon=""))[0])
    assert (half.column, "both" in str(half.reason)) == ("lon", True)
    none = _incoming(_read(tmp_path, "own", _changed("own", lon="", lat=""))[0])
    assert (none.lon, none.lat) == (None, None)
    lone = _rejected(_read(tmp_path, "own", "1,120.2,x,2020-01-01", header="number,lon,words,arrived_at")[0])
    assert lone.column == "lon"


def test_chinese_map_coordinates_are_converted_at_the_edge(tmp_path: Path) -> None:
    profile = _written_profile(tmp_path, place='datum = "gcj02"')
    drawn = gcj02_from_wgs84(120.2, 35.9)
    assert distance(drawn, (120.2, 35.9)) > 100
    item = _incoming(_read(tmp_path, profile, f"1,x,{drawn.lon},{drawn.lat}", header="n,w,x,y")[0])
    assert item.lon is not None
    assert item.lat is not None
    assert distance((item.lon, item.lat), (120.2, 35.9)) < 0.1


def test_a_text_of_12_000_characters_is_rejected_with_its_length(tmp_path: Path) -> None:
    rejected = _rejected(_read(tmp_path, "letters", _changed("letters", 留言详情="噪" * 12_000))[0])
    assert str(rejected.reason) == "The text has 12000 characters, at most 10000 are taken"
    assert len(rejected.value) == 60
    _incoming(_read(tmp_path, "letters", _changed("letters", 留言详情="噪" * 10_000))[0])


def test_control_characters_are_stripped_and_nothing_but_them_is_empty(tmp_path: Path) -> None:
    item = _incoming(_read(tmp_path, "letters", _changed("letters", 留言详情="夜\x07里\u200b很\x1b吵"))[0])
    assert item.words == "夜里很吵"
    rejected = _rejected(_read(tmp_path, "letters", _changed("letters", 留言详情="\x07\x1b"))[0])
    assert (rejected.column, str(rejected.reason)) == ("留言详情", "This column must not be empty")


@pytest.mark.parametrize("formula", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)"])
def test_formulas_are_text(tmp_path: Path, formula: str) -> None:
    assert _incoming(_read(tmp_path, "letters", _changed("letters", 留言详情=formula))[0]).words == formula


def test_an_answer_before_the_question_is_rejected(tmp_path: Path) -> None:
    row = _changed("letters-answered", 答复时间="2020-01-06 12:09:37")
    rejected = _rejected(_read(tmp_path, "letters-answered", row)[0])
    assert (rejected.column, "older than the question" in str(rejected.reason)) == ("答复时间", True)


def test_an_answer_needs_its_time_and_a_time_its_answer(tmp_path: Path) -> None:
    no_time = _rejected(_read(tmp_path, "own", _changed("own", answer="done"))[0])
    assert (no_time.column, "no time of the answer" in str(no_time.reason)) == ("answer", True)
    no_answer = _rejected(_read(tmp_path, "own", _changed("own", answered_at="2020-02-01"))[0])
    assert (no_answer.column, "but no answer" in str(no_answer.reason)) == ("answered_at", True)


def test_a_rejected_row_stops_nothing(tmp_path: Path) -> None:
    good = ROWS["letters"]
    items = _read(tmp_path, "letters", good, _changed("letters", 留言时间="never"), "1,2,3", good)
    assert [type(item) for item in items] == [Incoming, Rejected, Rejected, Incoming]
    assert _rejected(items[2]).column == ""


def test_a_title_is_made_where_the_letter_has_none(tmp_path: Path) -> None:
    said = "您好！某小区夜间施工噪音扰民。请处理"
    assert _incoming(_read(tmp_path, "letters", _changed("letters", 留言主题="", 留言详情=said))[0]).title == (
        "某小区夜间施工噪音扰民"
    )


def test_a_source_without_numbers_numbers_its_rows_by_what_they_say(tmp_path: Path) -> None:
    row = ROWS["letters-labelled"]
    first, again, other = map(_incoming, _read(tmp_path, "letters-labelled", row, row + "", "噪声,夜里很吵,环境保护"))
    assert first.source_number == again.source_number != other.source_number
    assert first.arrived_at == NOW


def test_all_missing_columns_are_named_at_once_with_those_found(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        _read(tmp_path, "letters", "1,2", header="留言编号,别的")
    assert str(refusal.value) == (
        "The file lacks columns of the profile “letters”: 留言时间, 留言详情. It has: 留言编号, 别的"
    )


def test_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    titled = "2020年网络留言汇总\n\n单位：件,,\n" + HEADERS["letters"]
    item = _incoming(_read(tmp_path, "letters", ROWS["letters"], header=titled)[0])
    assert item.row_number == 5
    suggested = suggest_profile_for(tmp_path / "file.csv")
    assert suggested is not None
    assert suggested.name == "letters"


def test_a_header_that_never_comes_is_refused_with_the_first_row(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="It has: 汇总"):
        _read(tmp_path, "letters", *["1,2"] * 10, header="汇总")


def test_columns_are_found_whatever_their_case_blanks_and_width(tmp_path: Path) -> None:
    row, header = "40.2,-75.1,x,EMS: y,2016-01-01", "LAT,ｌｎｇ, Desc ,title,Time Stamp"
    assert _incoming(_read(tmp_path, "calls", row, header=header)[0]).lat == 40.2


def test_an_unknown_profile_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused, match="no import profile “telepathy”; there are: calls, letters"):
        profile_named("telepathy")


def test_a_preview_shows_the_first_rows_and_the_unused_columns(tmp_path: Path) -> None:
    _read(tmp_path, "calls", *[ROWS["calls"]] * 30)
    shown = preview(tmp_path / "file.csv", "calls", 20, now=NOW)
    assert len(shown.items) == 20
    assert shown.binding.ignored == ("e",)


def test_profiles_speak_both_languages() -> None:
    for profile in profiles.profiles().values():
        assert set(profile.title) == set(i18n.LANGUAGES)
        assert profile.heading


def _written_profile(folder: Path, extra: str = "", place: str = "", columns: str = "") -> Profile:
    path = folder / "mine.toml"
    path.write_text(
        f'name = "mine"\nsource = "mine"\ntitle = {{ en = "Mine" }}\n{extra}\n[columns]\n'
        'source_number = { names = ["n"], required = true }\nwords = { names = ["w"], required = true }\n'
        f'lon = {{ names = ["x"] }}\nlat = {{ names = ["y"] }}\n{columns}\n'
        f'[constants]\nchannel = "web"\nurgency = "ordinary"\n[place]\n{place}\n',
        encoding="utf-8",
    )
    return load_profile(path)


@pytest.mark.parametrize(
    "part, fault",
    [
        ({"extra": "colour = 1"}, "unknown keys: colour"),
        ({"extra": "historic = true"}, "historic needs answer"),
        ({"extra": 'number_from = ["title"]'}, "number_from names fields"),
        ({"extra": 'times = { zone = "Mars/Base" }'}, "is no time zone"),
        ({"extra": 'times = { forms = ["roman"] }'}, "neither"),
        ({"extra": "limits = { source = 1 }"}, "limits names"),
        ({"extra": "limits = { caller_phone = 40 }"}, "limits names"),
        ({"place": 'datum = "bd09"'}, "place.datum"),
        ({"columns": 'colour = { names = ["c"] }'}, "columns.colour is no field"),
        ({"columns": 'title = { required = true }'}, "columns.title.names is missing"),
        ({"columns": 'title = { names = ["t"], size = 1 }'}, "unknown keys"),
        ({"columns": 'channel = { names = ["c"], values = { a = "smoke" } }'}, "unknown code"),
        ({"extra": "]]"}, "line 4"),
    ],
)
def test_a_faulty_profile_says_what_is_wrong(tmp_path: Path, part: dict[str, str], fault: str) -> None:
    with pytest.raises(Refused, match=r"The import profile “mine\.toml” is faulty") as refusal:
        _written_profile(tmp_path, **part)
    assert fault in str(refusal.value)


def test_a_pattern_of_a_profile_reads_its_dates(tmp_path: Path) -> None:
    rows = ("40,-75,x,EMS: y,12/31/2015 17:40", "40,-75,x,EMS: y,31/12/2015 17:40")
    taken, wrong = _read(tmp_path, "calls", *rows, header="lat,lng,desc,title,timeStamp")
    assert _incoming(taken).arrived_at == dt.datetime(2015, 12, 31, 22, 40, tzinfo=dt.UTC)
    assert _rejected(wrong).column == "timeStamp"


@pytest.mark.parametrize(
    "wall, utc",
    [("2016-03-13 02:30:00", "2016-03-13T07:30"), ("2016-11-06 01:30:00", "2016-11-06T05:30")],
    ids=["an hour that was skipped", "an hour that came twice"],
)
def test_the_hours_of_clock_changes_are_taken(tmp_path: Path, wall: str, utc: str) -> None:
    item = _incoming(_read(tmp_path, "calls", _changed("calls", timeStamp=wall))[0])
    assert item.arrived_at == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)


LETTERS = st.characters(exclude_categories=["Cs", "Cc"], include_characters="\x07\x1b\t", exclude_characters=',"')
CELLS = st.text(alphabet=LETTERS, max_size=30)


@settings(deadline=None)
@given(st.lists(CELLS, min_size=11, max_size=11))
def test_arbitrary_cells_are_taken_or_rejected(tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
    items = _read(tmp_path_factory.mktemp("any"), "own", ",".join(["1", *cells[1:]]), ROWS["own"])
    assert len(items) == 2
    assert isinstance(items[1], Incoming)
    assert isinstance(items[0], Incoming) or str(items[0].reason)  # every placeholder is filled
