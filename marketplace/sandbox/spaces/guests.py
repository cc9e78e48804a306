"""Guests of a site, and which of them a guest space admits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.kernel.text import Text
from marketplace.sandbox import policy
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.files import attach_files
from marketplace.sandbox.settings.shapes import ListOf, Obj, Txt, may, need, one_of
from marketplace.sandbox.spaces.errors import GuestNotFoundError
from marketplace.sandbox.spaces.models import Guest, SpaceGuest
from marketplace.sandbox.spaces.services import get_managed_space

MOST_GUESTS = 1000
GUESTS = ListOf(
    Obj(
        {
            "name": need(Txt(longest=128, shortest=1)),
            "code": need(Txt(longest=128, shortest=1)),
            "password": need(Txt(longest=256, shortest=1)),
            "timezone": need(Txt(longest=64, shortest=1)),
            "locale": may(one_of("auto ja en zh"), otherwise="auto"),
            "image": may(Txt(shortest=1)),
            "surNameReading": may(Txt(longest=64)),
            "givenNameReading": may(Txt(longest=64)),
            "company": may(Txt(longest=100)),
            "division": may(Txt(longest=100)),
            "phone": may(Txt(longest=100)),
            "callto": may(Txt(longest=256)),
        }
    ),
    most=MOST_GUESTS,
    least=1,
)
"""The shape of the list of guests that a call adds."""
CODES = ListOf(Txt(longest=128, shortest=1), most=MOST_GUESTS)
NO_ADDRESS = Text("メールアドレスを指定してください。", "Specify an e-mail address.")
TAKEN = Text("このゲストユーザーはすでに追加されています。", "The guest user has already been added.")
NOT_A_GUEST_SPACE = Text("ゲストスペースを指定してください。", "Specify a guest space.")


def add_guests(session: Session, caller: Caller, given: Sequence[dict[str, Any]], now: datetime) -> None:
    """Make guests known to the site; no invitation goes out and no password is kept. Raises InvalidInputError."""
    policy.require_site_admin(caller)
    known = set(_known(session, caller.site_id, [guest["code"] for guest in given]))
    for index, guest in enumerate(given):
        if "@" not in guest["code"]:
            raise InvalidInputError({f"guests[{index}].code": [NO_ADDRESS]})
        if guest["code"] in known:
            raise InvalidInputError({f"guests[{index}].code": [TAKEN]})
        known.add(guest["code"])
    pictures = attach_files(session, caller.site_id, [guest["image"] for guest in given if "image" in guest], now)
    for guest in given:
        profile = {key: value for key, value in guest.items() if key not in {"name", "code", "password"}}
        if "image" in profile:
            profile["image"] = pictures[profile["image"]]
        session.add(
            Guest(site_id=caller.site_id, code=guest["code"], name=guest["name"], profile=profile, created_at=now)
        )
    session.flush()  # the next call may put them into a space


def delete_guests(session: Session, caller: Caller, codes: Sequence[str]) -> None:
    """Forget guests, also in the spaces that admit them. Raises GuestNotFoundError."""
    policy.require_site_admin(caller)
    _require_known(session, caller.site_id, codes)
    session.execute(delete(Guest).where(Guest.site_id == caller.site_id, Guest.code.in_(codes)))


def replace_space_guests(session: Session, caller: Caller, space_id: int, codes: Sequence[str], now: datetime) -> None:
    """Replace the guests that a guest space admits. Raises InvalidInputError or GuestNotFoundError."""
    space = get_managed_space(session, caller, space_id)
    if not space.is_guest:
        raise InvalidInputError({"id": [NOT_A_GUEST_SPACE]})
    _require_known(session, caller.site_id, codes)
    session.execute(
        delete(SpaceGuest).where(SpaceGuest.site_id == space.site_id, SpaceGuest.space_id == space.space_id)
    )
    session.add_all(
        SpaceGuest(site_id=space.site_id, space_id=space.space_id, code=code) for code in dict.fromkeys(codes)
    )
    space.modified_at = now
    space.modifier = caller.code


def _require_known(session: Session, site_id: str, codes: Sequence[str]) -> None:
    known = set(_known(session, site_id, codes))
    for code in codes:
        if code not in known:
            raise GuestNotFoundError(code=code)


def _known(session: Session, site_id: str, codes: Sequence[str]) -> list[str]:
    return list(session.scalars(select(Guest.code).where(Guest.site_id == site_id, Guest.code.in_(codes))))
