"""What officers have borne, in words: amounts, how they stand to a mean, what was left out, and what a number is of."""

from collections.abc import Iterator, Mapping

from commandcenter.domain.burdens import DEFINITIONS, OF, Left, Means, Measure
from commandcenter.domain.rules import Hardness
from commandcenter.domain.sentences import spoken_day
from commandcenter.i18n import N_, _
from commandcenter.queries.burdens import Piece
from ui.wording import local

_NEAR = 0.05
"""So close to the mean, in what is shown, is as much as the mean."""
LEFT: dict[Left, str] = {
    Left.DISBELIEVED: N_("clock-ins not believed: {n}"), Left.NEVER_OUT: N_("clock-ins without an end: {n}"),
    Left.NOT_THERE: N_("shifts without a clock-in: {n}"), Left.DOUBTED: N_("doubted clock-ins, counted: {n}"),
    Left.INEXACT: N_("inexact positions: {n}"), Left.JUMPS: N_("impossible jumps: {n}"), Left.GAPS: N_("silences: {n}"),
    Left.GONE: N_("days whose positions are gone: {n}"), Left.UNCOUNTED: N_("days not counted yet: {n}"),
    Left.MOVED: N_("cases that went elsewhere: {n}"),
}  # fmt: skip
WHY: dict[Left, str] = {
    Left.DISBELIEVED: N_("left out: not believed"), Left.NEVER_OUT: N_("left out: never clocked out"),
    Left.NOT_THERE: N_("left out: nobody clocked in"), Left.DOUBTED: N_("doubted, counts"),
    Left.GONE: N_("left out: positions are gone"), Left.UNCOUNTED: N_("left out: not counted yet"),
    Left.MOVED: N_("left out: went elsewhere"),
}  # fmt: skip
HARDNESS: dict[Hardness, str] = {
    Hardness.URGENT: N_("urgent"), Hardness.ENFORCED: N_("enforced"), Hardness.REDO: N_("done again"),
    Hardness.DISPUTED: N_("disputed"), Hardness.SENSITIVE: N_("sensitive"), Hardness.CROWDED: N_("many complainants"),
}  # fmt: skip


def number(value: float) -> str:
    """With one decimal where it is not whole."""
    return f"{value:.1f}".removesuffix(".0")


def shown(measure: Measure, value: float) -> float:
    """In the unit in which it is read: hours, kilometres, cases."""
    return value / 1000 if measure is Measure.DISTANCE else value


def amount(measure: Measure, value: float | None) -> str:
    """``12 h``, ``3.4 km``, ``5``; a dash for what nobody knows."""
    if value is None:
        return "–"
    n = number(shown(measure, value))
    if measure is Measure.HARD:
        return n
    return str(_("{n} km", n=n) if measure is Measure.DISTANCE else _("{n} h", n=n))


def beside(measure: Measure, value: float | None, mean: float | None, *, district: bool) -> str:
    """``12 h more than the squad's mean``; empty where one of them is unknown."""
    if value is None or mean is None:
        return ""
    far = shown(measure, value) - shown(measure, mean)
    if abs(far) < _NEAR:
        return str(_("as much as the district's mean") if district else _("as much as the squad's mean"))
    of = amount(measure, abs(value - mean))
    if district:
        more, less = N_("{amount} more per officer than the district's mean"), N_(
            "{amount} less per officer than the district's mean")
    else:
        more, less = N_("{amount} more than the squad's mean"), N_("{amount} less than the squad's mean")
    return str(_(more if far > 0 else less, amount=of))


def lines(values: Means, means: Means | None, left: Mapping[Left, int], *, district: bool) -> Iterator[str]:
    """All of it, a line for each measure."""
    for measure in Measure:
        value = values.get(measure)
        said = [f"{_(DEFINITIONS[measure].title)} {amount(measure, value)}" if value is not None
                else f"{_(DEFINITIONS[measure].title)}: {_('not known')}"]  # fmt: skip
        said.append(beside(measure, value, (means or {}).get(measure), district=district))
        said += [left_out(why, left[why]) for why in OF[measure] if left.get(why) and measure is not Measure.NIGHTS]
        yield " · ".join(part for part in said if part)


def left_out(why: Left, n: int) -> str:
    """``impossible jumps: 2``."""
    return str(_(LEFT[why], n=n))


def piece_title(piece: Piece) -> str:
    """What one thing is: a case by its title, a day, a stay."""
    if piece.case is not None:
        return piece.case.title
    begins = local(piece.at)
    if piece.until_at is None:
        return spoken_day(begins.date())
    ends = local(piece.until_at)
    until = f"{ends:%H:%M}" if ends.date() == begins.date() else f"{ends:%m-%d %H:%M}"
    return f"{begins:%H:%M} – {until}"


def piece_about(piece: Piece) -> str:
    """Its second line: why it counts, or why not, and what of it was left out."""
    said = [_(WHY[piece.why])] if piece.why is not None else []
    if piece.until_at is not None:
        said.insert(0, spoken_day(local(piece.at).date()))
    if piece.case is not None:
        said = [piece.case.number, *(_(HARDNESS[one]) for one in piece.case.hardness), *said]
    if (travel := piece.travel) is not None:
        parts = {Left.INEXACT: travel.inexact, Left.JUMPS: travel.jumps, Left.GAPS: travel.gaps}
        said += [_("{n} positions", n=travel.fixes), *(left_out(why, n) for why, n in parts.items() if n)]
    return " · ".join(said)
