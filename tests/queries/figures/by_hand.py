"""Every figure once more, by plain Python over exported rows: loops and dictionaries, nothing of the product's.

Written from the definitions in words. Where the two disagree, one of them is wrong.
"""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
Export = dict[str, list[Row]]


@dataclass(frozen=True)
class Counted:
    """One thing that a figure counts, or leaves out."""

    figure: str
    key: str
    at: dt.datetime
    whose: dict[str, Any]
    counts: bool = True
    good: bool = True
    amount: int = 1
    seconds: int | None = None


class ByHand:
    """The figures of one export, seen by somebody who may not see these cases."""

    def __init__(self, rows: Export, unseen: frozenset[str] = frozenset()) -> None:
        self.all_complaints = rows["complaint"]
        self.cases = {c["id"]: c for c in rows["case_file"] if c["id"] not in unseen}
        self.sealed = {c["id"] for c in rows["case_file"] if c["sealed_for"] is not None}

        def seen(table: str) -> list[Row]:
            return [row for row in rows[table] if row["case_id"] not in unseen]

        self.complaints = {c["id"]: c for c in seen("complaint")}
        self.works = {a["id"]: a for a in seen("assignment")}
        self.contacts, self.promises = seen("contact"), seen("promise")
        self.links = [x for x in rows["case_link"] if not {x["case_id"], x["other_id"]} & unseen]
        self.domains = {m["id"]: m["domain"] for m in rows["matter"]}
        self.zone = ZoneInfo(rows["district"][0]["timezone"])
        self.on_case = _piled(self.complaints.values(), "case_id")
        self.of_caller = _piled(self.complaints.values(), "complainant_id")
        self.about = _piled(self.complaints.values(), "matter_id")
        self.counted = list(self._everything())

    # ------------------------------------------------------------------ whose it is

    def _of(self, work: Row | None, place: Row, channel: str | None, matter: str | None) -> dict[str, Any]:
        return {
            "squad": work and work["squad_id"], "officer": work and work["officer_id"],
            "workstation": place["workstation_id"], "matter": matter, "domain": self.domains.get(matter or ""),
            "channel": channel, "town": place["squad_id"],
        }  # fmt: skip

    def _of_case(self, case: Row) -> dict[str, Any]:
        return self._of(self.works.get(case["lead_id"] or ""), case, self._channel(case), case["matter_id"])

    def _channel(self, case: Row) -> str | None:
        if case["origin"] != "complaint":
            return str(case["origin"])
        hung = self.on_case[case["id"]]
        return min(hung, key=lambda c: (c["arrived_at"], c["id"]))["channel"] if hung else None

    def _of_complaint(self, complaint: Row, work: Row | None = None) -> dict[str, Any]:
        case = self.cases.get(complaint["case_id"] or "")
        if work is None and case is not None:
            work = self.works.get(case["lead_id"] or "")
        matter = (case and case["matter_id"]) or complaint["matter_id"]
        return self._of(work, complaint, complaint["channel"], matter)

    # ------------------------------------------------------------------ figure by figure

    def _everything(self) -> Iterator[Counted]:
        for case in self.cases.values():
            yield from self._about_case(case)
        for complaint in self.complaints.values():
            yield from self._about_complaint(complaint)
        for work in self.works.values():
            yield from self._about_work(work)
        for promise in self.promises:
            yield from self._about_promise(promise)

    def _about_case(self, case: Row) -> Iterator[Counted]:
        key, whose = case["id"], self._of_case(case)
        void, ours = case["state"] in {"cancelled", "merged"}, not case["historic"]
        yield Counted("unprompted", key, case["opened_at"], whose, ours and not void, case["origin"] != "complaint")
        yield Counted("opened", key, case["opened_at"], whose, not void)
        sent = case["dispatched_at"] is not None or case["hops"] > 0
        yield Counted("return_hops", key, case["opened_at"], whose, ours and not void and sent, amount=case["hops"])
        if case["state"] == "closed":
            yield Counted("closed", key, case["closed_at"], whose)
            yield Counted("whole", key, case["closed_at"], whose, seconds=spent(case["opened_at"], case["closed_at"]))
            yield Counted("solved_once", key, case["closed_at"], whose, ours, self._solved_once(case))
        if case["dispatched_at"]:
            waited = spent(case["dispatch_from_at"] or case["opened_at"], case["dispatched_at"])
            yield Counted("dispatching", key, case["dispatched_at"], whose, ours and case["round"] == 1, seconds=waited)
        lead = self.works.get(case["lead_id"] or "")
        if lead and lead["resolve_due_at"]:
            due_at = lead["resolve_due_at"]
            counts = ours and not void and case["state"] != "suspended"
            good = lead["resolved_at"] is not None and lead["resolved_at"] <= due_at
            yield Counted("on_time", key, due_at, whose, counts, good)

    def _solved_once(self, case: Row) -> bool:
        if case["round"] != 1 or any(x["case_id"] == case["id"] and x["sort"] == "reopened" for x in self.links):
            return False
        return not any(self._the_same_again(case, c) for c in self.about[case["matter_id"]])

    def _the_same_again(self, case: Row, complaint: Row) -> bool:
        later = complaint["arrived_at"] - case["closed_at"]
        if complaint["state"] == "declined" or complaint["case_id"] in self.sealed:
            return False
        if case["matter_id"] is None:
            return False
        return dt.timedelta(0) < later <= dt.timedelta(days=30) and metres(case, complaint) <= 100

    def _about_complaint(self, complaint: Row) -> Iterator[Counted]:
        key, whose = complaint["id"], self._of_complaint(complaint)
        yield Counted("received", key, complaint["arrived_at"], whose)
        known = complaint["complainant_id"] is not None
        yield Counted("repeat_complainants", key, complaint["arrived_at"], whose, known, self._called_before(complaint))
        ours = not complaint["historic"]
        if complaint["settled_at"]:
            took = spent(complaint["received_at"], complaint["settled_at"])
            yield Counted("receiving", key, complaint["settled_at"], whose, ours, seconds=took)
        if complaint["visited_at"] and complaint["state"] in {"confirmed", "disputed", "unreachable"}:
            at, reached = complaint["visited_at"], complaint["state"] != "unreachable"
            yield Counted("resolution", key, at, whose, reached, complaint["state"] == "confirmed")
            stars = complaint["satisfied"]
            yield Counted("satisfaction", key, at, whose, reached and stars is not None, (stars or 0) >= 4)
            since = complaint["visit_from_at"]
            yield Counted("visiting", key, at, whose, ours and since is not None, seconds=spent(since or at, at))
        case = self.cases.get(complaint["case_id"] or "")
        if case and case["state"] == "closed":
            first = complaint["received_by_id"] or complaint["owner_id"]
            stayed = complaint["owner_id"] is not None and complaint["owner_id"] == first
            yield Counted("first_owner", key, case["closed_at"], whose, ours, stayed)
        if case:
            yield from self._response(complaint, case)

    def _called_before(self, complaint: Row) -> bool:
        for other in self.of_caller[complaint["complainant_id"]]:
            if other["case_id"] in self.sealed:
                continue
            before = complaint["arrived_at"] - other["arrived_at"]
            first = before > dt.timedelta(0) or (not before and other["id"] < complaint["id"])
            if first and before <= dt.timedelta(days=90):
                return True
        return False

    def _response(self, complaint: Row, case: Row) -> Iterator[Counted]:
        for work in self.works.values():
            if (work["case_id"], work["part"], work["round"]) != (case["id"], "lead", 1):
                continue
            if work["state"] in {"returned", "cancelled"} or work["contact_due_at"] is None:
                continue
            due_at, whose = work["contact_due_at"], self._of_complaint(complaint, work)
            spoken = sorted(c["contacted_at"] for c in self.contacts
                            if c["complaint_id"] == complaint["id"] and c["outcome"] == "reached")
            good = bool(spoken) and spoken[0] <= due_at
            counts = complaint["settled_at"] <= due_at and (good or work["state"] != "suspended")
            yield Counted("response", complaint["id"], spoken[0] if good else due_at, whose, counts, good)

    def _about_work(self, work: Row) -> Iterator[Counted]:
        case = self.cases[work["case_id"]]
        whose = self._of(work, case, self._channel(case), case["matter_id"])
        sent = work["dispatched_at"]
        for figure, began, stopped in (
            ("accepting", work["accept_from_at"] or sent, work["accepted_at"]),
            ("contacting", sent, work["contacted_at"]), ("resolving", sent, work["resolved_at"]),
            ("returning", sent, work["return_asked_at"]),
        ):  # fmt: skip
            if stopped:
                yield Counted(figure, work["id"], stopped, whose, seconds=spent(began, stopped))

    def _about_promise(self, promise: Row) -> Iterator[Counted]:
        case, work = self.cases[promise["case_id"]], self.works.get(promise["assignment_id"] or "")
        to = self.complaints.get(promise["complaint_id"] or "")
        whose = self._of(work, case, to["channel"] if to else self._channel(case), case["matter_id"])
        whose["officer"] = promise["made_by_id"]
        kept, due_at = promise["kept_at"], promise["due_at"]
        good = kept is not None and kept <= due_at
        yield Counted("promises_kept", promise["id"], due_at, whose, promise["state"] != "withdrawn", good)
        if promise["state"] == "kept":
            yield Counted("keeping", promise["id"], kept, whose, seconds=spent(promise["promised_at"], kept))

    # ------------------------------------------------------------------ adding up

    def of(self, figure: str, since: dt.datetime, until: dt.datetime, **whose: str) -> list[Counted]:
        """What a figure counts or leaves out, of those whose it is."""
        return [
            one for one in self.counted
            if one.figure == figure and since <= one.at < until and all(one.whose[k] == v for k, v in whose.items())
        ]

    def apart(self, found: list[Counted], by: str) -> dict[Any, list[Counted]]:
        """Told apart."""
        piles = defaultdict(list)
        for one in found:
            piles[self._key(one, by)].append(one)
        return piles

    def _key(self, one: Counted, by: str) -> Any:
        if by in one.whose:
            return one.whose[by]
        local = one.at.astimezone(self.zone)
        monday = local.date() - dt.timedelta(days=local.weekday())
        return {
            "hour": str(local.hour), "weekday": str(local.weekday()), "day": f"{local:%Y-%m-%d}",
            "week": f"{monday:%Y-%m-%d}", "month": f"{local:%Y-%m}",
        }[by]  # fmt: skip


def _piled(rows: Iterable[Row], by: str) -> dict[Any, list[Row]]:
    piles = defaultdict(list)
    for row in rows:
        piles[row[by]].append(row)
    return piles


def added(found: list[Counted]) -> tuple[int, int, int]:
    """Part, n, left out."""
    inside = [one for one in found if one.counts]
    return sum(one.amount for one in inside if one.good), len(inside), len(found) - len(inside)


def timed(found: list[Counted]) -> tuple[int, int | None, int | None]:
    """How many, the middle one, the one nine tenths do not exceed."""
    rising = sorted(one.seconds for one in found if one.counts and one.seconds is not None)
    if not rising:
        return 0, None, None
    return len(rising), rising[math.ceil(len(rising) / 2) - 1], rising[math.ceil(len(rising) * 9 / 10) - 1]


def spent(since: dt.datetime, until: dt.datetime) -> int:
    """Whole seconds between the seconds of two moments."""
    return max(0, int((until.replace(microsecond=0) - since.replace(microsecond=0)).total_seconds()))


def metres(one: Row, other: Row) -> float:
    """The way between two rows on the sphere; far where a point is missing."""
    if None in {one["lat"], one["lon"], other["lat"], other["lon"]}:
        return math.inf
    lat1, lon1, lat2, lon2 = map(math.radians, (one["lat"], one["lon"], other["lat"], other["lon"]))
    cosine = math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(lon1 - lon2)
    return 6_371_008.8 * math.acos(min(1.0, cosine))
