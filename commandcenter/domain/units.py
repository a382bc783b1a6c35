"""The district and its units: squads, workstations, the places people name, and the settings they work by."""

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commandcenter.domain.record import Code, KeyRef, Record, type_json, type_key
from commandcenter.domain.sentences import Name


class Tier(StrEnum):
    """A township squad answers for an area, a direct squad for domains."""

    TOWNSHIP = "township"
    DIRECT = "direct"


class Named:
    """A thing with a Chinese and an English name."""

    name_zh: Mapped[str] = mapped_column(String(255), default="")
    name_en: Mapped[str] = mapped_column(String(255), default="")

    @property
    def name(self) -> str:
        """The name in the language spoken now, or the one there is."""
        return Name(self.name_zh, self.name_en).words()


class District(Named, Record):
    """The district this database serves, as its pack describes it. One row."""

    __tablename__ = "district"

    pack: Mapped[Code] = mapped_column(unique=True)
    pack_version: Mapped[str] = mapped_column(String(32), default="")
    centre_zh: Mapped[str] = mapped_column(String(255), default="")
    centre_en: Mapped[str] = mapped_column(String(255), default="")
    timezone: Mapped[str] = mapped_column(String(64))
    demonstration: Mapped[bool] = mapped_column(default=False)
    hours: Mapped[list[Any]] = mapped_column(type_json, default=list)
    """Duty hours of a working day: [["09:00", "12:00"], ["13:30", "17:30"]], local time."""
    shifts: Mapped[list[Any]] = mapped_column(type_json, default=list)
    """Shifts of the room: [{"name_zh", "name_en", "start", "end"}], local time."""
    outline: Mapped[dict[str, Any] | None] = mapped_column(type_json)

    @property
    def centre(self) -> str:
        """What the room is called, in the language spoken now; the district's own name where it is not called."""
        return Name(self.centre_zh, self.centre_en).words() or self.name


class Squad(Named, Record):
    """One of the executing squads 执法中队."""

    __tablename__ = "squad"

    code: Mapped[Code] = mapped_column(unique=True)
    tier: Mapped[str] = mapped_column(String(16))
    domains: Mapped[list[str]] = mapped_column(type_json, default=list)
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    address: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    area: Mapped[dict[str, Any] | None] = mapped_column(type_json)
    """GeoJSON geometry of the area 责任区, WGS-84 degrees; None for a direct squad."""
    disabled: Mapped[bool] = mapped_column(default=False)


class Workstation(Named, Record):
    """One of the workstations 综合执法工作站 in the managed estates."""

    __tablename__ = "workstation"

    code: Mapped[Code] = mapped_column(unique=True)
    squad_id: Mapped[KeyRef]
    estate: Mapped[str] = mapped_column(Text, default="")
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    disabled: Mapped[bool] = mapped_column(default=False)


class Place(Named, Record):
    """A line of the gazetteer: a town, a community, a road, an estate that people name on the phone."""

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("code"),)

    code: Mapped[Code]
    sort: Mapped[str] = mapped_column(String(16))
    """town, zone, community, village, road or estate."""
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    squad_id: Mapped[str | None] = mapped_column(type_key, index=True)
    disabled: Mapped[bool] = mapped_column(default=False)


class Setting(Record):
    """A limit or another rule of the district, by name. Every limit is configuration, not code."""

    __tablename__ = "setting"

    name: Mapped[Code] = mapped_column(unique=True)
    value: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text, default="")


class CalendarDay(Record):
    """A day the administrator rules on: working or not, whatever the published calendar says."""

    __tablename__ = "calendar_day"

    day: Mapped[dt.date] = mapped_column(unique=True)
    working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(255), default="")
