"""At the door: language and look, a wrong password, the right one; and leaving the place to the next person."""

from PySide6.QtWidgets import QComboBox, QLineEdit

from commandcenter.domain.people import Person, Role
from commandcenter.i18n import N_, _
from ui.tour import screen
from ui.tour.journey import Journey, speaks
from ui.tour.waiting import until


def language_and_look(journey: Journey) -> None:
    """Both are chosen at the door and hold at once."""
    steps, hands = journey.steps, journey.hands
    with journey.step("door", N_("Language and look are chosen at the door, and hold at once")) as step:
        hands.focused()
        _choose(journey, "language", steps.language)
        step.holds("the window speaks the language chosen", lambda: speaks(steps.language))
        _choose(journey, "theme", steps.theme)
        step.holds("the window wears the look chosen", lambda: journey.window.preferences.theme == steps.theme)
        step.holds("the door asks for login and password", lambda: journey.shows(_("Login"), _("Password")))
        district = journey.picture.district
        step.holds("the command centre is named", lambda: district is not None and journey.shows(district.centre))


def _choose(journey: Journey, name: str, value: str) -> None:
    """Choose from a list with the arrow keys, as Qt's lists are driven."""
    def chooser() -> QComboBox:
        return journey.one(QComboBox, name)

    for _press in range(chooser().count()):
        if chooser().currentData() == value:
            return
        wanted, now = chooser().findData(value), chooser().currentIndex()
        journey.hands.tab_to(chooser())
        journey.hands.press("Down" if wanted > now else "Up")
        until(lambda: screen.seen(journey.window, QComboBox, name), "the door is there again")


def wrong_password(journey: Journey) -> None:
    """A refusal in words, under the fields."""
    operator = journey.someone(Role.OPERATOR)
    with journey.step("wrong-password", N_("A wrong password is refused in words")) as step:
        _type_names(journey, operator, "not the password")
        wrong = _("The login or the password is wrong.")
        step.holds("the refusal stands under the fields",
                   lambda: wrong in journey.reads("wrong"))  # fmt: skip
        step.holds("the login is still there", lambda: journey.reads("login") == operator.login)
        step.holds("nobody is signed in", lambda: journey.window.shell is None)


def operator(journey: Journey) -> None:
    """The first operator, who owns the complaint to its end."""
    person = journey.someone(Role.OPERATOR)
    journey.parts["owner"] = person.id
    with journey.step("sign-in", N_("An operator signs in")) as step:
        sign_in(journey, person)
        step.holds("the window says who sits here", lambda: journey.shows(person.name))
        step.holds("what is shown is live", lambda: journey.reads("live").startswith("●"))


def sign_in(journey: Journey, person: Person) -> None:
    """Leave the place, where somebody has it, and sign in as ``person``."""
    if journey.window.shell is not None:
        journey.hands.press("Ctrl+Shift+Q")
        until(lambda: journey.window.shell is None, "the person before has signed out")
    _type_names(journey, person, journey.password)
    until(lambda: journey.window.room is not None and journey.window.room.person.id == person.id,
          f"{person.login} is signed in")  # fmt: skip


def _type_names(journey: Journey, person: Person, password: str) -> None:
    login, secret = journey.one(QLineEdit, "login"), journey.one(QLineEdit, "password")
    journey.hands.click(login)
    journey.hands.press("Ctrl+A")
    journey.hands.type(person.login)
    journey.hands.tab_to(secret)
    journey.hands.press("Ctrl+A")
    journey.hands.type(password)
    journey.hands.press("Return")
