"""People who sign in with the database, on the command line: the first one, the others, and who is refused."""

import io
import sys
from pathlib import Path

import pytest

from commandcenter import ctl
from commandcenter.domain.journal import JournalLine
from commandcenter.operations.signing import signed_in_at_server
from tests.ctl.asking import said
from tests.passwords import KEEPER, OPEN_SESAME, Shared

OTHER = "open barley"


@pytest.fixture
def line(shared: Shared, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> "Line":
    return Line(shared, monkeypatch, capsys)


class Line:
    """The command line on that district."""

    def __init__(
        self, shared: Shared, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:  # fmt: skip
        self.shared, self._monkeypatch, self._capsys = shared, monkeypatch, capsys

    def __call__(self, *words: str, passwords: tuple[str, ...]) -> tuple[int, str]:
        """A command with these passwords on its standard input; how it ended, and what it said."""
        self._monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{one}\n" for one in passwords)))
        status, out, err = said(self._capsys, "people", *words, "--database", self.shared.url)
        return status, out + err

    def who(self, login: str, password: str) -> str:
        """Who comes in with that login and password."""
        with self.shared.open(login, password) as database:
            return signed_in_at_server(database).login


def test_the_owner_lets_the_first_administrator_in_who_lets_in_the_others(line: Line) -> None:
    assert line("reset", "adam", "--as", KEEPER, passwords=("", OPEN_SESAME)) == (
        ctl.DONE, "adam has a new password.\n")  # fmt: skip
    words = "add", "nina", "operator", "--name-en", "Nina", "--as", "adam"
    assert line(*words, passwords=(OPEN_SESAME, OTHER)) == (ctl.DONE, "nina is added.\n")
    assert line.who("nina", OTHER) == "nina"
    with line.shared.house.database.reading() as session:
        [actor] = session.query(JournalLine.actor_id).filter_by(operation="add_person", kind="person").one()
    assert actor == line.shared.house.keys["adam"]


def test_who_has_no_right_or_the_wrong_password_is_told_so(line: Line) -> None:
    line("reset", "ann", "--as", KEEPER, passwords=("", OPEN_SESAME))
    assert line("disable", "bob", "--as", "ann", passwords=(OPEN_SESAME,)) == (
        ctl.REFUSED, "Ann has no right to change who belongs to the district.\n")  # fmt: skip
    status, words = line("disable", "bob", "--as", "ann", passwords=(OTHER,))
    assert (status, "does not accept this login and password" in words) == (ctl.REFUSED, True)
    status, words = line("list", "--as", "ann", passwords=(OPEN_SESAME,))
    assert (status, words.count("\n")) == (ctl.DONE, len(line.shared.house.keys) - 10)


def test_roles_and_being_out_of_use_reach_the_server(line: Line) -> None:
    line("reset", "bob", "--as", KEEPER, passwords=("", OPEN_SESAME))
    assert line("roles", "bob", "inspector", "--as", KEEPER, passwords=("",))[0] == ctl.DONE
    assert line("disable", "bob", "--as", KEEPER, passwords=("",))[0] == ctl.DONE
    status, words = line("list", "--as", "bob", passwords=(OPEN_SESAME,))
    assert (status, words) == (ctl.REFUSED, "This login may not sign in any more. An administrator can change that.\n")
    assert line("enable", "bob", "--as", KEEPER, passwords=("",))[0] == ctl.DONE
    assert line.who("bob", OPEN_SESAME) == "bob"


def test_the_address_with_odd_characters_is_read_as_it_stands(line: Line, tmp_path: Path) -> None:
    url = f"{line.shared.url}&application_name=%27%22%25%20%E5%BC%A0"
    line._monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    assert said(line._capsys, "people", "list", "--as", KEEPER, "--database", url)[0] == ctl.DONE
