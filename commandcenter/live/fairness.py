"""How fairly the work is shared, beside the picture: learned from the books now and then, weighed at every dispatch."""

from commandcenter.domain.burdens import Borne, Measure, Measures, Share
from commandcenter.domain.record import Key
from commandcenter.domain.sentences import Sentence
from commandcenter.domain.units import Setting
from commandcenter.i18n import N_
from commandcenter.live.delta import Delta
from commandcenter.live.picture import Picture

MOSTLY: dict[Measure, str] = {
    Measure.HOURS: N_("hours on duty"), Measure.DISTANCE: N_("distance"), Measure.HARD: N_("hard cases"),
    Measure.NIGHTS: N_("night hours"),
}  # fmt: skip


class Fairness:
    """What squads and officers bear beside the mean; empty until it was learned. A few hundred numbers."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self.borne: Borne | None = None
        self._weigh()

    def learn(self, borne: Borne) -> None:
        """Take over what was counted."""
        self.borne = borne
        self._weigh()

    def apply(self, delta: Delta) -> None:
        """Other rules weigh otherwise."""
        if any(True for _change in delta.of(Setting)):
            self._weigh()

    def _weigh(self) -> None:
        self._rule = Measures.of(self._picture.rules)
        self.officers: dict[Key, Share] = {}
        self.squads: dict[Key, Share] = {}
        if self.borne is not None:
            self.officers, self.squads = self.borne.shares(self._rule)

    def points(self, squad: Key) -> float:
        """What a squad's load takes from its points, or adds to them: no more than the rule's, at twice the mean."""
        share = self._noticed(self.squads, squad)
        return 0.0 if share is None else -self._rule.points * max(-1.0, min(1.0, share.over))

    def of_squad(self, squad: Key) -> Sentence | None:
        """Why, in words; None where nothing is known or it is much like the others."""
        share = self._noticed(self.squads, squad) if self._rule.points else None
        if share is None:
            return None
        more = N_("{days} days: load {percent} % above the mean, mostly {what}")
        less = N_("{days} days: load {percent} % below the mean, mostly {what}")
        return Sentence(more if share.over > 0 else less, days=self._rule.days, percent=round(abs(share.over) * 100),
                        what=Sentence(MOSTLY[share.most]))  # fmt: skip

    def of_officer(self, person: Key) -> Sentence | None:
        """How an officer stands to the mean of their squad; None where nothing is known or it is much like it."""
        share = self._noticed(self.officers, person)
        if share is None:
            return None
        more, less = N_("load {percent} % above the squad's mean"), N_("load {percent} % below the squad's mean")
        return Sentence(more if share.over > 0 else less, percent=round(abs(share.over) * 100))

    def over(self, person: Key) -> float:
        """How much more an officer bears than the squad's mean; 0 where that is unknown or not worth noticing."""
        share = self._noticed(self.officers, person)
        return 0.0 if share is None else share.over

    def _noticed(self, shares: dict[Key, Share], key: Key) -> Share | None:
        share = shares.get(key)
        return share if share is not None and share.over and abs(share.over) >= self._rule.noticed else None


def fairness(picture: Picture) -> Fairness:
    """What is known beside this picture. It is made when first asked for."""
    made = next((follower for follower in picture.followers if isinstance(follower, Fairness)), None)
    if made is None:
        made = Fairness(picture)
        picture.followers.append(made)
    return made
