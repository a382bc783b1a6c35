"""The spool file: kept is on the disk, in order, sealed; whatever happens to the file, nothing is silently lost."""

import datetime as dt
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commandcenter.domain.record import new_key
from commandcenter.errors import Unavailable
from commandcenter.spool import Kept, Spool
from commandcenter.spool.frames import framed, scan
from commandcenter.spool.seal import KEY_BYTES, Seal
from tests.house import HERE, MONDAY

DISTRICT = "0190aaaa-0000-7000-8000-000000000001"
PHONE = "13912348816"


def entry(words: str = "工地夜间施工", **more: object) -> Kept:
    """A call as it was typed."""
    told = {"channel": "hotline", "words": words, "urgency": "ordinary", "caller_phone": PHONE, "point": HERE} | more
    return Kept(new_key(), "receive", None, told, "ann", "seat 3", MONDAY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def spool(folder: Path) -> Spool:
    return Spool(DISTRICT, folder / "spool", Seal(folder / "station.key"))


def again(spool: Spool) -> Spool:
    """The same spool as another start of the program finds it."""
    return Spool(DISTRICT, spool.path.parent, Seal(spool.path.parent.parent / "station.key"))


def words(spool: Spool) -> list[str]:
    return [kept.words for kept in spool.look().entries]


def aside(spool: Spool) -> list[Path]:
    return sorted(spool.path.parent.glob("*.damaged-*"))


# ---------------------------------------------------------------------- keeping


def test_what_is_kept_is_there_after_a_start_anew_whole_and_in_its_order(spool: Spool) -> None:
    made = [entry(f"第{n}件") for n in range(5)]
    for one in made:
        spool.keep(one)
    assert again(spool).look().entries == tuple(made)


def test_a_time_a_person_gave_comes_back_as_a_time(spool: Spool) -> None:
    at = MONDAY - dt.timedelta(minutes=5)
    said = {"means": "call", "outcome": "reached", "words": "已联系", "contacted_at": at, "duration_s": 60}
    spool.keep(Kept(new_key(), "contact", new_key(), said, "oscar", "t", MONDAY))
    assert again(spool).look().entries[0].given["contacted_at"] == at


def test_what_is_settled_leaves_and_an_empty_spool_leaves_no_file(spool: Spool) -> None:
    first, second = entry("一"), entry("二")
    spool.keep(first)
    spool.keep(second)
    assert [kept.words for kept in spool.settle(first.id).entries] == ["二"]
    assert words(again(spool)) == ["二"]
    assert spool.settle(second.id).entries == ()
    assert not spool.path.exists()


def test_a_refused_entry_keeps_its_place_with_the_words_and_waits_no_more_until_it_is_retried(spool: Spool) -> None:
    first, second = entry("一"), entry("二")
    spool.keep(first)
    spool.keep(second)
    spool.refuse(first.id, "no such matter")
    found = again(spool).look()
    assert [(kept.words, kept.refused) for kept in found.entries] == [("一", "no such matter"), ("二", "")]
    assert [kept.words for kept in found.waiting] == ["二"]
    assert [kept.words for kept in spool.retry(first.id).waiting] == ["一", "二"]


def test_an_entry_somebody_takes_over_waits_again_in_their_name_at_its_place_and_under_its_id(spool: Spool) -> None:
    first, second = entry("一"), entry("二")
    spool.keep(first)
    spool.keep(second)
    spool.refuse(first.id, "This account is not in use any more.")
    [taken, _other] = spool.take_over(first.id, "bob").waiting
    assert (taken.id, taken.person, taken.words, taken.typed_at) == (first.id, "bob", "一", first.typed_at)


def test_the_stamp_tells_that_another_console_was_at_the_file(spool: Spool) -> None:
    mine = spool.keep(entry())
    assert spool.stamp() == mine.stamp
    again(spool).keep(entry())
    assert spool.stamp() != mine.stamp
    first, second = spool.look().entries
    spool.settle(first.id)
    assert spool.settle(second.id).stamp is None
    assert spool.stamp() is None


def test_what_a_person_puts_away_is_kept_with_the_reason_in_another_sealed_file(spool: Spool) -> None:
    one = entry("打错了")
    spool.keep(one)
    assert spool.discard(one.id, "typed twice", "ann").entries == ()
    raw = spool.discarded.read_bytes()
    [(_span, piece)] = scan(raw, lambda s: spool._seal.open(s, spool._about)).pieces
    assert "打错了" in piece.decode()
    assert "typed twice" in piece.decode()
    assert PHONE.encode() not in raw


def test_the_disk_shows_neither_words_nor_number(spool: Spool, folder: Path) -> None:
    spool.keep(entry())
    for file in folder.rglob("*"):
        if file.is_file():
            assert PHONE.encode() not in file.read_bytes()
            assert "工地".encode() not in file.read_bytes()
            assert file.stat().st_mode & 0o077 == 0, file


def test_it_is_on_the_disk_before_it_is_acknowledged(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is synchronised after its last byte was written, and before the call returns."""
    synchronised: list[int] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        real(descriptor)
        if Path(f"/proc/self/fd/{descriptor}").resolve() == spool.path:
            synchronised.append(spool.path.stat().st_size)

    monkeypatch.setattr(os, "fsync", fsync)
    spool.keep(entry())
    assert synchronised == [spool.path.stat().st_size]


def _keep_many(path: Path, mark: str) -> None:
    mine = Spool(DISTRICT, path / "spool", Seal(path / "station.key"))
    for n in range(15):
        mine.keep(entry(f"{mark}{n}"))


def test_two_consoles_share_a_spool_and_its_key(folder: Path, spool: Spool) -> None:
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_keep_many, args=(folder, mark)) for mark in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    found = words(spool)
    assert sorted(found) == sorted(f"{mark}{n}" for mark in "ab" for n in range(15))
    assert [w for w in found if w[0] == "a"] == [f"a{n}" for n in range(15)]


# ---------------------------------------------------------------------- no room


@contextmanager
def _room_for(size: int) -> Iterator[None]:
    """No file may grow beyond ``size`` bytes: as far as a write goes, a full disk."""
    before, heard = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, heard)


def test_where_there_is_no_room_it_is_said_and_nothing_half_stays(spool: Spool) -> None:
    spool.keep(entry("一"))
    size = spool.path.stat().st_size
    with _room_for(size + 50), pytest.raises(Unavailable, match="cannot be kept at this station either"):
        spool.keep(entry("二"))
    assert spool.path.stat().st_size == size
    spool.keep(entry("三"))
    found = again(spool).look()
    assert [kept.words for kept in found.entries] == ["一", "三"]
    assert found.told == ()


# ---------------------------------------------------------------------- damage

_KEY = bytes(range(KEY_BYTES))
_WORDS = ["一", "楼道里堆放杂物", "x" * 300, "四"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[int]]:
    """A spool of four entries, and where each of its frames ends."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "station.key").write_bytes(_KEY)
    (folder / "station.key").chmod(0o600)
    made = Spool(DISTRICT, folder / "spool", Seal(folder / "station.key"))
    ends = []
    for said in _WORDS:
        made.keep(entry(said))
        ends.append(made.path.stat().st_size)
    return made.path.read_bytes(), ends


def _left(folder: Path, raw: bytes) -> Spool:
    """A station whose spool was found like this."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "station.key").write_bytes(_KEY)
    (folder / "station.key").chmod(0o600)
    (folder / "spool").mkdir(exist_ok=True)
    made = Spool(DISTRICT, folder / "spool", Seal(folder / "station.key"))
    made.path.write_bytes(raw)
    return made


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_wherever_it_is_cut_every_entry_that_is_whole_survives(
    tmp_path: Path, whole: tuple[bytes, list[int]], data: st.DataObject
) -> None:
    raw, ends = whole
    at = data.draw(st.integers(0, len(raw)))
    spool = _left(tmp_path / new_key(), raw[:at])
    expected = [said for said, end in zip(_WORDS, ends, strict=True) if end <= at]
    found = spool.look()
    assert [kept.words for kept in found.entries] == expected
    torn = at not in [0, *ends]
    assert bool(found.told) == torn
    assert sum(file.stat().st_size for file in aside(spool)) + len(spool.path.read_bytes()) == at
    spool.keep(entry("后来的"))
    assert words(again(spool)) == [*expected, "后来的"]


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_overwritten_only_the_entries_it_touches_are_set_aside_and_that_is_said(
    tmp_path: Path, whole: tuple[bytes, list[int]], data: st.DataObject
) -> None:
    raw, ends = whole
    begin = data.draw(st.integers(0, len(raw) - 1))
    stains = data.draw(st.lists(st.integers(1, 255), min_size=1, max_size=40))
    spoilt = bytearray(raw)
    for place, stain in enumerate(stains[: len(raw) - begin], begin):
        spoilt[place] ^= stain
    end = min(begin + len(stains), len(raw))
    starts = [0, *ends[:-1]]
    expected = [
        said for said, first, last in zip(_WORDS, starts, ends, strict=True) if last <= begin or first >= end
    ]
    spool = _left(tmp_path / new_key(), bytes(spoilt))
    found = spool.look()
    assert [kept.words for kept in found.entries] == expected
    assert found.told
    [kept_aside] = aside(spool)
    assert len(kept_aside.read_bytes()) + len(spool.path.read_bytes()) == len(raw)
    assert again(spool).look().told == (), "it is told once"
    assert words(again(spool)) == expected


@given(st.lists(st.binary(max_size=60), max_size=6), st.binary(max_size=30))
def test_frames_are_found_behind_any_rubbish(pieces: list[bytes], rubbish: bytes) -> None:
    raw = rubbish + b"".join(framed(piece) for piece in pieces)
    assert [piece for _span, piece in scan(raw, lambda piece: piece).pieces][-len(pieces) :] == pieces or not pieces


def test_a_torn_end_is_cut_off_and_said(whole: tuple[bytes, list[int]], tmp_path: Path) -> None:
    spool = _left(tmp_path, whole[0][:-3])
    [told] = spool.look().told
    assert "is not whole and was cut off" in str(told)
    assert str(aside(spool)[0]) in str(told)


def test_a_damaged_middle_is_set_aside_and_said(whole: tuple[bytes, list[int]], tmp_path: Path) -> None:
    raw = bytearray(whole[0])
    raw[whole[1][1] - 5] ^= 1
    spool = _left(tmp_path, bytes(raw))
    found = spool.look()
    assert [kept.words for kept in found.entries] == [_WORDS[0], *_WORDS[2:]]
    [told] = found.told
    assert "cannot be read: they are damaged" in str(told)


# ---------------------------------------------------------------------- the key


def test_a_spool_of_another_key_is_set_aside_whole_and_said(whole: tuple[bytes, list[int]], tmp_path: Path) -> None:
    spool = _left(tmp_path, whole[0])
    (tmp_path / "station.key").write_bytes(bytes(KEY_BYTES))
    found = spool.look()
    assert found.entries == ()
    [told] = found.told
    assert "sealed with another key" in str(told)
    assert aside(spool)[0].read_bytes() == whole[0]
    spool.keep(entry("新"))
    assert words(again(spool)) == ["新"]


def test_a_key_that_is_none_is_left_alone_and_so_is_the_spool(whole: tuple[bytes, list[int]], tmp_path: Path) -> None:
    spool = _left(tmp_path, whole[0])
    (tmp_path / "station.key").write_bytes(b"short")
    for attempt in (spool.look, lambda: spool.keep(entry())):
        with pytest.raises(Unavailable, match="is not the key of a station"):
            attempt()
    assert spool.path.read_bytes() == whole[0]
    assert (tmp_path / "station.key").read_bytes() == b"short"


def test_an_entry_of_another_district_does_not_open(whole: tuple[bytes, list[int]], tmp_path: Path) -> None:
    here = _left(tmp_path, whole[0])
    there = Spool("another", here.path.parent, Seal(tmp_path / "station.key"))
    there.path.write_bytes(whole[0])
    assert there.look().entries == ()
    assert words(here) == _WORDS


def test_a_key_that_others_could_read_is_closed_to_them(
    folder: Path, spool: Spool, expect_log: Callable[..., None]
) -> None:
    spool.keep(entry())
    key = folder / "station.key"
    expect_log(f"others could read {key}; now only its owner can")
    key.chmod(0o644)
    assert len(again(spool).look().entries) == 1
    assert key.stat().st_mode & 0o777 == 0o600


def test_an_entry_of_another_version_of_the_program_stays_and_is_told(spool: Spool) -> None:
    spool.keep(entry("一"))
    spool._append(spool.path, {"put": {"id": "x", "move": "a_move_to_come", "given": {}}})
    found = again(spool).look()
    assert [kept.words for kept in found.entries] == ["一"]
    assert "another version of the program" in str(found.told[0])
    spool.settle(found.entries[0].id)
    assert "another version of the program" in str(again(spool).look().told[0])
    spool.settle("x")  # that version has sent it
    assert again(spool).look().told == ()
