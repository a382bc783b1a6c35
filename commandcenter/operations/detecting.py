"""What a supervisor says about a sign: it was looked at, and need not be looked at again as it is."""

from commandcenter.domain.cases import Case
from commandcenter.domain.people import Right
from commandcenter.domain.record import Key
from commandcenter.domain.signs import DismissedSign, Sign
from commandcenter.domain.words import clean
from commandcenter.domain.work import Work
from commandcenter.errors import Incomplete, NotAllowed
from commandcenter.i18n import N_


def dismiss_sign(work: Work, case: Key, sign: str, mark: str, remark: str) -> Key:
    """Put a sign aside as it was seen. It comes back when there is more of it.

    NotAllowed for who may not supervise or may not see the case; Incomplete without a remark.
    """
    if Right.SUPERVISE not in work.actor.rights:
        raise NotAllowed(N_("{person} has no right to put a sign aside."), person=work.actor.name)
    if not work.get(Case, case).is_for(work.actor.id):
        raise NotAllowed(N_("The case is sealed: it is there for the people named alone."))
    remark = clean(remark)
    if not remark:
        raise Incomplete(N_("Please say why it can be put aside."), field="remark")
    work.reason = remark
    return work.add(DismissedSign(
        case_id=case, sign=str(Sign(sign)), mark=mark, remark=remark, dismissed_by_id=work.actor.id,
        dismissed_at=work.now,
    )).id  # fmt: skip
