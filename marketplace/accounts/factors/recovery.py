"""Recovery codes: ten, each good once, kept as hashes."""

from __future__ import annotations

import unicodedata

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.accounts.factors.models import RecoveryCode
from marketplace.kernel.ids import hash_secret, new_id

CODES = 10
GROUP = 4


def make_codes(session: Session, person_id: str) -> list[str]:
    """Replace the codes of a person and return the new ones, this once; each has 80 random bits."""
    drop_codes(session, person_id)
    plain = [new_id() for _number in range(CODES)]
    session.add_all(RecoveryCode(code_hash=hash_secret(code), person_id=person_id) for code in plain)
    session.flush()
    return ["-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP)) for code in plain]


def use_code(session: Session, person_id: str, typed: str) -> bool:
    """Use a code up; tell whether it was one."""
    code = plain_code(typed)
    used = delete(RecoveryCode).where(RecoveryCode.code_hash == hash_secret(code), RecoveryCode.person_id == person_id)
    return session.scalar(used.returning(RecoveryCode.person_id)) is not None


def drop_codes(session: Session, person_id: str) -> None:
    """Delete the codes of a person."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))


def plain_code(typed: str) -> str:
    """Return a code as it is compared: full width, capitals, spaces and hyphens make no difference."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", typed).casefold() if letter.isalnum())
