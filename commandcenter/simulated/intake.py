"""Calls and finds of a simulated day, and the operators who take them in and dispatch."""

from typing import TYPE_CHECKING

from commandcenter.domain.cases import AT_SQUAD, Case, CaseState
from commandcenter.domain.complaints import Channel, Complaint, ComplaintState, DeclineCode
from commandcenter.domain.matters import Matter, Urgency
from commandcenter.domain.people import Person, Role
from commandcenter.domain.record import Key
from commandcenter.domain.sentences import Sentences
from commandcenter.domain.units import Place, Squad, Workstation
from commandcenter.live.recommendation import recommend
from commandcenter.queries.likeness import Likeness, known
from commandcenter.simulated import handling, phrases

if TYPE_CHECKING:
    from commandcenter.simulation import Day

_CHANNELS = {
    Channel.HOTLINE: 62, Channel.APP: 14, Channel.WECHAT: 10, Channel.WEB: 8, Channel.WALK_IN: 3,
    Channel.SUPERIOR: 2, Channel.MEDIA: 1,
}  # fmt: skip
_REPEATS, _ANSWERED, _DECLINED, _URGENT = 0.08, 0.06, 0.04, 0.07
_SURELY_THE_SAME, _SAME_SPOT_M = 0.45, 120.0


def call(day: "Day") -> None:
    """Somebody complains. Now and then it is the same thing again, by the same person or a neighbour."""
    operator = day.anyone(Role.OPERATOR)
    channel = day.random.choices(list(_CHANNELS), list(_CHANNELS.values()))[0]
    earlier = sorted(day.picture.of(Complaint).values(), key=lambda c: c.number)[-200:]
    if earlier and day.chance(_REPEATS):
        first = day.random.choice(earlier)
        words, matter, place = phrases.again(day.random, first.words), first.matter_id, first.place_words
        point, urgency = first.point, first.urgency
    else:
        chosen = day.random.choice(_matters(day))
        matter, urgency = chosen.id, _urgency(day, chosen)
        place, point = _somewhere(day)
        words = phrases.complaint(day.random, chosen.name_zh, place)
    key = day.do(
        "receive", operator, channel=str(channel), words=words, caller_phone=phrases.phone(day.random),
        caller_name=phrases.name(day.random), place_words=place, point=point, matter=matter, urgency=urgency,
        place_source="gazetteer", confidential=day.chance(0.05),
    )  # fmt: skip
    if key is not None:
        day.later(day.wait(4), lambda: take_up(day, key))


def _matters(day: "Day") -> list[Matter]:
    return sorted((m for m in day.picture.of(Matter).values() if not m.disabled), key=lambda m: m.code)


def _urgency(day: "Day", matter: Matter) -> str:
    return str(Urgency.URGENT) if day.chance(_URGENT) else matter.urgency


def _somewhere(day: "Day") -> tuple[str, tuple[float, float]]:
    """A place people would name: an estate, a road, a community – and a point near it."""
    places = sorted((p for p in day.picture.of(Place).values() if p.lon and p.lat), key=lambda p: p.code)
    stations = sorted(day.picture.of(Workstation).values(), key=lambda w: w.code)
    every: list[Place | Workstation] = [*places, *stations]
    spot = day.random.choice(every)
    near = day.random.uniform(-0.0012, 0.0012), day.random.uniform(-0.0010, 0.0010)
    name = spot.estate if isinstance(spot, Workstation) and spot.estate else spot.name_zh
    return f"{name}{day.random.randint(1, 199)}号", ((spot.lon or 0) + near[0], (spot.lat or 0) + near[1])


def take_up(day: "Day", complaint: Key) -> None:
    """An operator settles a received complaint."""
    held = day.picture.get(Complaint, complaint)
    if held is None or held.state != ComplaintState.RECEIVED:
        return
    operator = day.picture.get(Person, held.owner_id) or day.anyone(Role.OPERATOR)
    same = _same(day, held)
    if same is not None:
        day.do("attach", operator, held.id, case=same)
    elif day.chance(_ANSWERED):
        day.do("answer", operator, held.id, answer="已当场解释有关规定，群众表示理解。")
    elif day.chance(_DECLINED):
        day.do("decline", operator, held.id, code=str(DeclineCode.NOT_OUR_DOMAIN), words="该事项不属本局职责，已告知。",
               refer_to="住房和城乡建设局")  # fmt: skip
    else:
        matter = held.matter_id or day.random.choice(_matters(day)).id
        case = day.do("open_case", operator, held.id, matter=matter, place_words=held.place_words or "地点待核实",
                      urgency=held.urgency)  # fmt: skip
        if case is not None:
            day.later(day.wait(1.5 if held.urgency == Urgency.URGENT else 9), lambda: dispatch(day, case))


def _same(day: "Day", held: Complaint) -> Key | None:
    """The case an earlier complaint about the same thing hangs on, if it is still being worked on."""
    for like in day.lasting(lambda: _alike(day, held)):
        case = day.picture.get(Case, like.complaint.case_id)
        near = like.metres is not None and like.metres <= _SAME_SPOT_M
        open_ = case is not None and case.state in AT_SQUAD | {CaseState.OPEN}
        if case is not None and open_ and near and like.likeness >= _SURELY_THE_SAME:
            return case.id
    return None


def _alike(day: "Day", held: Complaint) -> tuple[Likeness, ...]:
    with day.database.reading() as session:
        return known(session, words=held.words, point=held.point, now=day.now, but_not=held.id).alike


def dispatch(day: "Day", case: Key) -> None:
    """An operator sends the case to the squad that is recommended – most of the time."""
    held = day.picture.get(Case, case)
    if held is None or held.state != CaseState.OPEN:
        return
    choices = recommend(day.picture, held, day.now)
    chosen = choices[0] if len(choices) == 1 or day.chance(0.93) else choices[1]
    assignment = day.do(
        "dispatch", day.anyone(Role.OPERATOR), held.id, squad=chosen.squad.id, why=Sentences(*chosen.reasons),
        recommended=[c.kept() for c in choices],
    )  # fmt: skip
    if assignment is not None:
        handling.expect(day, assignment)


def find(day: "Day") -> None:
    """A patrol or a workstation finds something before anyone complains."""
    keepers = [p for p in day.people(Role.KEEPER) if p.workstation_id]
    squad = day.picture.get(Squad, day.random.choice(day.squads()).id)
    officers = [p for p in day.people(Role.OFFICER, squad.id if squad else None) if p.on_duty]
    finder = day.random.choice(keepers) if keepers and day.chance(0.6) else next(iter(officers), None)
    if finder is None:
        return
    matter = day.random.choice(_matters(day))
    station = day.picture.get(Workstation, finder.workstation_id)
    fix = day.picture.fixes.get(finder.id)
    if station is not None and station.lon and station.lat:
        place, point = station.estate or station.name_zh, (station.lon, station.lat)
    elif fix is not None:
        place, point = "巡查路段", (fix.lon, fix.lat)
    else:
        place, point = _somewhere(day)
    case = day.do("find", finder, words=phrases.find(day.random, matter.name_zh, place), matter=matter.id,
                  place_words=place, point=point, urgency=str(Urgency.ORDINARY), place_source="map")  # fmt: skip
    if case is not None:
        day.later(day.wait(8), lambda: dispatch(day, case))


def pick_up(day: "Day") -> None:
    """What was left lying when the day began."""
    for complaint in sorted(day.picture.of(Complaint).values(), key=lambda c: c.number):
        if complaint.state == ComplaintState.RECEIVED and not complaint.source:
            day.later(day.wait(10), lambda key=complaint.id: take_up(day, key))  # type: ignore[misc]
    for case in sorted(day.picture.of(Case).values(), key=lambda c: c.number):
        if case.state == CaseState.OPEN:
            day.later(day.wait(10), lambda key=case.id: dispatch(day, key))  # type: ignore[misc]
