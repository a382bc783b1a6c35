"""The column types that the schema's steps are written in. Never changed: what is built with them stands."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR, UUID

KEY = sa.String(36).with_variant(UUID(as_uuid=False), "postgresql")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
BIG = sa.BigInteger()
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TOKENS = sa.Text().with_variant(TSVECTOR(), "postgresql")


def must(name: str, type_: Any) -> sa.Column[Any]:
    """A column that always holds a value."""
    return sa.Column(name, type_, nullable=False)


def may(name: str, type_: Any) -> sa.Column[Any]:
    """A column that may hold nothing."""
    return sa.Column(name, type_, nullable=True)
