"""The people of a district on the command line: who is added, changed, put out of use; and where passwords never go."""

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from commandcenter import ctl
from commandcenter.ctl.line import ROLES
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import Person, Role
from commandcenter.errors import Refused
from commandcenter.operations.signing import sign_in
from commandcenter.storage.database import Database
from tests.ctl.asking import document, said

PASSWORD = "open sesame"
NINA = ("people", "add", "nina", "operator", "--name-zh", "妮娜", "--name-en", "Nina")


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> "Piped":
    return Piped(monkeypatch)


class Piped:
    """Standard input as a pipe that somebody wrote lines into."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, *lines: str) -> None:
        self._monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def opens(database: str, login: str, password: str) -> bool:
    """Whether that password lets that login in."""
    with Database.open(database) as opened:
        try:
            return sign_in(opened, login, password, "test").login == login
        except Refused:
            return False


def test_somebody_is_added_from_a_pipe_listed_and_signs_in(
    district: str, piped: Piped, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(PASSWORD)
    assert said(capsys, *NINA, "--database", district) == (ctl.DONE, "nina is added.\n", "")
    [nina] = [one for one in document(capsys, "people", "list", "--database", district)["people"]
              if one["login"] == "nina"]  # fmt: skip
    assert nina == {"login": "nina", "name_zh": "妮娜", "name_en": "Nina", "roles": ["operator"], "squad": None,
                    "workstation": None, "on_duty": False, "disabled": False}  # fmt: skip
    assert opens(district, "nina", PASSWORD)
    assert not opens(district, "nina", "open barley")


def test_a_password_that_is_made_is_shown_once_and_opens(district: str, capsys: pytest.CaptureFixture[str]) -> None:
    first = document(capsys, *NINA, "--generate", "--database", district)["password"]
    assert opens(district, "nina", first)
    second = document(capsys, "people", "reset", "nina", "--generate", "--database", district)["password"]
    assert (opens(district, "nina", first), opens(district, "nina", second)) == (False, True)
    status, out, _err = said(capsys, "people", "reset", "nina", "--generate", "--database", district)
    assert (status, out.splitlines()[0], out.splitlines()[2]) == (
        ctl.DONE, "nina has a new password.", "It is shown only now.",
    )  # fmt: skip


def test_roles_change_and_whoever_is_out_of_use_is_out_until_let_in(
    district: str, piped: Piped, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(PASSWORD)
    said(capsys, *NINA, "--database", district)
    words = "people", "roles", "nina", "inspector", "officer", "--squad", "north", "--database", district
    assert said(capsys, *words)[:2] == (ctl.DONE, "nina is now: inspector, officer.\n")
    assert said(capsys, "people", "disable", "nina", "--database", district)[0] == ctl.DONE
    assert not opens(district, "nina", PASSWORD)
    assert " · inspector, officer · north · out of use" in said(capsys, "people", "list", "--database", district)[1]
    assert said(capsys, "people", "enable", "nina", "--database", district)[0] == ctl.DONE
    assert opens(district, "nina", PASSWORD)


def test_who_signs_in_is_who_the_journal_names_and_needs_the_right(
    district: str, piped: Piped, capsys: pytest.CaptureFixture[str]
) -> None:
    for login, role in (("root", "administrator"), ("nina", "operator")):
        piped(PASSWORD)
        said(capsys, "people", "add", login, role, "--name-en", login, "--database", district)
    piped(PASSWORD)
    assert said(capsys, "people", "disable", "nina", "--as", "root", "--database", district)[0] == ctl.DONE
    with Database.open(district) as database, database.reading() as session:
        [line] = session.query(JournalLine).where(JournalLine.operation == "disable_person")
        assert session.query(Person.login).where(Person.id == line.actor_id).one() == ("root",)
    piped(PASSWORD)
    said(capsys, "people", "enable", "nina", "--database", district)
    piped(PASSWORD, "open barley")
    status, _out, err = said(capsys, "people", "reset", "root", "--as", "nina", "--database", district)
    assert (status, err) == (ctl.REFUSED, "nina has no right to change who belongs to the district.\n")
    piped("open barley")
    status, _out, err = said(capsys, "people", "disable", "nina", "--as", "root", "--database", district)
    assert (status, err) == (ctl.REFUSED, "The login or the password is wrong.\n")


@pytest.mark.parametrize(("words", "sentence"), [
    (("add", "o'hara", "operator", "--name-en", "O", "--generate"), "“o'hara” cannot be a login"),
    (("add", "张伟", "operator", "--name-zh", "张伟", "--generate"), "cannot be a login"),
    (("add", "x" * 64, "operator", "--name-en", "X", "--generate"), "cannot be a login"),
    (("add", "max", "mayor", "--name-en", "M", "--generate"), "There is no role “mayor”: there are operator, "),
    (("add", "max", "officer", "--squad", "T9", "--name-en", "M", "--generate"), "no squad or workstation “T9”"),
    (("add", "max", "operator", "--name-en", "M"), "wanted on standard input"),
    (("roles", "nobody", "operator"), "Nobody here has the login “nobody”."),
    (("disable", "nobody"), "Nobody here has the login “nobody”."),
    (("reset", "nobody", "--generate"), "Nobody here has the login “nobody”."),
])  # fmt: skip
def test_what_cannot_be_is_refused_in_words(
    district: str, piped: Piped, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    piped()
    before = document(capsys, "status", "--database", district)["journal"]
    status, out, err = said(capsys, "people", *words, "--database", district)
    assert (status, out) == (ctl.REFUSED, "")
    assert sentence in err
    assert document(capsys, "status", "--database", district)["journal"] == before


def test_a_password_that_is_too_short_is_refused(
    district: str, piped: Piped, capsys: pytest.CaptureFixture[str]
) -> None:
    piped("short")
    assert said(capsys, *NINA, "--database", district)[2] == "A password has at least 8 characters.\n"


def test_help_names_every_role_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert ROLES.split() == [str(role) for role in Role]


class Terminal:
    """The command at a terminal of its own, watched through the other end."""

    def __init__(self, *words: str) -> None:
        self.pid, self._there = pty.fork()
        if self.pid == 0:
            os.execv(sys.executable, [sys.executable, "-m", "commandcenter.ctl", "--language", "en", *words])
        self.shown = ""

    def until(self, words: str) -> None:
        """Wait until the terminal shows them."""
        while words not in self.shown:
            self.shown += os.read(self._there, 4096).decode()

    def types(self, line: str) -> None:
        """Type a line."""
        os.write(self._there, f"{line}\n".encode())

    def ends(self) -> int:
        """The exit status; everything that was shown is read."""
        while True:
            try:
                piece = os.read(self._there, 4096)
            except OSError:  # the other end is closed
                break
            self.shown += piece.decode()
        os.close(self._there)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def test_at_a_terminal_the_password_is_typed_twice_and_nobody_sees_it(district: str) -> None:
    terminal = Terminal(*NINA, "--database", district)
    terminal.until("New password of nina: ")
    command = Path(f"/proc/{terminal.pid}/cmdline").read_text(encoding="utf-8")
    terminal.types(PASSWORD)
    terminal.until("The same once more: ")
    around = Path(f"/proc/{terminal.pid}/environ").read_text(encoding="utf-8")
    terminal.types(PASSWORD)
    assert terminal.ends() == ctl.DONE
    assert "nina is added." in terminal.shown
    assert PASSWORD not in terminal.shown + command + around
    assert opens(district, "nina", PASSWORD)


def test_two_passwords_that_are_not_the_same_change_nothing(district: str) -> None:
    terminal = Terminal(*NINA, "--database", district)
    terminal.until("New password of nina: ")
    terminal.types(PASSWORD)
    terminal.until("The same once more: ")
    terminal.types("open barley")
    assert terminal.ends() == ctl.REFUSED
    assert "The two passwords are not the same. Nothing was changed." in terminal.shown
    assert not opens(district, "nina", PASSWORD)


def test_no_log_and_no_database_file_holds_a_password(district: str, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "commandcenter.ctl", *NINA, "--database", district]
    home = tmp_path / "home"
    environment = os.environ | {"HOME": str(home), "XDG_STATE_HOME": str(home), "XDG_CACHE_HOME": str(home)}
    subprocess.run(words, input=f"{PASSWORD}\n", text=True, check=True, capture_output=True, env=environment)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert written
    assert not [path for path in written if PASSWORD.encode() in path.read_bytes()]
