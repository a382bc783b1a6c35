"""People, their roles, and what each role may do."""

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commandcenter.domain.record import Code, KeyRef, Record, Table, type_json, type_key
from commandcenter.domain.units import Named


class Role(StrEnum):
    """What a person is in the room or in a squad (DOMAIN section 1)."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"
    CAPTAIN = "captain"
    INSTRUCTOR = "instructor"
    OFFICER = "officer"
    KEEPER = "keeper"
    WALL = "wall"


class Right(StrEnum):
    """A permission. It is checked in the operation, never in a panel."""

    RECEIVE = "receive"
    FIND = "find"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    ASK_RETURN = "ask_return"
    RULE = "rule"
    HANDLE = "handle"
    PROMISE = "promise"
    REVIEW = "review"
    VISIT = "visit"
    SUPERVISE = "supervise"
    REMARK = "remark"
    COMBINE = "combine"
    REVEAL = "reveal"
    INSPECT = "inspect"
    RECTIFY = "rectify"
    """Say how a finding of inspection was put right, for one's own squad."""
    AUDIT = "audit"
    ADMINISTER = "administer"
    ROSTER = "roster"
    IMPORT = "import"
    READ_CASES = "read_cases"


_SQUAD = frozenset({Right.FIND, Right.ACCEPT, Right.HANDLE, Right.PROMISE, Right.READ_CASES})

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OPERATOR: frozenset({
        Right.RECEIVE, Right.DISPATCH, Right.PROMISE, Right.VISIT, Right.REMARK, Right.COMBINE,
        Right.REVEAL, Right.IMPORT, Right.READ_CASES,
    }),
    Role.SUPERVISOR: frozenset({
        Right.RULE, Right.REVIEW, Right.SUPERVISE, Right.REMARK, Right.COMBINE, Right.REVEAL,
        Right.ROSTER, Right.IMPORT, Right.READ_CASES,
    }),
    Role.INSPECTOR: frozenset({Right.INSPECT, Right.AUDIT, Right.READ_CASES}),
    Role.ADMINISTRATOR: frozenset({Right.ADMINISTER, Right.AUDIT, Right.ROSTER, Right.IMPORT}),
    Role.CAPTAIN: _SQUAD | {Right.ASK_RETURN, Right.ROSTER, Right.RECTIFY},
    Role.INSTRUCTOR: frozenset({Right.RECTIFY, Right.READ_CASES}),
    Role.OFFICER: _SQUAD,
    Role.KEEPER: frozenset({Right.FIND, Right.READ_CASES}),
    Role.WALL: frozenset(),
}  # fmt: skip


class Person(Named, Record):
    """Somebody who may sign in or be sent: an operator, a captain, an officer, a keeper."""

    __tablename__ = "person"

    login: Mapped[Code] = mapped_column(unique=True)
    roles: Mapped[list[str]] = mapped_column(type_json, default=list)
    squad_id: Mapped[str | None] = mapped_column(type_key, index=True)
    workstation_id: Mapped[str | None] = mapped_column(type_key)
    badge: Mapped[str] = mapped_column(String(32), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    on_duty: Mapped[bool] = mapped_column(default=False)
    disabled: Mapped[bool] = mapped_column(default=False)
    signed_out_at: Mapped[dt.datetime | None]
    """When this person was last signed out everywhere: no session that began before goes on."""
    password_given_at: Mapped[dt.datetime | None]
    """When an administrator gave this person the password they have now; None where they chose it themselves."""

    @property
    def rights(self) -> frozenset[Right]:
        """Everything this person's roles allow together."""
        return frozenset().union(*(RIGHTS[Role(role)] for role in self.roles))

    @property
    def reads_cases(self) -> bool:
        """Whether this person may read cases at all."""
        return not self.disabled and Right.READ_CASES in self.rights

    def has(self, role: Role) -> bool:
        """Whether this person holds ``role``."""
        return role in self.roles


class Credential(Record):
    """A person's password in the embedded mode, as an Argon2id hash, and how often it was missed."""

    __tablename__ = "credential"
    personal = frozenset({"password_hash"})

    person_id: Mapped[KeyRef] = mapped_column(unique=True)
    password_hash: Mapped[str] = mapped_column(Text)
    failures: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[dt.datetime | None]
    signed_in_at: Mapped[dt.datetime | None]


class RefusedSignIn(Record):
    """A sign-in that was refused although no account missed it: nobody has that login, or it is out of use.

    What an account of its own missed stands in the versions of its :class:`Credential`. Where people sign in with the
    database, the server refuses, and the station tells of all such sign-ins once somebody came in there.
    """

    __tablename__ = "refused_sign_in"

    login_hash: Mapped[str] = mapped_column(String(64))
    """As in :class:`MissedLogin`: enough to see that it was the same again."""
    person_id: Mapped[str | None] = mapped_column(type_key, index=True)
    """Whose login it is, if it is somebody's; in the embedded mode one who may not sign in any more."""
    refused_at: Mapped[dt.datetime]
    """When it was, or the last one of several."""
    tries: Mapped[int | None]
    """How many of a server's refusals a station tells of; None where the program itself refused."""
    since_at: Mapped[dt.datetime | None]
    """When the first of them was."""


class NumbersTried(Record):
    """Somebody looked up, or wrote down, more telephone numbers than calls bring. A server counts them (step 0020)."""

    __tablename__ = "numbers_tried"
    __table_args__ = (UniqueConstraint("person_id", "total"),)

    person_id: Mapped[str] = mapped_column(type_key)
    tried: Mapped[int] = mapped_column(BigInteger)
    """How many since this was last written down of the same person."""
    total: Mapped[int] = mapped_column(BigInteger)
    """How many ever, as the server had counted them."""
    noticed_at: Mapped[dt.datetime]


class KeptVerifier(Table):
    """What a server's verifier of a password was when the journal told of it last, as a hash. Beside the journal."""

    __tablename__ = "kept_verifier"

    person_id: Mapped[str] = mapped_column(type_key, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the SCRAM verifier."""


class NumbersBrought(Table):
    """Telephone numbers of a file that a transaction asked a server about, as hashes: to be counted once. No record."""

    __tablename__ = "numbers_brought"

    xid: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """The transaction; what is left of one that has ended is taken away by the next."""
    marks: Mapped[list[Any]]


class MissedLogin(Table):
    """How often a login was missed that opens nothing: nobody's, or out of use. Beside the journal, for a day.

    It waits as a known one does, so that nobody learns from the waiting which logins exist.
    """

    __tablename__ = "missed_login"

    login_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the login as typed: what is typed there by mistake may be a password."""
    failures: Mapped[int]
    failed_at: Mapped[dt.datetime]
