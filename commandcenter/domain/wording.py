"""The field's words for every state, role and code: one table for screens, documents and refusals.

A word belongs to a value, whatever record it stands in; the few that read otherwise on one kind of record
stand in :data:`WORDS_OF`. Sources of the terms: DOMAIN sections 1 to 5.
"""

from commandcenter.i18n import N_, translate

WORDS: dict[str, str] = {
    # case and assignment states
    "open": N_("to dispatch"),
    "dispatched": N_("to accept"),
    "accepted": N_("accepted"),
    "contacted": N_("contacted"),
    "handling": N_("handling"),
    "suspended": N_("suspended"),
    "return_asked": N_("return asked"),
    "resolved": N_("to review"),
    "visiting": N_("to visit"),
    "closed": N_("closed"),
    "cancelled": N_("cancelled"),
    "merged": N_("merged"),
    "returned": N_("returned"),
    # complaint states
    "received": N_("received"),
    "linked": N_("case opened"),
    "answered": N_("answered directly"),
    "declined": N_("declined"),
    "visit_due": N_("return visit due"),
    "confirmed": N_("confirmed"),
    "unreachable": N_("unreachable"),
    "disputed": N_("disputed"),
    # urgency
    "urgent": N_("urgent"),
    "ordinary": N_("ordinary"),
    "consultation": N_("consultation"),
    # channels and origins
    "hotline": N_("hotline"),
    "app": N_("app"),
    "wechat": N_("WeChat"),
    "web": N_("web letter"),
    "walk_in": N_("walk-in"),
    "media": N_("media"),
    "superior": N_("from above"),
    "workstation": N_("workstation"),
    "patrol": N_("patrol"),
    "complaint": N_("complaint"),
    # why a complaint is declined
    "emergency": N_("emergency: 110, 119, 120"),
    "court_or_petition": N_("a court or petition matter"),
    "not_our_domain": N_("not our domain"),
    "malicious": N_("malicious"),
    "no_facts": N_("no facts"),
    # parts, dispositions, rungs
    "lead": N_("lead"),
    "assist": N_("assisting"),
    "rectified": N_("rectified"),
    "penalised": N_("penalised"),
    "explained": N_("explained"),
    "not_found": N_("not found on site"),
    "transferred": N_("transferred"),
    "historic": N_("from the archive"),
    "chased": N_("chased"),
    "supervised": N_("supervised"),
    "circulated": N_("circulated"),
    # contacts, visits, promises, requests
    "call": N_("call"),
    "message": N_("message"),
    "visit": N_("visit"),
    "reached": N_("reached"),
    "no_answer": N_("no answer"),
    "wrong_number": N_("wrong number"),
    "would_not_talk": N_("would not talk"),
    "promised": N_("promised"),
    "kept": N_("kept"),
    "broken": N_("broken"),
    "asked": N_("asked"),
    "agreed": N_("agreed"),
    "refused": N_("refused"),
    "withdrawn": N_("withdrawn"),
    "return": N_("return"),
    "extension": N_("extension"),
    "suspension": N_("suspension"),
    # roles and tiers
    "operator": N_("operator"),
    "supervisor": N_("shift supervisor"),
    "inspector": N_("inspector"),
    "administrator": N_("administrator"),
    "captain": N_("captain"),
    "instructor": N_("political instructor"),
    "officer": N_("officer"),
    "keeper": N_("workstation keeper"),
    "wall": N_("wall"),
    "township": N_("township squad"),
    "direct": N_("direct squad"),
    # notes
    "progress": N_("progress"),
    "joint": N_("joint action"),
    "remark": N_("remark"),
    "review": N_("review"),
    # inspection
    "to_rectify": N_("to put right"),
    "to_recheck": N_("to look at again"),
    "settled": N_("settled"),
    "minor": N_("minor"),
    "serious": N_("serious"),
    "all": N_("whatever was closed"),
    "redone": N_("done again"),
    "late": N_("resolved too late"),
    "unhappy": N_("not solved, or not content"),
    "unreached": N_("nobody reached"),
    "contact": N_("contact"),
    "words": N_("what was said"),
    "on_site": N_("on site"),
    "lawful": N_("by the rules"),
    "put_right": N_("put right"),
    "conduct": N_("conduct"),
    # shifts and attendance
    "planned": N_("planned"),
    "approved": N_("approved"),
    "offered": N_("signed by one"),
    "signed": N_("signed by both"),
    "annual": N_("annual leave"),
    "sick": N_("sick leave"),
    "personal": N_("personal leave"),
    "official": N_("away on duty"),
    "compensatory": N_("compensatory leave"),
    "believed": N_("believed"),
    "disbelieved": N_("not believed"),
    "device": N_("by the device"),
    "map": N_("picked on the map"),
    "unit": N_("at the own unit"),
    "station": N_("at a station of the room"),
    # places
    "town": N_("town"),
    "zone": N_("functional zone"),
    "community": N_("community"),
    "village": N_("village"),
    "road": N_("road"),
    "estate": N_("estate"),
}


WORDS_OF: dict[tuple[str, str], str] = {
    # What the squad has put right is to be reviewed as long as the case is; the squad's own work is done for good.
    ("assignment", "resolved"): N_("resolved"),
}


KINDS: dict[str, str] = {
    "squad": N_("squad"), "contact": N_("contact"), "assignment": N_("assignment"), "reveal": N_("look at a caller"),
    "matter": N_("matter"), "note": N_("note"), "request": N_("request"), "person": N_("person"),
    "directive": N_("directive"), "case_link": N_("link between cases"), "photo": N_("photo"),
    "credential": N_("password"), "calendar_day": N_("day of the calendar"), "matter_domain": N_("domain"),
    "district": N_("district"), "visit": N_("return visit"), "workstation": N_("workstation"),
    "setting": N_("setting"), "complainant": N_("citizen"), "place": N_("place"), "case_file": N_("case"),
    "promise": N_("promise"), "complaint": N_("complaint"), "export": N_("export"),
    "dismissed_sign": N_("sign put aside"),
    "roster_entry": N_("duty on the roster"), "leave_request": N_("leave"), "shift_swap": N_("swap of shifts"),
    "attendance": N_("attendance"), "roll_call": N_("roll-call"), "roll_answer": N_("answer to a roll-call"),
    "handover": N_("handover of the shift"),
    "refused_sign_in": N_("refused sign-in"), "numbers_tried": N_("telephone numbers tried"),
    "wall": N_("wall"),
    "sample": N_("sample"), "case_check": N_("check sheet"), "finding": N_("finding"),
}  # fmt: skip
"""What each kind of record is called."""


def word(value: str, kind: str = "") -> str:
    """The word for a state, role or code in the language spoken now, as it reads on that kind of record."""
    return translate(WORDS_OF.get((kind, value)) or WORDS[value]) if value else ""
