"""Which server this is, and which of its lives: whether transaction numbers still mean what they meant.

The feed's position is a snapshot of transaction numbers. After a network cut it is as good as before. But a
standby that took over, a server that crashed, and a database restored from a dump give out again numbers that
were given before, or never heard of some that we saw: there the position is worth nothing, and a station has to
read everything anew. What tells is not asked of numbers but of names: the cluster's own, its timeline, when it was
started, when it last recovered from a crash of one of its processes (its statistics begin anew then), the database.
"""

from typing import Any

from sqlalchemy import BigInteger, Connection, Text, bindparam, cast, func, or_, select, text
from sqlalchemy.dialects.postgresql import OID

from commandcenter.domain.journal import JournalLine
from commandcenter.domain.record import Table

_LINEAGE = text(
    "SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()),"
    " CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END,"
    " extract(epoch FROM pg_postmaster_start_time()), (SELECT extract(epoch FROM stats_reset) FROM pg_stat_wal),"
    " (SELECT oid FROM pg_database WHERE datname = current_database()))"
)


def lineage(connection: Connection) -> str:
    """The name of this server's life. Another name: no position taken before is good any more."""
    return str(connection.execute(_LINEAGE).scalar_one())


def table_number(kind: type[Table]) -> Any:
    """The number of a table, as a question: another one after it was dropped and restored under our feet."""
    return cast(cast(func.to_regclass(kind.__tablename__), OID), BigInteger)


def still_there() -> Any:
    """Whether the line numbered ``last`` is the one of the operation ``mark``, as a question; yes where there is none.

    It has gone where a server took over that never received it, or where an older dump was restored. A line that may
    not be read any more, because its case was sealed, has not gone.
    """
    last = bindparam("last", type_=BigInteger)
    return or_(last == 0, func.line_still_stands(last, bindparam("mark", type_=Text)))


def newest() -> Any:
    """The number of the last line and its operation, as a question."""
    table = JournalLine.__table__
    return select(table.c.seq, cast(table.c.operation_id, Text)).order_by(table.c.seq.desc()).limit(1)
