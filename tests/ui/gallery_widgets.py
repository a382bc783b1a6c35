"""The single widgets of the gallery: the standard ones of Qt as we dress them, and those of the kit."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from PySide6.QtCore import QDateTime, QStringListModel, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QFrame,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ui.pulse import Pulse
from ui.theme import icon, mark, theme
from ui.widgets.badge import Badge
from ui.widgets.card import Card, Reason
from ui.widgets.chip import Chip
from ui.widgets.clocks import ClockLabel
from ui.widgets.empty_state import EmptyState
from ui.widgets.facts import Fact, FactsRow
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.key_hint import KeyHint
from ui.widgets.message_line import MessageLine
from ui.widgets.number_box import NumberBox
from ui.widgets.person_chip import PersonChip
from ui.widgets.rating import Rating
from ui.widgets.search_line import SearchLine
from ui.widgets.section_heading import SectionHeading
from ui.widgets.timeline import Entry, Timeline
from ui.wording import Running

NOW = datetime(2026, 11, 23, 6, 32, tzinfo=UTC)


def column(*widgets: QWidget, ground: str = "surface", width: int = 0) -> QWidget:
    box = QFrame()
    mark(box, ground=ground)
    layout = QVBoxLayout(box)
    layout.setContentsMargins(theme.px(16), theme.px(16), theme.px(16), theme.px(16))
    layout.setSpacing(theme.px(10))
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch()
    if width:
        box.setFixedWidth(theme.px(width))
    return box


def row(*widgets: QWidget) -> QWidget:
    box = QWidget()
    layout = QHBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(theme.px(8))
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch()
    return box


def flowing(*widgets: QWidget) -> QWidget:
    box = QWidget()
    layout = FlowLayout(box)
    for widget in widgets:
        layout.addWidget(widget)
    return box


def button(text: str, tone: str = "", **marks: Any) -> QPushButton:
    made = QPushButton(text)
    made.setEnabled(marks.pop("on", True))
    mark(made, tone=tone, **marks)
    return made


def filled(widget: Any, do: Callable[[Any], object]) -> Any:
    do(widget)
    return widget


def standard(_pulse: Pulse) -> QWidget:
    text = QPlainTextEdit()
    text.setPlaceholderText("到场先测噪声值，回电告知两位诉求人…")
    text.setFixedHeight(theme.px(64))
    combo = QComboBox()
    combo.addItems(["社会生活噪声", "占道经营"])
    off = filled(QComboBox(), lambda w: (w.addItems(["停用"]), w.setEnabled(False)))
    radios = [QRadioButton(words) for words in ("紧急", "普通", "咨询")]
    radios[1].setChecked(True)
    boxes = [QCheckBox(words) for words in ("保密", "已核实", "停用")]
    boxes[1].setChecked(True)
    boxes[2].setEnabled(False)
    tabs = QTabWidget()
    for name in ("案件", "时间线", "地图"):
        tabs.addTab(column(QLabel(name)), name)
    tabs.setFixedHeight(theme.px(90))
    group = QGroupBox("诉求人")
    inner = QVBoxLayout(group)
    inner.addWidget(QLineEdit("阅武路 88 号"))
    view = QListView()
    view.setModel(QStringListModel([f"第 {n} 行" for n in range(1, 12)], view))
    view.ensurePolished()
    view.setCurrentIndex(view.model().index(1, 0))
    view.setFixedHeight(theme.px(120))
    split = QSplitter()
    split.addWidget(view)
    split.addWidget(column(QLabel("右"), ground="raised"))
    bar = filled(QProgressBar(), lambda w: w.setValue(62))
    when = QDateTimeEdit(QDateTime.fromString("2026-11-23T14:32:00", Qt.DateFormat.ISODate))
    when.setCalendarPopup(True)
    left = column(
        row(
            button("派单", "primary"),
            button("加协办"),
            button("作废", "danger"),
            button("为什么", "link"),
            button("预约", "quiet"),
        ),
        row(
            button("派单", "primary", on=False),
            button("加协办", on=False),
            button("作废", "danger", on=False),
            button("为什么", "link", on=False),
        ),
        QLineEdit("阅武路 88 号东侧工地"),
        filled(QLineEdit(), lambda w: w.setPlaceholderText("输入地点、路名、小区")),
        filled(QLineEdit("电话格式不对"), lambda w: mark(w, wrong=True)),
        filled(QLineEdit("停用"), lambda w: w.setEnabled(False)),
        text,
        combo,
        off,
        filled(NumberBox(), lambda w: w.setValue(15)),
        when,
        row(*radios),
        row(*boxes),
        bar,
        width=380,
    )
    heading = QLabel("标题 22")
    mark(heading, face="display")
    menu = QMenu()
    for words in ("打开案件", "在图上显示", "复制编号"):
        menu.addAction(icon("mdi6.map-marker-outline"), words)
    menu.addSeparator()
    menu.addAction("停用").setEnabled(False)
    menu.setFixedSize(menu.sizeHint())
    tip = QLabel("  首次联系:派单后 30 分钟  ")
    right = column(heading, tabs, group, split, SearchLine("查找"), menu, tip, width=380)
    return row(left, right)


def kit(pulse: Pulse) -> QWidget:
    badges = [Badge() for _ in range(6)]
    for badge, value in zip(
        badges, ("urgent", "ordinary", "handling", "return_asked", "closed", "disputed"), strict=True
    ):
        badge.show_value(value)
    flow = QWidget()
    layout = FlowLayout(flow)
    for name, n, tone in (
        ("隐珠", 3, "quiet"),
        ("长江路", 8, "late"),
        ("薛家岛", 4, "quiet"),
        ("灵山卫", 9, "urgent"),
        ("珠海", 5, "quiet"),
        ("红石崖", 1, "quiet"),
        ("直属一", 7, "ok"),
        ("泊里", 6, "accent"),
    ):
        layout.addWidget(Chip(name, str(n), tone))
    cards = []
    offered: tuple[tuple[str, str, bool, list[Reason | str]], ...] = (
        (
            "1",
            "隐珠中队",
            True,
            [
                "属地:隐珠街道 · 事项属派驻中队(城管 · 社会生活噪声)",
                "在岗 6 人 · 最近 1.2 km，定位 40 秒前",
                "在办 3 件 · 本事项近 90 天退单 0 次",
            ],
        ),
        (
            "3",
            "珠海中队",
            False,
            [
                "相邻片区 2.1 km · 可受理，非属地",
                ("在岗 5 人 · 最近 4.0 km，定位 6 分前 ◆ 过时", "late"),
                "在办 5 件",
            ],
        ),
    )
    for key, title, chosen, lines in offered:
        card = Card(key)
        card.say(title, lines, "推荐" if chosen else "")
        card.set_chosen(chosen)
        cards.append(card)
    person = PersonChip(pulse, "王** 139****8816")
    shown = PersonChip(pulse, "王** 139****8816")
    shown.reveal("王小明", "13912348816", NOW + timedelta(minutes=5))
    clocks = [
        ClockLabel(pulse, Running(NOW - timedelta(minutes=30), NOW + timedelta(minutes=m))) for m in (-4, 6, 17)
    ]
    rating = Rating()
    rating.set_value(4)
    facts = FactsRow(pulse)
    facts.show_facts(
        [
            Fact(
                "派单时限",
                clock=Running(NOW - timedelta(minutes=9), NOW - timedelta(minutes=4)),
                note="紧急:立案后 5 分钟",
                link="为什么",
            ),
            Fact("首次联系", "14:54 前", "余 22 分钟"),
            Fact("办结", "16:24 前", "紧急:2 小时"),
            Fact("首问负责", "受理员 03", "诉求 2 件 · 同一工地"),
        ]
    )
    timeline = Timeline()
    timeline.show_entries(
        [
            Entry(
                "1",
                NOW - timedelta(minutes=14),
                "受理员 03",
                "立案 261123-0042",
                "阅武路 88 号东侧工地连续三晚施工到凌晨，打桩声很大，孩子高三没法睡。",
                "accent",
            ),
            Entry(
                "2",
                NOW - timedelta(minutes=5),
                "受理员 03",
                "派单 → 隐珠中队(主办)",
                "属地；最近 1.2 km",
                "accent",
            ),
            Entry(
                "3",
                NOW - timedelta(days=1),
                "中队长 王建国",
                "申请退单",
                "不属本中队片区",
                "late",
                link="查看依据",
            ),
            Entry("4", NOW, "系统", "超过首次联系时限", tone="urgent"),
        ],
        NOW,
    )
    left = column(
        SectionHeading("待派单", 9, "按时限排序"),
        flowing(*badges),
        flow,
        row(*clocks),
        row(person, shown),
        rating,
        row(KeyHint("Ctrl+K"), KeyHint("Return"), KeyHint("1"), KeyHint("F3")),
        *cards,
        width=420,
    )
    right = column(
        facts,
        timeline,
        MessageLine("王芳 先改了这件，14:31:58。请看现在的样子再试。", "urgent"),
        MessageLine("这个来电号码有 3 件历史诉求。", "accent", "打开"),
        MessageLine("定位已过时 6 分钟。", "late"),
        MessageLine("261123-0041 已派长江路中队", "ok", "撤回 48 秒"),
        filled(
            EmptyState("没有待派单案件", "受理立案后，案件会自动出现在这里。"),
            lambda w: w.setFixedHeight(theme.px(130)),
        ),
        width=640,
    )
    return row(left, right)


