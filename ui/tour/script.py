"""What the people of the tour say and type, in the language they sit before. All of it is invented."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Script:
    """The lines of one life of a case. A caller's number is of a kind that is given to nobody."""

    words: str
    caller: str
    phone: str
    matter: str
    door: str
    """What follows the estate's name in the place."""
    again: str
    """The same thing, as a neighbour tells it."""
    neighbour: str
    neighbours_phone: str
    elsewhere: str
    """What somebody takes down at the second station."""
    instruction: str
    contact: str
    neighbours_contact: str
    promise: str
    kept: str
    progress: str
    closing: str
    review: str
    visit: str
    chase: str
    """What a supervisor writes to the squad at the second station."""
    before: str
    after: str
    """The captions in the two photos."""


CHINESE = Script(
    words="工地半夜还在施工，打桩噪声很大，孩子没法睡觉，已经连续三天了。",
    caller="王女士",
    phone="12000004816",
    matter="夜间施工噪声",
    door="3号楼",
    again="我们小区旁边的工地半夜还在打桩施工，噪声太大，老人孩子都没法睡觉。",
    neighbour="李先生",
    neighbours_phone="12000007302",
    elsewhere="小区门口流动摊贩占道经营，早高峰车辆无法通行。",
    instruction="请尽快到场核实施工许可，先电话联系两位来电人。",
    contact="已联系来电人，确认施工时段为23时至次日2时，告知一小时内到场检查。",
    neighbours_contact="已联系李先生，情况与首位来电人反映一致。",
    promise="一小时内到场检查，并回电告知结果。",
    kept="已到场检查，工地已停工，已回电告知王女士。",
    progress="已下达责令改正通知书，施工方已停止夜间打桩。",
    closing="工地已停止夜间施工并书面承诺22时后不再打桩，两位来电人均已告知。",
    review="联系、承诺和现场照片齐全，同意办结。",
    visit="晚上安静了，孩子能睡好了，谢谢。",
    chase="请说明目前进展。",
    before="整改前",
    after="整改后",
)

ENGLISH = Script(
    words="The construction site is still piling at night. The noise is terrible, the children cannot sleep, "
    "three nights in a row.",
    caller="Ms Wang",
    phone="12000004817",
    matter="Construction noise at night",
    door="Building 3",
    again="The construction site next to our estate is piling at night, terrible noise, nobody can sleep.",
    neighbour="Mr Li",
    neighbours_phone="12000007303",
    elsewhere="Street vendors block the road at the estate's gate; in the morning no car can pass.",
    instruction="Please check the building permit on site soon; ring both callers first.",
    contact="Rang the caller: works go on from 23:00 to 02:00. Told her that we come within the hour.",
    neighbours_contact="Rang Mr Li: he reports the same as the first caller.",
    promise="On site within the hour, and a call back with the result.",
    kept="Was on site, the works have stopped; rang Ms Wang back.",
    progress="Notice to put it right served; the contractor has stopped piling at night.",
    closing="The site has stopped working at night and promised in writing not to pile after 22:00; both callers told.",
    review="Contacts, promise and photos are complete: agreed.",
    visit="It is quiet at night now, the children sleep. Thank you.",
    chase="Please say where this stands.",
    before="before",
    after="after",
)

SCRIPTS = {"zh_CN": CHINESE, "en": ENGLISH}
