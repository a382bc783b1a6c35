"""A bulletin as what its template is handed: words, tables of words, and charts."""

from collections.abc import Sequence
from typing import Any

from commandcenter.documents.answers import count, interval, p90, said
from commandcenter.documents.bulletins import OF_SQUADS, Bulletin, Compared, OfSquad
from commandcenter.documents.charts import Bar, Line, bars, lines, nice
from commandcenter.documents.periods import TITLES, spoken_day
from commandcenter.i18n import _, language
from commandcenter.queries.figures import DEFINITIONS, Answer, Figure, Times, Value

TEMPLATE = "bulletin.typ"
QUARTERS = tuple((part / 4, f"{part * 25}%") for part in range(5))
HOUR_S = 3600
COMPARED_BY = (Figure.ON_TIME, Figure.RESOLUTION)
"""The shares of squads that are drawn."""


def paper(bulletin: Bulletin) -> dict[str, Any]:
    """Everything the template says, in the language spoken now."""
    return {
        "lang": "zh" if language() == "zh_CN" else "en",
        "title": _(TITLES[bulletin.period.every]), "issuer": bulletin.issuer, "period": bulletin.period.words(),
        "made": made_words(bulletin), "notes": notes(bulletin),
        "sections": sections(bulletin), "no_data": _("no data"),
        "definitions": {"title": _("What the figures mean"), "rows": definitions()},
    }  # fmt: skip


def made_words(bulletin: Bulletin) -> str:
    """When it was made."""
    return _("Made {day} {time}", day=spoken_day(bulletin.made_at.date()), time=f"{bulletin.made_at:%H:%M}")


def notes(bulletin: Bulletin) -> list[str]:
    """What whoever reads figures should know of these."""
    told = [_("n is how many were counted; the interval holds the true share with 95 % (Wilson); left out are those the"
              " definition does not count. Where n is 0 there is no data.")]  # fmt: skip
    if bulletin.until_now:
        told.insert(0, _("The period has not ended: this is how it stands."))
    return told


def sections(bulletin: Bulletin) -> list[dict[str, Any]]:
    """The parts of the bulletin, in their order: a title, its chart if it has one, its table."""
    return [
        section(_("Key figures"), "", shares_table(bulletin.shares)),
        section(_("Along time"), along_chart(bulletin), None),
        section(_("How long it takes"), clocks_chart(bulletin.clocks), clocks_table(bulletin.clocks)),
        *(section(_("{figure} by squad", figure=title(figure)), squads_chart(bulletin.squads, figure), None)
          for figure in COMPARED_BY),
        section(_("Squads side by side"), "", squads_table(bulletin.squads)),
        section(_("Where complaints came from"), "", counted_table(_("Channel"), bulletin.channels)),
        section(_("What complaints were about"), "", counted_table(_("Matter"), bulletin.matters)),
    ]


def section(title: str, chart: str, table: dict[str, Any] | None) -> dict[str, Any]:
    """One part, for the template."""
    return {"title": title, "chart": chart, "table": table}


def shares_table(compared: Sequence[Compared]) -> dict[str, Any]:
    """Shares, means and counts."""
    head = [_("Figure"), _("Value"), _("95 % interval"), "n", _("Left out"), _("Period before"), _("n before")]
    return {"head": head, "rows": [
        [title(one.figure), said(one.now), interval(one.now), count(one.now.n), count(one.now.left_out),
         said(one.before), count(one.before.n)]
        for one in compared
    ]}  # fmt: skip


def clocks_table(compared: Sequence[Compared]) -> dict[str, Any]:
    """Times."""
    head = [_("Clock"), _("Median"), "P90", "n", _("Left out"), _("Median before"), _("n before")]
    return {"head": head, "rows": [
        [title(one.figure), said(one.now), p90(one.now), count(one.now.n), count(one.now.left_out), said(one.before),
         count(one.before.n)]
        for one in compared
    ]}  # fmt: skip


def squads_table(squads: Sequence[OfSquad]) -> dict[str, Any] | None:
    """Squads side by side, each value with its interval and n below it."""
    if not squads:
        return None
    return {"head": [_("Squad"), *(title(figure) for figure in OF_SQUADS)], "rows": [
        [squad_name(squad), *(with_ground(squad.answers.get(figure)) for figure in OF_SQUADS)] for squad in squads
    ]}  # fmt: skip


def counted_table(of: str, counted: Sequence[Any]) -> dict[str, Any] | None:
    """So many of each, and their share of all."""
    if not counted:
        return None
    all_of = sum(line.n for line in counted)
    rows = [[line.name, count(line.n), f"{line.n / all_of:.1%}"] for line in counted]
    return {"head": [of, _("Complaints"), _("Share")], "rows": [*rows, [_("All"), count(all_of), ""]]}


def with_ground(answer: Answer | None) -> list[str]:
    """A value, and what it stands on."""
    if answer is None or not answer.n:
        return [said(answer), ""]
    left_out = _("left out {n}", n=count(answer.left_out)) if answer.left_out else ""
    return [said(answer), " ".join(part for part in (interval(answer), f"n {count(answer.n)}", left_out) if part)]


def title(figure: Figure) -> str:
    """A figure's name."""
    return _(DEFINITIONS[figure].title)


def squad_name(squad: OfSquad) -> str:
    """A squad's name, or that there is none."""
    return squad.name if squad.name is not None else _("with no squad")


def along_chart(bulletin: Bulletin) -> str:
    """How much came, was opened and closed, along time."""
    drawn = [Line(title(figure), counts) for figure, counts in bulletin.along.items()]
    return lines(bulletin.steps, drawn)


def clocks_chart(compared: Sequence[Compared]) -> str:
    """Each clock's median as a bar, its P90 as the end of the whisker, in hours."""
    known = [one.now for one in compared if isinstance(one.now, Times)]
    most = nice(max((answer.p90_s or 0 for answer in known), default=0) / HOUR_S)
    rows = [Bar(title(one.figure), *_hours(one.now)) for one in compared if isinstance(one.now, Times)]
    ends = [(most * part / 4, _("{n} h", n=f"{most * part / 4:g}")) for part in range(5)]
    return bars(rows, most, ends, _("no data"))


def _hours(answer: Times) -> tuple[float | None, float | None, float | None, str]:
    if answer.median_s is None or answer.p90_s is None:
        return None, None, None, ""
    median, ninth = answer.median_s / HOUR_S, answer.p90_s / HOUR_S
    return median, median, ninth, f"{said(answer)} · n {count(answer.n)}"


def squads_chart(squads: Sequence[OfSquad], figure: Figure) -> str:
    """One share of each squad with its interval, the best first; those without data stand in the table alone."""
    told = ((squad_name(squad), squad.answers.get(figure)) for squad in squads)
    known = [(name, answer) for name, answer in told if isinstance(answer, Value) and answer.n]
    ranked = sorted(known, key=lambda pair: (-(pair[1].of_one or 0.0), -pair[1].n))
    rows = [Bar(name, one.of_one, one.low, one.high, f"{said(one)} · n {count(one.n)}") for name, one in ranked]
    return bars(rows, 1.0, QUARTERS, _("no data")) if rows else ""


def definitions() -> list[list[str]]:
    """Every figure: what it is called, how it comes about, what is left out."""
    return [[_(one.title), _(one.formula), _(one.left_out)] for one in DEFINITIONS.values()]
