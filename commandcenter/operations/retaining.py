"""What is done because time has passed: who complained long ago is known no more."""

from commandcenter.domain.complaints import Complainant
from commandcenter.domain.record import Key
from commandcenter.domain.retention import identities_before, to_be_masked
from commandcenter.domain.work import Work
from commandcenter.operations.administering import may_administer


def mask_identities(work: Work, after: Key = "", *, at_most: int = 200) -> list[Key]:
    """Forget the names, telephone numbers and accounts of citizens whose last case ended longer ago than is kept.

    At most so many, those behind the key ``after``; returns their keys, none where nobody is left. What they said
    stays, and so does the mask everybody may see. The journal says that it was done, and never held who they were.
    Refused for whoever may not administer.
    """
    may_administer(work)
    chosen = to_be_masked(identities_before(work.rules, work.now), after).limit(at_most)
    masked = []
    for key in work.session.scalars(chosen).all():
        # Held before it is looked at again: somebody of theirs may be calling at this moment.
        citizen = work.session.get(Complainant, key, with_for_update=True, populate_existing=True)
        again = to_be_masked(identities_before(work.rules, work.now)).where(Complainant.id == key)
        if citizen is not None and work.session.scalar(again) is not None:
            citizen.name, citizen.phone, citizen.account = "", None, None
            masked.append(key)
    return masked
