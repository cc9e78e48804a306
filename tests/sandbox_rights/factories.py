"""Apps with rights, and callers with groups and organisations, put into the database directly."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller, Standing
from marketplace.sandbox.models import App, AppSettings, Part, Principal, PrincipalKind, Stage
from tests.sandbox_records.factories import SITE, field, make_app, make_site, number, table, text

GROUPS = ("madoguchi", "kacho")
PARENTS = {"jinjibu": None, "ka": "jinjibu", "kakari": "ka", "hoka": None}
EVERYONE = ("GROUP", "everyone")
ALL_ACTS = ("viewable", "editable", "deletable")


def make_people(session: Session) -> None:
    """Groups, and organisations one below the other: jinjibu > ka > kakari, and hoka beside them."""
    make_site(session)
    for code in GROUPS:
        session.add(Principal(site_id=SITE, kind=PrincipalKind.GROUP, code=code, name=code))
    for code, parent in PARENTS.items():
        kind = PrincipalKind.ORGANIZATION
        session.add(Principal(site_id=SITE, kind=kind, code=code, name=code, parent_code=parent))
    session.flush()


def standing(*, groups: tuple[str, ...] = (), organizations: tuple[str, ...] = (), primary: str | None = None):
    """What somebody belongs to, with the organisations above filled in."""
    above: set[str] = set()
    for code in organizations:
        here: str | None = code
        while here is not None:
            above.add(here)
            here = PARENTS[here]
    return Standing(frozenset(groups), frozenset(organizations), frozenset(above), primary)


def person(code: str = "sato", **belongs: Any) -> Caller:
    """A user without any rank."""
    return Caller(SITE, code, code, standing=standing(**belongs))


OWNER = Caller(SITE, "Administrator", "Administrator", is_admin=True, acts_for_owner=True)


def holder(kind: str, code: str | None, *, subs: bool = False, **given: Any) -> dict[str, Any]:
    return {"entity": {"type": kind, "code": code}, "includeSubs": subs, **given}


def grants(kind: str, code: str, *acts: str, subs: bool = False) -> dict[str, Any]:
    """A holder of a right on records, with what it may do."""
    return holder(kind, code, subs=subs, **{act: act in acts for act in ALL_ACTS})


def allows(kind: str, code: str, access: str, *, subs: bool = False) -> dict[str, Any]:
    """A holder of a right on a field."""
    return holder(kind, code, subs=subs, accessibility=access)


def set_rights(session: Session, app: App, part: Part, *rights: dict[str, Any]) -> None:
    """Put rights into use."""
    session.merge(AppSettings(app_pk=app.pk, stage=Stage.LIVE, part=part, document={"rights": list(rights)}))
    session.flush()


def record_right(condition: str, *entities: dict[str, Any]) -> dict[str, Any]:
    return {"filterCond": condition, "entities": list(entities)}


def field_right(code: str, *entities: dict[str, Any]) -> dict[str, Any]:
    return {"code": code, "entities": list(entities)}


def make_requests(session: Session) -> App:
    """An app of requests: an amount, who works on it, which group and section it is for, and lines."""
    make_people(session)
    return make_app(
        session, 件名=text(unique=True), 額=number(), 担当=field("USER_SELECT"), 係=field("GROUP_SELECT"),
        課=field("ORGANIZATION_SELECT"), 明細=table(品名=text(), 単価=number()),
    )  # fmt: skip
