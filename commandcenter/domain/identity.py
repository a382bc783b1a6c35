"""A citizen's identity: how a telephone number is normalised, what everybody may see of it, and what no paper says."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

ACCOUNT = 128
"""Characters an account has at most: the width of its column."""

_LONG = 11
"""Digits from which both ends may be shown: a mobile number, or one with its area code."""
_SHORT = 7
"""Digits below which nothing is shown: an extension, a service number."""


def phone_digits(phone: str) -> str:
    """The digits of a telephone number, without spaces, dashes or the country's +86. Empty if there are none.

    However it was typed: full-width digits, or those of another script, are the same number.
    """
    digits = "".join(str(digit) for c in phone if (digit := unicodedata.decimal(c, None)) is not None)
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and len(digits) - len(prefix) == len("13800000000"):
            return digits[len(prefix) :]
    return digits


def account_of(source: str, name: str) -> str:
    """What an online source knows somebody by: ``source:name``, the name as a hash where that would be too long."""
    account = f"{source}:{name}"
    if len(account) <= ACCOUNT:
        return account
    return f"{source}:{hashlib.sha256(name.encode()).hexdigest()[: ACCOUNT - len(source) - 1]}"


def masked_phone(phone: str) -> str:
    """``139****8816``: enough to recognise a caller's own number read back, not enough to ring it.

    The customary form hides four digits of a long number; of a local one the first half is hidden.
    """
    digits = phone_digits(phone)
    if len(digits) >= _LONG:
        return f"{digits[:3]}****{digits[-4:]}"
    shown = len(digits) // 2 if len(digits) >= _SHORT else 0
    return "*" * (len(digits) - shown) + digits[len(digits) - shown :]


def masked_name(name: str) -> str:
    """``王**``: the family name's first character only."""
    name = name.strip()
    return f"{name[0]}**" if name else ""


def caller_mask(name: str, phone: str) -> str:
    """What everybody may see of a caller."""
    return joined_mask(masked_name(name), masked_phone(phone))


def joined_mask(name: str, phone: str) -> str:
    """The mask of a caller whose name and telephone number are masked already."""
    return f"{name} {phone}".strip()


def mask_parts(mask: str) -> tuple[str, str]:
    """The masked name and the masked telephone number of a :func:`caller_mask`; empty where it has none."""
    name, _, phone = mask.partition(" ")
    if name[:1] != "*" and name[1:] == "**":
        return name, phone
    return "", mask


HIDDEN = "**"
_NUMBERS = re.compile(
    r"(?P<ours>(?<!\d)(?:\d{6}-\d{4}|\d{4}-\d{1,2}-\d{1,2})(?!\d))|(?<!\d)\+?\d(?:[\s()（）-]{0,2}\d){6,}"
)
"""A case's number or a date, which are nobody's; or seven digits and more, as a telephone or identity number has."""
_UNIT = (
    r"[\dA-Za-z一二三四五六七八九十百零]+\s*(?:号楼|号院|号门|栋|幢|座|单元|室|楼|层)"
    r"|(?<![月〕\d])\d+\s*号(?![文令线])"
)
_HOUSE = re.compile(rf"(?:{_UNIT})(?:[\s,,、-]*(?:{_UNIT}))*(?:[\s-]*\d{{3,4}}(?!\d))?")
_HOUSE_EN = re.compile(
    r"\b(?:no\.?|number|room|unit|building|bldg\.?|block|apt\.?|apartment|flat|house|floor)\s*#?\s*\d+\w*",
    re.IGNORECASE,
)
_ADDRESS = "先生|女士|小姐|同志|老师|师傅|大爷|大妈|大姐|大哥|阿姨|叔叔|奶奶|爷爷|某某|某"

_ANYBODY = re.compile("[\u3400-\u9fff](?:先生|女士|小姐|大爷|大妈|阿姨)|(?<![A-Za-z])(?:Mrs?|Ms|Miss)\\.? [A-Z][a-z]+")


def without_traces(words: str, masks: Iterable[str]) -> str:
    """What a person wrote, without what leads to a citizen: telephone, identity and house numbers, and surnames.

    ``masks`` are those of the callers concerned (:func:`caller_mask`): what begins with a surname they show is taken
    out as far as a form of address, as is anybody's surname with one. Whole names are to be taken out before, by
    whoever can read them. Rather too much is hidden than too little.
    """
    said = _NUMBERS.sub(lambda found: found[0] if found["ours"] else HIDDEN, words)
    said = _HOUSE_EN.sub(HIDDEN, _HOUSE.sub(HIDDEN, said))
    said = _ANYBODY.sub(HIDDEN, said)
    for initial in {name[0] for name, _phone in map(mask_parts, masks) if name}:
        said = re.sub(rf"{re.escape(initial)}[\u3400-\u9fff]{{0,2}}?(?:{_ADDRESS})", HIDDEN, said)
    return said
