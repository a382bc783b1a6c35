"""A call as it stands on the form: what was said so far, who said it, where. Nothing of it is a record yet."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from commandcenter.domain.complaints import Channel, Complaint
from commandcenter.domain.fields import checked
from commandcenter.domain.matters import Urgency
from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.record import Key, new_key

RECEIVE, OPEN_CASE, ATTACH, FIND = "receive", "open_case", "attach", "find"

_DETAILS = (
    "words", "caller_phone", "caller_name", "place_words", "point", "place_source", "matter", "urgency",
    "confidential",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """What is typed. ``complaint`` is the complaint it is about, None where it is still to be received.

    ``point`` is (longitude, latitude) in WGS-84 degrees. ``urgency_chosen`` says whether a person chose the
    urgency; else it follows the matter.
    """

    id: Key = field(default_factory=new_key)
    complaint: Key | None = None
    seen_version: int | None = None
    words: str = ""
    caller_phone: str = ""
    caller_name: str = ""
    place_words: str = ""
    point: tuple[float, float] | None = None
    place_source: str = ""
    matter: Key | None = None
    urgency: str = str(Urgency.ORDINARY)
    urgency_chosen: bool = False
    channel: str = str(Channel.HOTLINE)
    confidential: bool = False

    @property
    def blank(self) -> bool:
        """Whether nothing has been typed that would be missed."""
        said = (self.words, self.caller_phone, self.caller_name, self.place_words)
        return self.complaint is None and not any(text.strip() for text in said) and not (self.matter or self.point)

    def given(self, move: str, **more: Any) -> dict[str, Any]:
        """The answers to what ``move`` asks for, checked. Incomplete, naming the field, where one is missing."""
        told = {f.name: getattr(self, f.name) for f in fields(self)} | more
        needs = BY_NAME[move].needs
        return checked(needs, {f.name: told[f.name] for f in needs if f.name in told})

    def differs_from(self, complaint: Complaint) -> bool:
        """Whether the complaint must be amended before a case is opened from it."""
        return bool(self.caller_phone.strip() or self.caller_name.strip()) or self._told() != of(complaint)._told()

    def _told(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _DETAILS}

    def now_about(self, complaint: Complaint) -> "Call":
        """The same call once its complaint is received: identity stays with the complaint."""
        return replace(self, id=complaint.id, complaint=complaint.id, seen_version=complaint.version,
                       caller_phone="", caller_name="")

    def as_json(self) -> dict[str, Any]:
        """For the draft file."""
        return asdict(self)

    @staticmethod
    def from_json(said: Mapping[str, Any]) -> "Call":
        """From a draft file; what it does not say, or what an older program called otherwise, is left at its usual."""
        known = {f.name for f in fields(Call)}
        told = {name: value for name, value in said.items() if name in known}
        if told.get("point") is not None:
            lon, lat = told["point"]
            told["point"] = (float(lon), float(lat))
        return Call(**told)


def of(complaint: Complaint) -> Call:
    """A received complaint as it stands on the form. Who called is not part of it: that is masked."""
    return Call(
        id=complaint.id, complaint=complaint.id, seen_version=complaint.version, words=complaint.words,
        place_words=complaint.place_words, point=complaint.point, place_source=complaint.place_source,
        matter=complaint.matter_id, urgency=complaint.urgency, urgency_chosen=True, channel=complaint.channel,
        confidential=complaint.confidential,
    )  # fmt: skip
