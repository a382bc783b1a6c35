"""Pictures of every widget of the kit, by day and night, in both languages: ``python -m tests.ui.gallery``.

Run by hand and looked at; the pictures lie in ``build/gallery``. ``--scale 1.5`` tries the text scale.
"""

import argparse
import os
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import (
    QApplication,
    QVBoxLayout,
    QWidget,
)

from commandcenter import i18n
from commandcenter.domain.cases import Case
from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.record import snapshot
from commandcenter.errors import Incomplete
from tests.ui.gallery_widgets import NOW, column, kit, row, standard
from ui.pulse import Pulse
from ui.tables.column import Column, Paint
from ui.tables.record_table import RecordTable
from ui.tables.record_view import RecordView
from ui.theme import mark, theme
from ui.widgets.move_form import MoveForm
from ui.wording import Running, choice, tone_of

OUT = Path(__file__).resolve().parents[2] / "build" / "gallery"
CASES = [
    ("夜间施工噪声，学生无法休息", "隐珠街道 · 阅武路", -4, "urgent"),
    ("燃气管旁违规动土", "长江路街道 · 井冈山路", 1, "urgent"),
    ("占道经营堵住消防通道", "薛家岛街道 · 嘉陵江路", 6, "ordinary"),
    ("楼顶违建加盖阳光房", "灵珠山街道 · 柳花泊", 7, "ordinary"),
    ("油烟直排居民楼", "长江路街道 · 武夷山路", 17, "ordinary"),
    ("非法倾倒建筑垃圾，夜里十点以后有货车进出，司机不听劝阻", "泊里镇 · 港兴大道", 21, "consultation"),
]


class Offered:
    """Choices for the forms."""

    def squads(self) -> list[tuple[str, str]]:
        return [("1", "隐珠中队"), ("2", "直属二中队"), ("3", "珠海中队")]

    def officers(self, squad_id: str | None = None) -> list[tuple[str, str]]:
        return [("a", "王建国 0312"), ("b", "李明 0415")]

    def matters(self) -> list[tuple[str, str]]:
        return [("m", "社会生活噪声 CG-101")]

    def cases(self) -> list[tuple[str, str]]:
        return [("c", "261123-0042 夜间施工噪声")]

    def complaints(self, case_id: str | None) -> list[tuple[str, str]]:
        return [("p", "261123-0107 王** 139****8816")]

    def readers(self) -> list[tuple[str, str]]:
        return [("o", "王建国"), ("i", "纪检员")]

    def people_and_squads(self) -> list[tuple[str, str]]:
        return [*self.squads(), *self.officers()]


def lists(pulse: Pulse) -> QWidget:
    held = {}
    for n, (title, place, left, urgency) in enumerate(CASES * 4):
        key = f"{n:04}"
        held[key] = snapshot(
            Case,
            {
                "id": key,
                "version": 1,
                "number": f"261123-{n:04}",
                "title": title,
                "place_words": place,
                "urgency": urgency,
                "state": "open",
                "opened_at": NOW - timedelta(minutes=25),
                "dispatch_due_at": NOW + timedelta(minutes=left + n // 6),
            },
        )
    clock = Column[Case](
        "clock",
        "Time left",
        paint=Paint.CLOCK,
        width=124,
        clock=lambda c: Running(c.opened_at, c.dispatch_due_at) if c.dispatch_due_at else None,
    )
    titles = Column[Case](
        "title", "Title", lambda c: c.title, paint=Paint.TWO_LINE, width=0, subtitle=lambda c: c.place_words
    )
    badge = Column[Case](
        "urgency",
        "Urgency",
        lambda c: choice(c.urgency),
        paint=Paint.BADGE,
        width=100,
        align="right",
        tone=lambda c: tone_of(c.urgency),
    )
    number = Column[Case]("number", "Number", lambda c: c.number, width=110)
    state = Column[Case](
        "state",
        "State",
        lambda c: choice(c.state),
        paint=Paint.BADGE,
        width=110,
        tone=lambda c: tone_of(c.state),
    )
    words = Column[Case]("words", "Title", lambda c: c.title, width=0, strong=True)
    views = []
    kinds: tuple[tuple[tuple[Column[Case], ...], bool, bool, int | None], ...] = (
        ((clock, titles, badge), True, False, None),
        ((clock, number, words, state, badge), False, True, 14),
    )
    for columns, two_line, headings, limit in kinds:
        table = RecordTable(Case, columns, held, order=lambda c: c.dispatch_due_at, limit=limit, now=pulse.now)
        view: RecordView[Case] = RecordView(table, pulse, two_line=two_line, headings=headings)
        view.setFixedSize(theme.px(400 if two_line else 560), theme.px(460))
        view.select_first()
        views.append(view)
    empty: RecordView[Case] = RecordView(
        RecordTable(Case, (clock, number), {}),
        pulse,
        empty=("没有待派单案件", "受理立案后，案件会自动出现在这里。"),
    )
    empty.setFixedSize(theme.px(300), theme.px(460))
    return row(*views, empty)


def forms(pulse: Pulse) -> QWidget:
    made = []
    for name, given in (
        ("contact", {"words": "已约 15:30 到场", "means": "call"}),
        ("dispatch", {"squad": "1", "assisting": ["2", "3"]}),
        ("visit", {"satisfied": 4}),
        ("ask_extension", {"amount": "3 wd"}),
        ("cancel", {}),
    ):
        form = MoveForm(BY_NAME[name], Offered(), given=given, now=NOW)
        made.append(form)
    made[0].refuse(
        Incomplete(i18n.N_("How long was the call, in seconds? A click is not a contact."), field="duration_s")
    )
    made[4].refuse(Incomplete(i18n.N_("Please fill in: {label}."), field="?", label=i18n.translate("Reason")))
    find = MoveForm(BY_NAME["find"], Offered(), now=NOW)
    photo = MoveForm(BY_NAME["attach_photo"], Offered(), now=NOW)
    return row(
        column(made[0], width=360),
        column(made[1], made[4], width=360),
        column(made[2], made[3], photo, width=360),
        column(find, width=360),
    )


def main() -> None:
    """Draw everything."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--scale", type=float, default=1.0)
    asked.add_argument("--themes", nargs="*", default=["day", "night"])
    asked.add_argument("--languages", nargs="*", default=["zh_CN", "en"])
    asked.add_argument("--ratio", default="1")
    said = asked.parse_args()
    os.environ["QT_SCALE_FACTOR"] = said.ratio
    app = QApplication(["gallery"])
    pulse = Pulse(lambda: NOW)
    OUT.mkdir(parents=True, exist_ok=True)
    for name in said.themes:
        theme.apply(app, name, said.scale)
        for language in said.languages:
            i18n.use(language)
            for make in (standard, kit, lists, forms):
                page = make(pulse)
                host = QWidget()
                mark(host, ground="ground")
                QVBoxLayout(host).addWidget(page)
                host.show()
                size = host.sizeHint()  # adjustSize would stop at the edge of the screen
                host.resize(size.width(), max(size.height(), host.heightForWidth(size.width())))
                pulse.tick()
                file = OUT / f"{make.__name__}-{name}-{language}-{said.scale:g}.png"
                host.grab().save(str(file))
                print(file)
                host.close()


if __name__ == "__main__":
    main()
