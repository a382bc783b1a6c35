"""The shift supervisor comes: what waits, how much of it and since when is told before anything is opened."""

from commandcenter.domain.people import Role
from commandcenter.i18n import N_
from ui.rail import Rail
from ui.review.page import ReviewPage
from ui.tour.chapters.door import sign_in
from ui.tour.journey import Journey


def queues(journey: Journey) -> None:
    """The rail tells it in a number and a word; the page by queue, oldest first."""
    with journey.step(
        "queues", N_("A supervisor sees in the rail how much waits and since when, and on the page in which queue")
    ) as step:
        sign_in(journey, journey.someone(Role.SUPERVISOR))
        journey.hands.press("F6")
        step.holds("the review page is at the front", lambda: journey.page_is("review"))
        rail, page = journey.one(Rail), journey.one(ReviewPage)
        step.holds("the rail counts what is to be decided", lambda: rail.count("review") > 0)
        step.holds("and says how long the oldest has waited", lambda: bool(rail.age("review")))
        step.holds("the title counts the same", lambda: page.heading.words[0].endswith(f" {rail.count('review')}"))
        step.holds("each queue has a heading of its own", lambda: len(page.table.grouped.groups) > 0)
