"""What every record has in common: a key, a version, and a guard that makes a snapshot read-only.

A record is a row inside a transaction. Everywhere else – in the picture, in a panel, in a test – it is a
*snapshot*: the same class, detached from any session, refusing to be changed. Only operations change
records, and only inside a transaction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Any, ClassVar, TypeVar

import uuid_utils
from sqlalchemy import Dialect, Index, Integer, String, Text, text, types
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    declared_attr,
    mapped_column,
)

type_json = types.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
type_key = String(36).with_variant(UUID(as_uuid=False), "postgresql")

Key = str
"""A UUIDv7 as text, made by the client: records sort by birth and can be made while the server is away."""


def new_key() -> Key:
    """A fresh key."""
    return str(uuid_utils.uuid7())


class UtcDateTime(types.TypeDecorator[datetime]):
    """Aware UTC in Python and PostgreSQL; UTC without a zone, readable by plain SQL, in SQLite."""

    impl = types.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        value = _utc(value)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)

    # In SQLite a time is text. Python itself turns one into the other at once; by way of SQLAlchemy's own type
    # it would take five times as long, and an archive has millions of them.

    def bind_processor(self, dialect: Dialect) -> "Callable[[Any], Any] | None":
        return _to_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> "Callable[[Any], Any] | None":
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone: {value}")
    return value.astimezone(UTC)


def _to_text(value: datetime | None) -> str | None:
    return None if value is None else _utc(value).isoformat(" ", "microseconds")[:-6]


def _from_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


KeyColumn = Annotated[str, mapped_column(type_key)]
KeyRef = Annotated[str, mapped_column(type_key, index=True)]
Code = Annotated[str, mapped_column(String(64))]
Words = Annotated[str, mapped_column(Text)]


def counted_by(table: str, *moments: str) -> tuple[Index, ...]:
    """Indexes by which a day is found among the records, by the moments that figures are counted by."""
    there = {moment: text(f"{moment} IS NOT NULL") for moment in moments}
    return tuple(
        Index(f"ix_{table}_{moment}", moment, sqlite_where=known, postgresql_where=known)
        for moment, known in there.items()
    )


class Table(DeclarativeBase):
    """The mapping all tables share, whether they hold records or lines beside them."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        date: types.Date(),
        str: String(255),
        int: Integer(),
        dict[str, Any]: type_json,
        list[Any]: type_json,
        list[str]: type_json,
    }

    def __init__(self, **values: Any) -> None:
        """A new row. The values go in past the attributes' events: a new row has no history to keep."""
        unknown = values.keys() - _known(type(self))
        if unknown:
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        self.__dict__.update(values)


class SnapshotIsReadOnly(AttributeError):
    """A panel or a test tried to change a snapshot. Records change only through operations."""


class Record(Table):
    """One thing of the domain, with a key made by the client and a version that only goes up."""

    __abstract__ = True

    personal: ClassVar[frozenset[str]] = frozenset()
    """Fields that identify a citizen or hold a secret; the journal never repeats their values."""

    id: Mapped[KeyColumn] = mapped_column(type_key, primary_key=True, default=new_key)
    version: Mapped[int] = mapped_column(Integer, nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 – SQLAlchemy hands in the class
        return {"version_id_col": cls.version}

    @classmethod
    def kind(cls) -> str:
        """The word for this kind of record: in the journal, the feed and the database the same."""
        return str(cls.__tablename__)

    def __setattr__(self, name: str, value: object) -> None:
        if name[0] != "_":
            state = self.__dict__.get("_sa_instance_state")
            if state is not None and state.key is not None and state.session_id is None:
                raise SnapshotIsReadOnly(f"{type(self).__name__}.{name}: a snapshot cannot be changed")
        super().__setattr__(name, value)

    def values(self) -> dict[str, Any]:
        """Every column's value by name, as held by this row or snapshot."""
        held = self.__dict__
        return {name: held.get(name) for name in fields(type(self))}

    def search_text(self) -> str:
        """The words by which this record is found; empty where a search should not find it."""
        return ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} v{self.__dict__.get('version')}>"


R = TypeVar("R", bound=Record)

@lru_cache
def fields(record_type: type[Table]) -> tuple[str, ...]:
    """The column names of a table, of a kind of record with key and version."""
    return tuple(c.key for c in record_type.__mapper__.column_attrs)


@lru_cache
def _known(record_type: type[Table]) -> frozenset[str]:
    return frozenset(fields(record_type))


def snapshots(record_type: type[R], rows: Iterable[Sequence[Any]]) -> list[R]:
    """Read-only snapshots of rows, whose values stand in the order of :func:`fields`.

    They are what the mapping would have made of the rows, at a fraction of its price: a picture has many.
    """
    names, mapper = fields(record_type), record_type.__mapper__
    bare, identity = mapper.class_manager.new_instance, mapper.identity_key_from_primary_key
    made: list[R] = []
    for row in rows:
        one: R = bare()
        held = one.__dict__
        held.update(zip(names, row, strict=True))
        held["_sa_instance_state"].key = identity((held["id"],))
        made.append(one)
    return made


def snapshot(record_type: type[R], values: Mapping[str, Any]) -> R:
    """A read-only snapshot made of values, as if it had been read from the database just now."""
    [made] = snapshots(record_type, [[values.get(name) for name in fields(record_type)]])
    return made


def evolved(held: R, after: Mapping[str, Any]) -> R:
    """The next snapshot of a record: the one held, with the values a journal line says it has now."""
    return snapshot(type(held), {**held.values(), **after})


class Located:
    """A record with a place: the words as said, and the point if known. WGS-84 degrees, metres."""

    place_words: Mapped[str] = mapped_column(Text, default="")
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy: Mapped[float | None]
    place_source: Mapped[str] = mapped_column(String(16), default="")
    datum: Mapped[str] = mapped_column(String(16), default="wgs84")

    @property
    def point(self) -> tuple[float, float] | None:
        """(longitude, latitude) in WGS-84 degrees, or None where only words are known."""
        return None if self.lon is None or self.lat is None else (self.lon, self.lat)

