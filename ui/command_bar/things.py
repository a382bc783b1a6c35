"""What the command bar finds, made from the records of the picture, the actions and the pages. No Qt."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.people import Person
from commandcenter.domain.record import Record
from commandcenter.domain.units import Named, Place, Squad, Workstation
from commandcenter.domain.wording import word
from commandcenter.i18n import _, everywhere
from commandcenter.live.delta import Delta
from commandcenter.live.picture import Picture
from ui.command_bar import grammar as g
from ui.command_bar.index import Index, Thing

# Things that fit equally well stand in this order; cases by their age, the newest first.
_ACTION, _PAGE, _SQUAD, _PERSON, _STATION, _PLACE = -6, -5, -4, -3, -2, -1


def of_case(case: Case) -> Thing:
    """A case, by number, title and place."""
    return Thing(g.CASE, case.id, case.title or case.number, (case.title, case.place_words), case.number,
                 word(case.state), -int(case.opened_at.timestamp()))  # fmt: skip


def of_complaint(complaint: Complaint) -> Thing | None:
    """A complaint that has no case yet; those that have are found as their case."""
    if complaint.state != ComplaintState.RECEIVED:
        return None
    return Thing(g.COMPLAINT, complaint.id, complaint.title or complaint.number,
                 (complaint.title, complaint.place_words), complaint.number, word(complaint.state),
                 -int(complaint.arrived_at.timestamp()))  # fmt: skip


def of_person(person: Person) -> Thing | None:
    """Somebody of a squad; the room's own people are not looked up here."""
    if person.disabled or person.squad_id is None:
        return None
    return Thing(g.PERSON, person.id, person.name, (*_names(person), person.badge), "",
                 word(person.roles[0]) if person.roles else "", _PERSON)  # fmt: skip


def of_squad(squad: Squad) -> Thing | None:
    """A squad."""
    return None if squad.disabled else Thing(
        g.SQUAD, squad.id, squad.name, (*_names(squad), squad.code), "", word(squad.tier), _SQUAD)


def of_workstation(station: Workstation) -> Thing | None:
    """A workstation, by its own name and its estate's."""
    return None if station.disabled else Thing(
        g.WORKSTATION, station.id, station.name, (*_names(station), station.estate, station.code), "",
        station.estate if station.estate not in station.name else "", _STATION)


def of_place(place: Place) -> Thing | None:
    """A line of the gazetteer."""
    return None if place.disabled else Thing(
        g.PLACE, place.id, place.name, _names(place), "", word(place.sort), _PLACE)


def _names(named: Named) -> tuple[str, str]:
    return named.name_zh, named.name_en


_MAKERS: dict[type[Record], tuple[str, Callable[[Any], Thing | None]]] = {
    Squad: (g.SQUAD, of_squad),
    Person: (g.PERSON, of_person),
    Case: (g.CASE, of_case),
    Complaint: (g.COMPLAINT, of_complaint),
    Workstation: (g.WORKSTATION, of_workstation),
    Place: (g.PLACE, of_place),
}


def everything(picture: Picture) -> Iterator[Thing]:
    """All that can be found in the picture now."""
    for record_type, (_kind, make) in _MAKERS.items():
        yield from (thing for record in picture.of(record_type).values() if (thing := make(record)) is not None)


def follow(index: Index, delta: Delta) -> None:
    """Bring the index up to date. What was loaded in bulk is taken in by and by."""
    bulk = len(delta.changes) > 100
    for change in delta.changes:
        known = _MAKERS.get(change.record_type)
        if known is None:
            continue
        thing = known[1](change.after) if change.after is not None else None
        if thing is None:
            index.drop(known[0], change.key)
        elif bulk or not index:
            index.put_later((thing,))
        else:
            index.put(thing)


def of_action(id_: str, text: str, words: Iterable[str], shortcut: str) -> Thing:
    """An action, by its name in every language."""
    return Thing(g.ACTION, id_, _(text), (*everywhere(text), *words), "", shortcut, _ACTION)


def of_page(name: str, title: str, shortcut: str) -> Thing:
    """A page, by its name in every language."""
    return Thing(g.PAGE, name, _(title), (*everywhere(title), name), "", shortcut, _PAGE)
