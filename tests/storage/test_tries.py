"""Works in each other's way are tried again, and what was committed rings the bells."""

import threading
from collections.abc import Callable
from contextlib import ExitStack, closing

import pytest
from sqlalchemy import select

from commandcenter.domain.contacts import Note
from commandcenter.domain.people import Person
from commandcenter.domain.work import Work
from commandcenter.errors import Refused
from commandcenter.storage.database import Database
from commandcenter.storage.engines import CHANNEL, listening
from tests.storage.deeds import at_once, done, hired, lines_of, note, written


def test_a_work_in_whose_way_another_writer_was_is_tried_again_and_not_for_ever(database: Database) -> None:
    hired(database, "taken")
    tries: list[int] = []

    def name_that_is_free_the(time: int) -> Callable[[Work], Person]:
        def body(work: Work) -> Person:
            tries.append(len(tries) + 1)
            login = "free" if len(tries) == time else "taken"
            return work.add(Person(login=login, name_zh="某", name_en="Some", roles=[]))

        return body

    saved = done(database.run("hire", None, "test", name_that_is_free_the(4)))
    assert (tries, saved.login) == ([1, 2, 3, 4], "free")
    assert len(lines_of(database, saved)) == 1
    tries.clear()
    with pytest.raises(Refused, match="a second time"):
        database.run("hire", None, "test", name_that_is_free_the(5))
    assert tries == [1, 2, 3, 4]


def test_two_works_that_hold_each_other_up_are_both_done(server_url: str) -> None:
    with Database.open(server_url) as database:
        rows = [written(database, "0"), written(database, "0")]
        both_began = threading.Barrier(2)

        def add_one(first: int) -> Callable[[], None]:
            tries: list[None] = []

            def body(work: Work) -> None:
                tries.append(None)
                for which in (first, 1 - first):
                    # Held before it is read, as every move holds its case: what is read is then what will be changed.
                    held = select(Note).where(Note.id == rows[which].id).with_for_update(key_share=True)
                    row = work.session.scalars(held).one()
                    row.words = str(int(row.words) + 1)
                    if which == first and len(tries) == 1:
                        both_began.wait(30)

            return lambda: database.run("count", None, "test", body)

        at_once([add_one(0), add_one(1)])
        with database.reading() as session:
            assert [session.get_one(Note, row.id).words for row in rows] == ["2", "2"]


def test_a_commit_rings_the_bell_of_this_process_and_of_the_server_and_a_rollback_neither(database: Database) -> None:
    rung: list[str] = []
    be_quiet = database.on_commit(lambda: rung.append("here"))
    with ExitStack() as open_ones:
        heard = None
        if database.dialect == "postgresql":
            heard = open_ones.enter_context(closing(listening(database.engine.url)))
            heard.execute(f"LISTEN {CHANNEL}")

        def notices(timeout: float) -> int:
            return 0 if heard is None else len(list(heard.notifies(timeout=timeout, stop_after=1)))

        with pytest.raises(ZeroDivisionError):
            database.run("note", None, "test", lambda work: [work.add(note()), 1 // 0])
        assert rung == []
        assert notices(0) == 0
        written(database)
        assert rung == ["here"]
        assert notices(30) == (heard is not None)
    be_quiet()
    written(database)
    assert rung == ["here"]
