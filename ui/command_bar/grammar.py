"""What a line in the command bar means: said in words before Enter, completed by Tab. No Qt.

Verbs are one letter, or the Chinese word: ``d`` 派 dispatch, ``c`` 联系 contact, ``p`` 电话 caller,
``g`` 去 page. Anything else is looked up: actions, cases, people, squads, estates and places by any name.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from commandcenter.domain.contacts import ContactMeans, ContactOutcome
from commandcenter.domain.identity import masked_phone, phone_digits
from commandcenter.domain.record import Key
from commandcenter.domain.sentences import Sentence, measured_length
from commandcenter.domain.wording import word
from commandcenter.i18n import N_, _
from ui.command_bar.index import MOST, Index, Thing

ACTION, PAGE, CASE, COMPLAINT, PERSON, SQUAD, WORKSTATION, PLACE = (
    "action", "page", "case_file", "complaint", "person", "squad", "workstation", "place",
)  # fmt: skip
BLANK = "_"
"""Stands for a blank inside one word of a line: ``d 0042 Yinzhu_squad``."""
WHY = N_("named by the dispatcher in the command bar")

# ---------------------------------------------------------------------- what a line can mean


@dataclass(frozen=True, slots=True)
class Make:
    """Make a move on the case of that key, with these fields."""

    move: str
    case: Key
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Show:
    """Show that record where it is best shown."""

    kind: str
    key: Key


@dataclass(frozen=True, slots=True)
class Trigger:
    """Do that action."""

    id: str


@dataclass(frozen=True, slots=True)
class Go:
    """Go to that page."""

    page: str


@dataclass(frozen=True, slots=True)
class Callers:
    """Show what is known of a telephone number; digits only."""

    phone: str


Command = Make | Show | Trigger | Go | Callers


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to go on: what it is, and the line that it makes of what was typed."""

    title: str
    detail: str
    line: str
    command: Command | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line means now. Without a command, ``says`` tells what is missing."""

    says: str = ""
    command: Command | None = None
    candidates: Sequence[Candidate] = ()
    left_out: int = 0
    """How many more would fit than the candidates shown."""


# ---------------------------------------------------------------------- tokens


class Token(NamedTuple):
    """A word of the line, or what stands between quotation marks; and where."""

    text: str
    start: int
    end: int
    quoted: bool


_TOKEN = re.compile(r'["“”](?P<said>[^"“”]*)(?:["“”]|$)|[^\s"“”]+')


def tokens(line: str) -> list[Token]:
    """The words of a line. A quotation that is not closed goes to the end."""
    return [Token(found["said"] if found["said"] is not None else found[0], *found.span(),
                  found["said"] is not None) for found in _TOKEN.finditer(line)]  # fmt: skip


# ---------------------------------------------------------------------- reading


def read(line: str, index: Index, offered: Callable[[Command], bool] = lambda _command: True) -> Reading:
    """What ``line`` means, given what can be found. ``offered`` rules out what the person may not do at all."""
    words = tokens(line)
    if not words:
        return Reading(says=_("Search, or a verb: d dispatch · c contact · p caller · g page"))
    verb = _VERBS.get(words[0].text.casefold())
    after = line[words[0].end : words[0].end + 1]
    if verb is not None and (after.isspace() or (not after and words[0].text.isascii())):
        reading = verb(_Said(line, words[1:], index))
    else:
        reading = _look_up(line, index)
    if reading.command is not None and not offered(reading.command):
        return Reading(says=_("You have no right to do this."), candidates=reading.candidates)
    return reading


class _Said(NamedTuple):
    line: str
    words: list[Token]
    known: Index

    def plain(self) -> list[Token]:
        return [token for token in self.words if not token.quoted]

    def quoted(self) -> str:
        return " ".join(token.text.strip() for token in self.words if token.quoted)

    def with_(self, token: Token | None, text: str) -> str:
        """The line with that word (or the end of it) replaced, and a blank after it."""
        if token is None:
            return f"{self.line.rstrip()} {text} "
        rest = self.line[token.end :]
        return f"{self.line[: token.start]}{text}{rest if rest.startswith(' ') else f' {rest}'}"


def _dispatch(said: _Said) -> Reading:
    plain = said.plain()
    case, reading = _one(said, plain[0] if plain else None, (CASE,), N_("Which case? Type its number."))
    if case is None:
        return reading
    lead, reading = _one(said, plain[1] if len(plain) > 1 else None, (SQUAD,),
                         N_("Dispatch {title}: to which squad?"), case.number)  # fmt: skip
    if lead is None:
        return reading
    helpers: list[Thing] = []
    for token in plain[2:]:
        helper, reading = _one(said, token._replace(text=token.text.lstrip("+")), (SQUAD,),
                               N_("Which squad is to assist?"), "", "+")  # fmt: skip
        if helper is None:
            return reading
        helpers.append(helper)
    fields: dict[str, Any] = {"squad": lead.key, "why": Sentence(WHY)}
    fields |= {"note": said.quoted()} if said.quoted() else {}
    fields |= {"assisting": [helper.key for helper in helpers]} if helpers else {}
    return Reading(_dispatch_words(case, lead, helpers, said.quoted()), Make("dispatch", case.key, fields))


def _dispatch_words(case: Thing, lead: Thing, helpers: list[Thing], note: str) -> str:
    says = [_("Will dispatch {number} to {squad} (lead)", number=case.number, squad=lead.title)]
    says += [_("{squad} assists", squad=helper.title) for helper in helpers]
    return " · ".join([*says, f"“{note}”"] if note else says)


def _contact(said: _Said) -> Reading:
    plain = said.plain()
    case, reading = _one(said, plain[0] if plain else None, (CASE,), N_("Which case? Type its number."))
    if case is None:
        return reading
    fields: dict[str, Any] = {}
    for token in plain[1:]:
        meant = _meant(token.text)
        if meant is None:
            return Reading(_("“{word}” is not understood: say how (called, wrote, visited), how long (3min) "
                             "and what came of it; the words in quotation marks.", word=token.text))
        fields |= meant
    if "means" not in fields:
        return Reading(_("Contact on {number}: called, wrote or visited?", number=case.number),
                       candidates=_ways(said))
    fields.setdefault("outcome", str(ContactOutcome.REACHED))
    if not said.quoted():
        return Reading(_("{what} – what was said? Write it in quotation marks.", what=_contact_words(case, fields)))
    fields["words"] = said.quoted()
    return Reading(_("Will record: {what} “{words}”", what=_contact_words(case, fields), words=said.quoted()),
                   Make("contact", case.key, fields))


def _contact_words(case: Thing, fields: Mapping[str, Any]) -> str:
    parts = [case.number, word(fields["means"]), word(fields["outcome"])]
    if fields.get("duration_s"):
        parts.insert(2, measured_length(fields["duration_s"]))
    return " · ".join(parts)


_MEANS = {
    ContactMeans.CALL: ("called", "call", "rang", "phoned", "打电话", "电话", "致电", "dh"),
    ContactMeans.MESSAGE: ("wrote", "message", "messaged", "sms", "短信", "微信", "发信息", "dx"),
    ContactMeans.VISIT: ("visited", "visit", "met", "上门", "到场", "面谈", "sm"),
}
_OUTCOMES = {
    ContactOutcome.REACHED: ("reached", "ok", "接通", "已接通"),
    ContactOutcome.NO_ANSWER: ("noanswer", "no-answer", "unanswered", "未接", "无人接听", "未接通"),
    ContactOutcome.WRONG_NUMBER: ("wrong", "wrongnumber", "wrong-number", "空号", "错号"),
    ContactOutcome.WOULD_NOT_TALK: ("hungup", "hung-up", "refused", "拒谈", "挂断"),
}
_SPOKEN: dict[str, dict[str, str]] = {
    **{said: {"means": str(means)} for means, words in _MEANS.items() for said in words},
    **{said: {"outcome": str(outcome)} for outcome, words in _OUTCOMES.items() for said in words},
}
_DURATION = re.compile(r"(\d{1,5})(s|sec|秒|m|min|分|分钟|h|小时)", re.IGNORECASE)
_SECONDS = {"s": 1, "sec": 1, "秒": 1, "m": 60, "min": 60, "分": 60, "分钟": 60, "h": 3600, "小时": 3600}


def _meant(text: str) -> dict[str, Any] | None:
    """What one word of a contact says: how, what came of it, or how long (in seconds)."""
    known = _SPOKEN.get(text.casefold())
    if known is not None:
        return dict(known)
    duration = _DURATION.fullmatch(text)
    return {"duration_s": int(duration[1]) * _SECONDS[duration[2].lower()]} if duration else None


def _ways(said: _Said) -> list[Candidate]:
    return [Candidate(words[0], word(means), said.with_(None, words[0])) for means, words in _MEANS.items()]


def _caller(said: _Said) -> Reading:
    digits = phone_digits("".join(token.text for token in said.words))
    if len(digits) < 4:
        return Reading(_("Which telephone number? At least four digits."))
    return Reading(_("Will show what is known of {phone}", phone=_shown(digits)), Callers(digits))


def _shown(digits: str) -> str:
    return masked_phone(digits) if len(digits) >= 7 else digits


def _go(said: _Said) -> Reading:
    page, reading = _one(said, _rest(said), (PAGE,), N_("To which page?"))
    if page is None:
        return reading
    return Reading(_("Go to {page}", page=page.title), Go(page.key))


def _rest(said: _Said) -> Token | None:
    if not said.words:
        return None
    start, end = said.words[0].start, said.words[-1].end
    return Token(said.line[start:end], start, end, False)


def _one(
    said: _Said, token: Token | None, kinds: tuple[str, ...], asks: str, title: str = "", mark: str = ""
) -> tuple[Thing | None, Reading]:
    """The one thing a word means, or what to say and offer where it means none or several."""
    if token is None:
        return None, _offer(_(asks, title=title), said, None, said.known.first(kinds[0], MOST), mark)
    found = said.known.find(token.text.replace(BLANK, " "), kinds)
    meant = found.best
    if meant is not None:
        return meant, Reading()
    if not found.total:
        return None, Reading(_(_NONE[kinds[0]], text=token.text))
    says = _("“{text}” could be {n} things: choose one with the arrows.", text=token.text, n=found.total)
    return None, _offer(says, said, token, [f.thing for f in found.top], mark, found.total - len(found.top))


_NONE = {
    CASE: N_("No open case is found by “{text}”."),
    SQUAD: N_("No squad is found by “{text}”."),
    PAGE: N_("There is no page “{text}”."),
}


def _offer(
    says: str, said: _Said, token: Token | None, offered: list[Thing], mark: str, left_out: int = 0
) -> Reading:
    candidates = [Candidate(thing.title, " · ".join(part for part in (thing.number, thing.detail) if part),
                            said.with_(token, f"{mark}{_token_of(thing)}")) for thing in offered]  # fmt: skip
    return Reading(says, None, candidates, left_out)


def _token_of(thing: Thing) -> str:
    """How a thing is named in a line so that it is found again, and nothing else."""
    return thing.number or thing.title.replace(" ", BLANK)


# ---------------------------------------------------------------------- looking up


def _look_up(line: str, index: Index) -> Reading:
    found = index.find(line)
    digits = phone_digits(line)
    phone = len(digits) >= 7 and re.fullmatch(r"[\d\s+\-]+", line.strip()) is not None and "-" not in line
    candidates = [_candidate(f.thing) for f in found.top]
    if phone:
        said = _("Will show what is known of {phone}", phone=_shown(digits))
        candidates.insert(0, Candidate(said, _("caller"), f"p {digits}", Callers(digits)))
    if not candidates:
        return Reading(_("Nothing is found by “{text}”.", text=line.strip()))
    first = candidates[0]
    says = first.title if phone else _says(found.top[0].thing)
    return Reading(says, first.command, candidates, found.total - len(found.top))


def _candidate(thing: Thing) -> Candidate:
    detail = " · ".join(part for part in (word_of(thing.kind), thing.number, thing.detail) if part)
    return Candidate(thing.title, detail, thing.number or thing.title, _command(thing))


def _command(thing: Thing) -> Command:
    if thing.kind == ACTION:
        return Trigger(thing.key)
    return Go(thing.key) if thing.kind == PAGE else Show(thing.kind, thing.key)


_SAYS = {
    ACTION: N_("Do: {title}"),
    PAGE: N_("Go to {title}"),
    CASE: N_("Open case {number} {title}"),
    COMPLAINT: N_("Open complaint {number} {title}"),
    PERSON: N_("Show {title}"),
    SQUAD: N_("Show {title}"),
    WORKSTATION: N_("Show {title} on the map"),
    PLACE: N_("Show {title} on the map"),
}
_KIND_WORDS = {
    ACTION: N_("action"), PAGE: N_("page"), CASE: N_("case"), COMPLAINT: N_("complaint"),
    PERSON: N_("person"), SQUAD: N_("squad"), WORKSTATION: N_("workstation"), PLACE: N_("place"),
}  # fmt: skip


def word_of(kind: str) -> str:
    """What kind of thing it is, in words."""
    return str(_(_KIND_WORDS[kind]))


def _says(thing: Thing) -> str:
    return str(_(_SAYS[thing.kind], title=thing.title, number=thing.number))


_VERBS: dict[str, Callable[[_Said], Reading]] = {
    **dict.fromkeys(("d", "派", "派单"), _dispatch),
    **dict.fromkeys(("c", "联系"), _contact),
    **dict.fromkeys(("p", "电话"), _caller),
    **dict.fromkeys(("g", "去"), _go),
}

VERBS: tuple[tuple[str, str], ...] = (
    ("d 261123-0042 隐珠", N_("Dispatch a case to a squad; “+” and a name adds an assisting squad")),
    ('c 0042 called 3min "will come"', N_("Record a contact: how, how long, what was said")),
    ("p 139…", N_("What is known of a caller")),
    ("g map", N_("Go to a page")),
)
"""The verbs by example, for the help page."""
