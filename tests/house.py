"""A small district in a real database, and people who do things in it through operations."""

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.matters import Matter, MatterDomain
from commandcenter.domain.people import Person, Role
from commandcenter.domain.record import Key, Record, new_key
from commandcenter.domain.units import District, Setting, Squad, Workstation
from commandcenter.domain.work import Work
from commandcenter.operations import perform
from commandcenter.storage.database import Database
from tests.postgres import Cluster

MONDAY = dt.datetime(2026, 11, 23, 1, 30, tzinfo=dt.UTC)
"""A working Monday, 09:30 in the district."""
HERE = (120.05, 35.95)
"""A point in the first squad's area."""


def square(lon: float, lat: float, size: float = 0.1) -> dict[str, Any]:
    """A square area as GeoJSON, its south-west corner given, WGS-84 degrees."""
    ring = [[lon, lat], [lon + size, lat], [lon + size, lat + size], [lon, lat + size], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


class House:
    """A database with a small district, a clock that is set by hand, and people by login."""

    def __init__(self, url: str, keys: dict[str, Key] | None = None) -> None:
        """Move into the database at ``url``; ``keys`` are those of a house that was built there before."""
        self.url = url
        self.now = MONDAY
        if keys is None:
            Database.create(url).close()
        self.database = Database.open(url, clock=lambda: self.now)
        self.keys: dict[str, Key] = dict(keys or {})
        if keys is None:
            self.database.run("found", self._founder(), "test", self._found)

    @staticmethod
    def _founder() -> Person:
        return Person(id="", login="founder", name_zh="", name_en="", roles=[], disabled=False)

    def _found(self, work: Work) -> None:
        def put(name: str, record: Record) -> None:
            record.id = self.keys[name] = new_key()
            work.add(record)

        hours = [["09:00", "12:00"], ["13:30", "17:30"]]
        put("district", District(pack="tiny", timezone="Asia/Shanghai", name_zh="试验区", name_en="Trial", hours=hours,
                                 shifts=[{"name_zh": "早班", "name_en": "Early", "start": "08:00", "end": "16:00"}]))
        put("north", Squad(code="T1", name_zh="北中队", name_en="North", tier="township", domains=["urban"],
                           lon=120.05, lat=35.95, area=square(120.0, 35.9)))
        put("south", Squad(code="T2", name_zh="南中队", name_en="South", tier="township", domains=["urban"],
                           lon=120.05, lat=35.85, area=square(120.0, 35.8)))
        put("harbour", Squad(code="D1", name_zh="直属一中队", name_en="Harbour", tier="direct", domains=["ocean"],
                             lon=120.2, lat=35.9))
        put("station", Workstation(code="W1", name_zh="阳光站", name_en="Sunny", squad_id=self.keys["north"],
                                   estate="阳光小区", lon=HERE[0], lat=HERE[1]))
        put("urban", MatterDomain(code="urban", name_zh="城管", name_en="Urban", tier="township"))
        put("ocean", MatterDomain(code="ocean", name_zh="海洋", name_en="Ocean", tier="direct"))
        put("noise", Matter(code="M1", name_zh="社会生活噪声", name_en="Noise", domain="urban", tier="township"))
        put("fishing", Matter(code="M2", name_zh="禁渔期捕捞", name_en="Fishing", domain="ocean", tier="direct",
                              resolve_limit="10 wd"))
        put("setting", Setting(name="grace", value="7 d"))
        for login, role, squad in _PEOPLE:
            put(login, Person(login=login, name_zh=f"人员{login}", name_en=login.title(), roles=[str(role)],
                              squad_id=self.keys.get(squad), on_duty=True,
                              workstation_id=self.keys["station"] if role is Role.KEEPER else None))

    def get(self, record_type: type[Any], key: Key | None) -> Any:
        """A snapshot as the database has it now."""
        assert key, "there is no such key"
        with self.database.reading() as session:
            return session.get(record_type, key)

    def person(self, login: str) -> Person:
        """Somebody of the district."""
        return self.get(Person, self.keys[login])  # type: ignore[no-any-return]

    def do(self, login: str, name: str, subject: Record | Key | None = None, *, seen: int | None = None,
           **given: Any) -> Key:
        """``login`` makes the move ``name``."""
        key = subject.id if isinstance(subject, Record) else subject
        done = self.database.run(
            name, self.person(login), "test",
            lambda work: perform(work, name, subject=key, seen_version=seen, given=given),
        )
        assert done is not None
        return done

    def just_after(self, moment: dt.datetime | None) -> None:
        """Time goes by until that moment has passed."""
        assert moment is not None, "there is no such moment"
        self.now = moment + dt.timedelta(seconds=1)

    def later(self, **span: float) -> None:
        """Time goes by."""
        self.now += dt.timedelta(**span)

    # ------------------------------------------------------------------ the usual way there

    def complaint(self, words: str = "工地夜间施工,噪音太大,孩子没法睡觉。", **more: Any) -> Complaint:
        """A complaint taken by the first operator."""
        given = {"channel": "hotline", "urgency": "ordinary", "caller_phone": "13912348816", "caller_name": "王女士",
                 "place_words": "阳光小区 3 号楼", "point": HERE} | more
        return self.get(Complaint, self.do("ann", "receive", words=words, **given))  # type: ignore[no-any-return]

    def case(self, **more: Any) -> Case:
        """A case opened from a complaint."""
        urgency = more.pop("urgency", "ordinary")
        matter = self.keys[more.pop("matter", "noise")]
        complaint = self.complaint(urgency=urgency, **more)
        key = self.do("ann", "open_case", complaint, matter=matter, place_words=complaint.place_words, urgency=urgency)
        return self.get(Case, key)  # type: ignore[no-any-return]

    def dispatched(self, squad: str = "north", **more: Any) -> Assignment:
        """A case sent to a squad."""
        case = self.case(**more)
        key = self.do("ann", "dispatch", case, squad=self.keys[squad], why="属地")
        return self.get(Assignment, key)  # type: ignore[no-any-return]

    def accepted(self, **more: Any) -> Assignment:
        """A case accepted, with oscar responsible."""
        assignment = self.dispatched(**more)
        self.do("carl", "accept", assignment, officer=self.keys["oscar"])
        return self.get(Assignment, assignment.id)  # type: ignore[no-any-return]

    def contacted(self, **more: Any) -> Assignment:
        """A case whose complainant was called."""
        assignment = self.accepted(**more)
        self.later(minutes=20)
        self.do("oscar", "contact", assignment, means="call", outcome="reached", words="已联系", duration_s=60)
        return self.get(Assignment, assignment.id)  # type: ignore[no-any-return]

    def resolved(self, **more: Any) -> Case:
        """A case reported as put right."""
        assignment = self.contacted(**more)
        self.later(hours=2)
        self.do("oscar", "report", assignment, words="已到现场")
        self.do("oscar", "resolve", assignment, disposition="rectified", closing_text="已整改")
        return self.get(Case, assignment.case_id)  # type: ignore[no-any-return]

    def visiting(self, **more: Any) -> Case:
        """A case signed off, its complainant to be asked."""
        case = self.resolved(**more)
        self.do("sue", "approve", case, remark="同意")
        return self.get(Case, case.id)  # type: ignore[no-any-return]

    def complaints_of(self, case: Case) -> list[Complaint]:
        """The complaints on a case."""
        with self.database.reading() as session:
            return list(session.query(Complaint).where(Complaint.case_id == case.id).order_by(Complaint.id))

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


_PEOPLE = (
    ("ann", Role.OPERATOR, ""), ("bob", Role.OPERATOR, ""), ("sue", Role.SUPERVISOR, ""), ("tom", Role.SUPERVISOR, ""),
    ("ines", Role.INSPECTOR, ""), ("adam", Role.ADMINISTRATOR, ""), ("walter", Role.WALL, ""),
    ("carl", Role.CAPTAIN, "north"), ("pia", Role.INSTRUCTOR, "north"), ("oscar", Role.OFFICER, "north"),
    ("olga", Role.OFFICER, "north"), ("kim", Role.KEEPER, "north"), ("cora", Role.CAPTAIN, "south"),
    ("otto", Role.OFFICER, "south"), ("dora", Role.CAPTAIN, "harbour"), ("dirk", Role.OFFICER, "harbour"),
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """A house built once, empty of work, to be copied for every test."""

    where: str
    keys: dict[str, Key]


def _built(url: str) -> dict[str, Key]:
    house = House(url)
    house.close()
    return house.keys


@pytest.fixture(scope="session")
def file_plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The house in an SQLite file."""
    path = tmp_path_factory.mktemp("plan") / "house.sqlite"
    return Plan(str(path), _built(f"sqlite:///{path}"))


@pytest.fixture(scope="session")
def server_plan(postgres: Cluster) -> Plan:
    """The house in a PostgreSQL database."""
    name = postgres.create()
    return Plan(name, _built(postgres.url(name)))


@pytest.fixture
def small_house(file_plan: Plan, tmp_path: Path) -> Iterator[House]:
    """A small district in an SQLite file, for tests where the kind of database makes no difference."""
    path = tmp_path / "house.sqlite"
    shutil.copy(file_plan.where, path)
    built = House(f"sqlite:///{path}", file_plan.keys)
    yield built
    built.close()


@pytest.fixture
def server_house(server_plan: Plan, postgres: Cluster) -> Iterator[House]:
    """A small district in a PostgreSQL database."""
    name = postgres.create(template=server_plan.where)
    built = House(postgres.url(name), server_plan.keys)
    yield built
    built.close()
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest) -> House:
    """A small district on each kind of database."""
    built: House = request.getfixturevalue("small_house" if request.param == "sqlite" else "server_house")
    return built
