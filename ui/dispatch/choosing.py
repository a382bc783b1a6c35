"""What is being decided at the right: which squad leads, which assist, and why. No widgets."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from commandcenter.domain.record import Key
from commandcenter.domain.sentences import Sentences
from commandcenter.errors import Incomplete
from commandcenter.i18n import N_
from commandcenter.live.recommendation import Recommendation

SHOWN = 3
"""Squads that are recommended on cards, one number key each."""


@dataclass
class Choosing:
    """The decision on one case, from the moment it is looked at until it is sent.

    Cards keep their places while the case is looked at: a number key must not mean another squad because a
    position came in just before it was pressed.
    """

    case_id: Key
    cards: list[Recommendation] = field(default_factory=list)
    everybody: dict[Key, Recommendation] = field(default_factory=dict)
    lead: Key | None = None
    assisting: list[Key] = field(default_factory=list)
    why_typed: str | None = None
    """The reason as somebody wrote it; None while it is the one that is offered."""
    note: str = ""
    """What the squad should know or do first, as typed so far."""
    undecided: bool = False
    """Somebody asked for a squad that is not here: nobody leads by habit until a squad is chosen."""

    def take_in(self, ranked: Sequence[Recommendation]) -> None:
        """Squads and reasons as they are now, best first. The best one leads until somebody chooses."""
        self.everybody = {r.squad.id: r for r in ranked}
        best = list(ranked[:SHOWN])
        stay = [self.everybody[c.squad.id] for c in self.cards if any(b.squad.id == c.squad.id for b in best)]
        come = iter([b for b in best if all(b.squad.id != s.squad.id for s in stay)])
        places = [self.everybody[c.squad.id] if any(s.squad.id == c.squad.id for s in stay) else None
                  for c in self.cards[: len(best)]]  # fmt: skip
        places += [None] * (len(best) - len(places))
        self.cards = [held if held is not None else next(come) for held in places]
        if self.undecided:
            self.lead = None
        elif self.lead is None or self.lead not in self.everybody:
            self.lead = best[0].squad.id if best else None
        self.assisting = [key for key in self.assisting if key in self.everybody and key != self.lead]

    @property
    def touched(self) -> bool:
        """Whether somebody decided or typed anything: what would be missed if it were gone."""
        decided = self.undecided or self.lead != self.best or bool(self.assisting)
        return decided or self.why_typed is not None or bool(self.note.strip())

    @property
    def best(self) -> Key | None:
        """The squad with the most points."""
        return max(self.cards, key=lambda r: r.points).squad.id if self.cards else None

    @property
    def chosen(self) -> Recommendation | None:
        """The squad that is to lead, with what speaks for and against it."""
        return self.everybody.get(self.lead or "")

    @property
    def follows(self) -> bool:
        """Whether the lead is one of the recommended squads."""
        return any(card.squad.id == self.lead for card in self.cards)

    def choose(self, squad: Key) -> None:
        """This squad leads."""
        if squad in self.everybody:
            self.lead, self.undecided = squad, False
            self.assisting = [key for key in self.assisting if key != squad]

    def decide_nothing(self) -> None:
        """No squad leads any more, until one is chosen."""
        self.lead, self.undecided = None, True

    def toggle_assisting(self, squad: Key) -> None:
        """This squad assists, or no longer. The lead cannot assist itself."""
        if squad in self.assisting:
            self.assisting.remove(squad)
        elif squad in self.everybody and squad != self.lead:
            self.assisting.append(squad)

    @property
    def why_offered(self) -> Sentences:
        """The reason that is offered: what speaks for the recommended squad; nothing for any other squad."""
        chosen = self.chosen
        return Sentences(*(chosen.reasons if chosen is not None and self.follows else ()))

    @property
    def why(self) -> str | Sentences:
        """The reason that will be kept: what is offered for every reader's language, what was typed as it is."""
        offered = self.why_offered
        if self.why_typed is None or (offered.parts and self.why_typed.strip() == offered.words()):
            return offered
        return self.why_typed.strip()

    def fields(self) -> dict[str, Any]:
        """What the move is given. Refused where no squad is chosen or its reason is missing."""
        chosen = self.chosen
        if chosen is None:
            raise Incomplete(N_("Choose a squad first."), field="squad")
        why = self.why
        if not (why.parts if isinstance(why, Sentences) else why):
            raise Incomplete(N_("{squad} is not among those recommended: say why it is sent."),
                             field="why", squad=chosen.squad.name)  # fmt: skip
        return {
            "squad": chosen.squad.id, "why": why, "note": self.note.strip(),
            "recommended": [card.kept() for card in sorted(self.cards, key=lambda c: -c.points)],
            "assisting": list(self.assisting),
        }  # fmt: skip
