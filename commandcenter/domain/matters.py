"""Matters 执法事项: the things the bureau may act on, and the eight domains they belong to."""

from enum import StrEnum

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from commandcenter.domain.record import Code, Record
from commandcenter.domain.units import Named


class Urgency(StrEnum):
    """How fast a case must be taken; it chooses the limits of its clocks."""

    URGENT = "urgent"
    ORDINARY = "ordinary"
    CONSULTATION = "consultation"


class MatterDomain(Named, Record):
    """One of the eight domains, handled by township squads or by direct squads."""

    __tablename__ = "matter_domain"

    code: Mapped[Code] = mapped_column(unique=True)
    tier: Mapped[str] = mapped_column(String(16))


class Matter(Named, Record):
    """A thing the bureau may act on, with its own time limit where the law gives one."""

    __tablename__ = "matter"

    code: Mapped[Code] = mapped_column(unique=True)
    domain: Mapped[Code]
    tier: Mapped[str] = mapped_column(String(16))
    urgency: Mapped[str] = mapped_column(String(16), default=Urgency.ORDINARY)
    resolve_limit: Mapped[str] = mapped_column(String(32), default="")
    """For instance "5 wd"; empty where the district's own limit for the urgency applies."""
    closing_condition_zh: Mapped[str] = mapped_column(Text, default="")
    closing_condition_en: Mapped[str] = mapped_column(Text, default="")
    disabled: Mapped[bool] = mapped_column(default=False)
