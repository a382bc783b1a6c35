"""Sign-ins that a server refused at a station wait there, sealed and bounded, until somebody comes in."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from commandcenter.domain.logins import Missed, login_mark
from commandcenter.spool import misses as module
from commandcenter.spool.misses import MOST, Misses
from commandcenter.spool.seal import Seal

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
A_MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    return Seal(tmp_path / "station.key")


@pytest.fixture
def misses(tmp_path: Path, seal: Seal) -> Misses:
    return Misses("postgresql://db1/district", tmp_path, seal)


def test_what_was_refused_is_there_for_the_next_start_of_the_program(
    misses: Misses, tmp_path: Path, seal: Seal
) -> None:
    for login, minutes in (("ann", 0), ("root", 1), ("ann", 2)):
        misses.add(login, NOON + minutes * A_MINUTE)
    ann, root = Misses("postgresql://db1/district", tmp_path, seal).take().missed
    assert ann == (login_mark("ann"), 2, NOON, NOON + 2 * A_MINUTE)
    assert root == (login_mark("root"), 1, NOON + A_MINUTE, NOON + A_MINUTE)
    assert Misses("postgresql://db2/district", tmp_path, seal).take().missed == (), "another server's are its own"


def test_neither_login_nor_password_is_kept(misses: Misses, seal: Seal) -> None:
    misses.add("my own password", NOON)
    raw = misses.path.read_bytes()
    assert b"password" not in (seal.open(raw, misses._about) or b"password")
    assert login_mark("my own password").encode() not in raw


def test_however_many_are_tried_the_file_stays_small(misses: Misses) -> None:
    known: tuple[Missed, ...] = ()
    for n in range(10_000):
        known = module._with(known, login_mark(f"{n}" * 10_000 if n < 20 else f"{n}"), NOON)
    assert (len(known), known[-1].mark, known[-1].tries) == (MOST + 1, "", 10_000 - MOST)
    for n in range(MOST + 2):
        misses.add(f"{n}" * 10_000, NOON)
    assert misses.path.stat().st_size < 200 * (MOST + 2)
    assert sum(one.tries for one in misses.take().missed) == MOST + 2


def test_what_is_told_twice_bears_one_id_and_what_comes_meanwhile_waits(misses: Misses) -> None:
    misses.add("ann", NOON)
    told = misses.take()
    misses.add("ann", NOON + A_MINUTE)
    assert misses.take() == told, "nobody knows whether it was written down"
    misses.settle(told)
    after = misses.take()
    assert after.id != told.id
    assert [(one.tries, one.since_at) for one in after.missed] == [(1, NOON + A_MINUTE)]
    misses.settle(told)
    assert misses.take() == after, "settled was something else"
    misses.settle(after)
    assert not misses.path.exists()


@pytest.mark.parametrize("damage", [b"", b"x", b"x" * 100])
def test_a_damaged_file_keeps_nobody_out(
    misses: Misses, damage: bytes, expect_log: Callable[..., None]
) -> None:
    expect_log(f"refused sign-ins in {misses.path} were altered, or sealed with another key: they are gone")
    misses.add("ann", NOON)
    misses.path.write_bytes(damage)
    assert misses.take().missed == ()
    misses.add("ann", NOON)
    assert len(misses.take().missed) == 1


def test_a_disk_that_takes_nothing_keeps_nobody_out(
    tmp_path: Path, seal: Seal, expect_log: Callable[..., None]
) -> None:
    expect_log("a refused sign-in could not be kept", "refused sign-ins could not be read")
    (tmp_path / "file").write_text("in the way")
    misses = Misses("postgresql://db1/district", tmp_path / "file", seal)
    misses.add("ann", NOON)
    assert misses.take().missed == ()
