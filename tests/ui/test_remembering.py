"""A password in the desktop's keyring: only if the person wishes, and no longer than it should be there.

The keyring is a counterpart in the test that speaks the protocol on a bus of its own.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from commandcenter.operations.enrolling import Office
from commandcenter.settings import spoken_url
from tests.house import House
from tests.passwords import OPEN_SESAME
from tests.secret_service import SecretService, secret_service
from tests.ui.conftest import PASSWORD, MakeWindow, enter
from tests.ui.test_shared import Station, station
from ui.main_window import MainWindow
from ui.preferences.keyring import Keyring, Remembered
from ui.preferences.memory import Preferences
from ui.sign_in import SignInPage

__all__ = ["station"]
OTHER = "open barley"
Serve = Callable[..., SecretService]


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Starts a bus, and says where it is as a desktop does."""
    monkeypatch.setenv("COMMANDCENTER_DATA", str(tmp_path / "data"))
    with ExitStack() as running:

        def start(**how: bool) -> SecretService:
            made = running.enter_context(secret_service(tmp_path / "bus", **how))
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", made.address)
            return made

        yield start


@pytest.fixture
def keyring(serve: Serve) -> SecretService:
    """A desktop's keyring, empty."""
    return serve()


def remembered(house: House, login: str = "ann") -> Remembered | None:
    return Keyring().recall(spoken_url(house.url), login)


@pytest.fixture
def window(keyring: SecretService, with_passwords: House, make_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    """A window at its door, on a desktop with a keyring."""
    made = make_window()
    qtbot.waitUntil(made.door.remember.isVisible)
    return made


def wished(window: MainWindow, qtbot: QtBot) -> None:
    """Ann signs in and wishes her password to be remembered."""
    window.door.remember.click()
    enter(window, "ann", qtbot)


# The keyring itself


def test_what_is_kept_comes_back_and_only_for_that_login_at_that_place(keyring: SecretService) -> None:
    ring, said = Keyring(), Remembered("pässwörd 张伟 \"'", "2026")
    assert ring.answers()
    assert ring.keep("here", "ann", said)
    assert ring.recall("here", "ann") == said
    assert ring.recall("here", "bob") is None
    assert ring.recall("there", "ann") is None
    assert ring.keep("here", "ann", Remembered(OTHER, ""))
    assert len(keyring.kept) == 1
    assert ring.forget("here", "ann")
    assert (ring.recall("here", "ann"), keyring.kept) == (None, {})


def test_without_a_bus_or_a_keyring_on_it_nothing_is_remembered_and_nothing_breaks(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    serve(there=False)
    for where in (None, "unix:path=/nowhere", "tcp:host=x", f"unix:path={tmp_path / 'bus'}"):
        if where is not None:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", where)
        ring = Keyring()
        assert not ring.answers()
        assert ring.recall("here", "ann") is None
        assert not ring.keep("here", "ann", Remembered(PASSWORD, ""))
        assert not ring.forget("here", "ann")


def test_a_keyring_that_never_answers_is_none(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(silent=True)
    monkeypatch.setattr("ui.preferences.keyring.ANSWER_S", 0.3)
    assert not Keyring().answers()


def test_what_is_no_password_of_ours_is_not_read_as_one(keyring: SecretService) -> None:
    ring = Keyring()
    for spoilt in (b"", b"no json", b"[]", b'{"password": "x"}', b"\xff"):
        ring.keep("here", "ann", Remembered(PASSWORD, ""))
        keyring.kept = {item: (about, spoilt) for item, (about, _secret) in keyring.kept.items()}
        assert ring.recall("here", "ann") is None


# The window


def test_who_does_not_wish_it_is_not_remembered(window: MainWindow, keyring: SecretService, qtbot: QtBot) -> None:
    assert not window.door.remember.isChecked()
    enter(window, "ann", qtbot)
    window.sign_out()
    qtbot.waitUntil(lambda: keyring.calls.count("SearchItems") >= 1)  # it looked again, after whatever it had to keep
    assert "CreateItem" not in keyring.calls


def test_what_was_wished_fills_the_field_from_then_on_and_opens(
    window: MainWindow, small_house: House, qtbot: QtBot
) -> None:
    wished(window, qtbot)
    window.sign_out()
    qtbot.waitUntil(lambda: window.door.password.text() == PASSWORD)
    assert window.door.remember.isChecked()
    with qtbot.waitSignal(window.signed_in):
        window.door.attempt()  # as Enter does, with what stands there
    assert window.shell is not None
    assert remembered(small_house) is not None


def test_somebody_else_s_login_takes_it_out_of_the_field(window: MainWindow, qtbot: QtBot) -> None:
    wished(window, qtbot)
    window.sign_out()
    qtbot.waitUntil(lambda: window.door.password.text() == PASSWORD)
    window.door.login.setText("sue")
    window.door.login.editingFinished.emit()
    assert window.door.password.text() == ""
    assert not window.door.remember.isChecked()


def test_who_signs_in_instead_is_not_remembered_by_another_s_wish(
    window: MainWindow, keyring: SecretService, small_house: House, qtbot: QtBot
) -> None:
    Office(small_house.database, small_house.person("adam"), "desk 9").reset_password(small_house.keys["sue"], OTHER)
    wished(window, qtbot)
    window.sign_out()
    qtbot.waitUntil(window.door.remember.isChecked)
    window.door.fill("sue", OTHER)  # without a stop at the field of the login
    with qtbot.waitSignal(window.signed_in):
        window.door.attempt()
    assert not window.door.remember.isChecked()
    sought = keyring.calls.count("SearchItems")
    window.end_other_sessions()
    qtbot.waitUntil(lambda: keyring.calls.count("SearchItems") > sought)  # hers was looked for, to be forgotten
    assert keyring.calls.count("CreateItem") == 1
    assert [about["login"] for about, _secret in keyring.kept.values()] == ["ann"]


def test_unchecking_forgets(window: MainWindow, keyring: SecretService, qtbot: QtBot) -> None:
    wished(window, qtbot)
    window.sign_out()
    qtbot.waitUntil(window.door.remember.isChecked)
    window.door.remember.click()
    assert window.door.password.text() == ""
    qtbot.waitUntil(lambda: keyring.kept == {})


def test_a_password_that_is_refused_is_forgotten(
    window: MainWindow, keyring: SecretService, small_house: House, qtbot: QtBot
) -> None:
    wished(window, qtbot)
    window.sign_out()
    qtbot.waitUntil(lambda: window.door.password.text() == PASSWORD)
    Office(small_house.database, small_house.person("adam"), "desk 9").reset_password(small_house.keys["ann"], OTHER)
    window.door.attempt()
    qtbot.waitUntil(window.door.wrong.isVisible)
    qtbot.waitUntil(lambda: keyring.kept == {})
    assert not window.door.remember.isChecked()


def test_what_was_only_not_looked_at_stays_remembered(
    window: MainWindow, keyring: SecretService, qtbot: QtBot
) -> None:
    wished(window, qtbot)
    window.sign_out()
    qtbot.waitUntil(lambda: window.door.password.text() == PASSWORD)
    window.door.password.clear()
    window.door.attempt()  # nothing typed
    qtbot.waitUntil(window.door.wrong.isVisible)
    window.sign_out()
    assert len(keyring.kept) == 1


@pytest.mark.parametrize("by", ["adam", "ann"])
def test_signing_out_everywhere_forgets(
    window: MainWindow, keyring: SecretService, small_house: House, qtbot: QtBot, by: str
) -> None:
    wished(window, qtbot)
    qtbot.waitUntil(lambda: len(keyring.kept) == 1)
    if by == "adam":
        with qtbot.waitSignal(window.signed_out):
            Office(small_house.database, small_house.person("adam"), "desk 9").sign_out(small_house.keys["ann"])
    else:
        window.end_other_sessions()
    qtbot.waitUntil(lambda: keyring.kept == {})


def test_a_station_that_was_off_when_it_happened_asks_for_the_password_all_the_same(
    window: MainWindow, keyring: SecretService, small_house: House, qtbot: QtBot
) -> None:
    Keyring().keep(spoken_url(small_house.url), "ann", Remembered(PASSWORD, "before"))
    window.door.login.setText("ann")
    window.door.login.editingFinished.emit()
    qtbot.waitUntil(lambda: window.door.password.text() == PASSWORD)
    with qtbot.waitSignal(window.signed_out):
        window.door.attempt()
    assert window.door.wrong.text().startswith("You were signed out everywhere after this password was remembered")
    qtbot.waitUntil(lambda: keyring.kept == {})
    enter(window, "ann", qtbot)  # typed, it opens


def test_a_changed_password_is_not_the_one_remembered(
    window: MainWindow, keyring: SecretService, qtbot: QtBot
) -> None:
    wished(window, qtbot)
    qtbot.waitUntil(lambda: len(keyring.kept) == 1)
    window.session.change_password(PASSWORD, OTHER)
    qtbot.waitUntil(lambda: keyring.kept == {})


def test_a_keyring_that_never_answers_delays_neither_the_door_nor_the_program_s_end(
    serve: Serve, with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    silent = serve(silent=True)
    window = make_window()
    qtbot.waitUntil(lambda: "Get" in silent.calls)
    enter(window, "ann", qtbot)
    window.sign_out()
    assert not window.door.remember.isVisible()
    window.close()
    assert window.backstage.close()  # within two seconds


def test_without_a_desktop_there_is_no_box_and_the_keyring_is_not_even_loaded(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window()
    enter(window, "ann", qtbot)
    window.sign_out()
    assert not window.door.remember.isVisible()
    assert window.remembering._keyring is None


def test_where_people_sign_in_with_the_database_it_is_the_same(
    keyring: SecretService, station: Station, qtbot: QtBot
) -> None:
    def door() -> SignInPage:
        return station.program.window.door

    qtbot.waitUntil(door().remember.isVisible)
    door().remember.click()
    station.enter("ann")
    qtbot.waitUntil(lambda: len(keyring.kept) == 1)
    station.leave()
    qtbot.waitUntil(lambda: door().password.text() == OPEN_SESAME)
    office, before = station.office(), station.program.window
    station.enter("ann")
    office.sign_out(station.shared.house.keys["ann"])
    qtbot.waitUntil(lambda: station.program.window is not before, timeout=20_000)
    qtbot.waitUntil(lambda: keyring.kept == {})
    door().remember.click()
    assert "does not accept" in station.refused("ann", "guess guess")
    assert not door().remember.isChecked()
    office.database.close()  # type: ignore[attr-defined]


def test_nothing_of_it_is_written_to_the_preferences(
    window: MainWindow, preferences: Preferences, tmp_path: Path, qtbot: QtBot
) -> None:
    wished(window, qtbot)
    preferences.write()
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes()
