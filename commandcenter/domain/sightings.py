"""Sightings: where an officer was, when, how exactly. A stream beside the records, dropped by age."""

import datetime as dt

from sqlalchemy import BigInteger, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from commandcenter.domain.record import Table, type_key

FRESH_S = 120
"""A fix younger than this many seconds is fresh (DOMAIN section 7)."""
STALE_S = 300
"""A fix older than this many seconds is stale."""


class Sighting(Table):
    """One position fix of one officer. WGS-84 degrees, metres, metres a second, degrees from north."""

    __tablename__ = "sighting"
    __table_args__ = (
        Index("ix_sighting_person", "person_id", "seq"), Index("ix_sighting_xid", "xid"),
        Index("ix_sighting_seen", "seen_at", postgresql_using="brin", postgresql_with={"autosummarize": "on"}),
    )  # fmt: skip

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    xid: Mapped[int] = mapped_column(BigInteger, default=0)
    person_id: Mapped[str] = mapped_column(type_key)
    seen_at: Mapped[dt.datetime]
    lon: Mapped[float]
    lat: Mapped[float]
    accuracy: Mapped[float | None]
    heading: Mapped[float | None]
    speed: Mapped[float | None]
