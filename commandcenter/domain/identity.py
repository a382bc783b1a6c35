"""A citizen's identity: how a telephone number is normalised, and what everybody may see of it."""

import hashlib
import unicodedata

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
