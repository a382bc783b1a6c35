"""What whoever takes complaints in may know of a citizen without a look: whether heard of before, and the mask.

On a server nobody reads the citizens' table; it answers these questions instead (steps 0013 and 0015).
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Function, Integer, Text, column, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from commandcenter.domain.complaints import Complainant, Complaint
from commandcenter.domain.identity import HIDDEN, masked_name
from commandcenter.domain.record import Key, type_key
from commandcenter.domain.rulings import Directive

Sign = tuple[str, str]
"""What a citizen is recognised by in a file: a telephone number's digits, or else an account; the other is empty."""


def on_server(session: Session) -> bool:
    """Whether the citizens' table is behind the functions of a server."""
    return session.get_bind().dialect.name == "postgresql"


def heard_before(session: Session, digits: str) -> Complainant | None:
    """The citizen of that telephone number, to be tied to or renamed; held until the transaction ends.

    Held, so that nobody forgets who it is while the complaint is written. From a server the row has the mask in the
    place of the name, and neither telephone number nor account.
    """
    if on_server(session):
        return _masked(session, func.heard_before(literal(digits, Text)))
    return session.scalars(select(Complainant).where(Complainant.phone == digits)).first()


def masked_citizen(session: Session, key: Key) -> Complainant | None:
    """The same for the citizen of that key."""
    if on_server(session):
        return _masked(session, func.citizen_masked(literal(key, type_key)))
    return session.get(Complainant, key)


def words_without_names(session: Session, directive: Directive) -> str:
    """The words of a directive without the names of those who complained, whoever asks.

    On a server nobody but it reads the names (step 0027).
    """
    if on_server(session):
        said: str | None = session.scalar(select(func.words_without_names(literal(directive.id, type_key))))
        return said or ""
    concerned = select(Complaint.complainant_id).where(Complaint.case_id == directive.case_id)
    said = directive.words
    for name in session.scalars(select(Complainant.name).where(Complainant.id.in_(concerned))):
        said = said.replace(name.strip(), HIDDEN) if len(name.strip()) > 1 else said
    return said


def known_citizens(session: Session, signs: Collection[Sign]) -> Mapping[Sign, Key]:
    """Those of these telephone numbers and accounts that are known, and whose they are."""
    phones, accounts = [phone for phone, _ in signs if phone], [account for _, account in signs if account]
    if on_server(session):
        asked = func.known_citizens(literal(phones, ARRAY(Text)), literal(accounts, ARRAY(Text)))
        told = asked.table_valued(column("phone", Text), column("account", Text), column("id", type_key))
        return {(phone, account): key for phone, account, key in session.execute(select(told))}
    by_phone = select(Complainant.phone, Complainant.id).where(Complainant.phone.in_(phones))
    by_account = select(Complainant.account, Complainant.id).where(Complainant.account.in_(accounts))
    found = {(phone or "", ""): key for phone, key in session.execute(by_phone)}
    return found | {("", account or ""): key for account, key in session.execute(by_account)}


def _masked(session: Session, asked: Function[Any]) -> Complainant | None:
    told = asked.table_valued(column("id", type_key), column("version", Integer), column("initial", Text))
    found = select(told.c.id, told.c.version, told.c.initial)
    row = session.execute(select(Complainant, told.c.initial).from_statement(found)).one_or_none()
    if row is None:
        return None
    citizen: Complainant = row[0]
    set_committed_value(citizen, "name", masked_name(row.initial))
    return citizen
