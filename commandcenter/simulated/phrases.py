"""What simulated people say. All of it is invented."""

from random import Random

_STARTS = ("您好，", "你好，", "", "")
_SAID = (
    "{matter}，就在{place}附近，已经好几天了，希望尽快处理。",
    "{matter}影响居民生活，地点在{place}，请派人来看看。",
    "{matter}一直没人管，{place}东侧，之前说会处理，到现在没有动静。",
    "{matter}，在{place}门口，老人孩子经过很不安全。",
    "{matter}，每天晚上都这样，孩子没法休息，地点是{place}。",
    "{matter}归谁管？{place}这边已经反映过一次了。",
)
_AGAIN = ("又来反映：", "还是上次那件事：", "和邻居说的是同一件事：", "")
_FOUND = ("{matter}，巡查在{place}发现，现场已拍照。", "{matter}：工作站日常巡查发现，{place}，需处置。")
_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_MOBILE = ("131", "135", "137", "138", "139", "150", "152", "158", "159", "176", "186", "188")
CONTACT = (
    "已与诉求人电话联系，说明上门时间。", "电话了解情况，对方补充了具体位置。", "已致电诉求人，告知正在前往现场。",
)  # fmt: skip
PROGRESS = ("已到现场核查，情况属实。", "已责令当事人限期整改。", "正在联合社区一并处理。", "已下达责令改正通知书。")
CLOSING = ("现场已整改完毕，并告知诉求人。", "已清理恢复原状，将加强巡查。", "当事人已自行整改，复查合格。")


def complaint(random: Random, matter: str, place: str) -> str:
    """What a caller says about a matter at a place."""
    return random.choice(_STARTS) + random.choice(_SAID).format(place=place, matter=matter)


def again(random: Random, words: str) -> str:
    """The same grievance once more."""
    return random.choice(_AGAIN) + words


def find(random: Random, matter: str, place: str) -> str:
    """What a patrol writes."""
    return random.choice(_FOUND).format(place=place, matter=matter)


def phone(random: Random) -> str:
    """A mobile number that looks real."""
    return random.choice(_MOBILE) + f"{random.randrange(10**8):08d}"


def name(random: Random) -> str:
    """A family name with a courtesy."""
    return random.choice(_FAMILY) + random.choice(("先生", "女士", "大爷", "阿姨"))
