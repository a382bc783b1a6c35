"""Files with anything in their cells: every row received, known or rejected, none lost, and none twice."""

import csv
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commandcenter.domain.complaints import Complainant, Complaint
from commandcenter.exchange.incoming import Incoming, read_incoming
from tests.exchange.test_importing import run
from tests.house import House, Plan

COLUMNS = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情")
TIMES = ("2019-02-28 11:25:05", "2019/3/1 8:05:00", "2019-02-30 09:00:00", "gestern", "", "=NOW()", "43525.5")
FORMULAS = ("=1+1", "+86 139", "-", "@SUM(A1)", "\t=1", "'=1", "''", '=HYPERLINK("x","y")')
PIECES = ("噪音", "a,b", "“引”", '"', '""', "\n", "\r\n", "\r", ";", "\t", " ", "\u3000", "\x00", "\x01", "\x1f",
          "\x7f", "\u200b", "\u2028", "\ufeff", "😀", "'", *FORMULAS)  # fmt: skip

words = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=5).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.just("字" * 10_001),
)
numbers = st.one_of(st.integers(1, 6).map(str), st.sampled_from(("", " 1", "1.0", "１", "n" * 200, *FORMULAS)), words)
rows = st.tuples(numbers, words, words, st.sampled_from(TIMES[:1] * 6 + TIMES), words).flatmap(
    lambda cells: st.integers(0, 12).map(lambda n: list(cells[:n]) if n < 5 else [*cells, "more"][: max(5, n - 6)])
)
# So much text that a control character here and there does not make a file of bytes of it.
PLAIN = ["plain", "somebody", "主题", TIMES[0], "工地夜间施工,噪音太大,孩子没法睡觉。" * 40]


DAMAGED = '9,A,"ab"c,2019-02-28 11:25:05,"x\r\n'


def _written(path: Path, some: Sequence[Sequence[str]], damaged: int) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([COLUMNS, PLAIN, *some])
        file.write(DAMAGED * damaged)
    return path


def _everything(house: House) -> list[dict[str, Any]]:
    with house.database.reading() as session:
        return [row.values() for kind in (Complaint, Complainant) for row in session.query(kind).order_by(kind.id)]


def _numbers(house: House) -> list[str | None]:
    with house.database.reading() as session:
        return [number for (number,) in session.query(Complaint.source_number)]


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(some=st.lists(rows, max_size=14), damaged=st.integers(0, 2))
def test_any_row_is_received_known_or_rejected_and_the_same_file_again_changes_nothing(
    file_plan: Plan, tmp_path: Path, some: list[list[str]], damaged: int
) -> None:
    shutil.copy(file_plan.where, tmp_path / "house.sqlite")
    house = House(f"sqlite:///{tmp_path / 'house.sqlite'}", file_plan.keys)
    path = _written(tmp_path / "any.csv", some, damaged)
    try:
        with read_incoming(path, "letters") as reading:
            understood = [row.source_number for row in reading if isinstance(row, Incoming)]
        outcome = run(house, path)
        assert outcome.rows == outcome.received + outcome.known + outcome.rejected
        assert outcome.rows + outcome.blank == 1 + len(some) + damaged
        assert outcome.rejected >= damaged
        assert outcome.received + outcome.known == len(understood)
        assert Counter(_numbers(house)) == Counter(set(understood))
        assert len({row.row_number for row in outcome.rejections}) == outcome.rejected
        assert all(str(row.reason) for row in outcome.rejections)
        before = _everything(house)
        again = run(house, path)
        assert (again.received, again.known) == (0, len(understood))
        assert (again.rows, again.rejected, again.blank) == (outcome.rows, outcome.rejected, outcome.blank)
        assert _everything(house) == before
    finally:
        house.close()
