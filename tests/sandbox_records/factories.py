"""Apps with live settings, put into the database directly."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.models import App, AppSettings, Part, Principal, PrincipalKind, Site, SiteUser, Stage

NOW = datetime(2026, 11, 23, 1, 30, 45, tzinfo=UTC)
SITE = "site-a"
BUILT_INS = {
    "レコード番号": {"type": "RECORD_NUMBER"},
    "作成者": {"type": "CREATOR"},
    "作成日時": {"type": "CREATED_TIME"},
    "更新者": {"type": "MODIFIER"},
    "更新日時": {"type": "UPDATED_TIME"},
    "カテゴリー": {"type": "CATEGORY", "enabled": False},
    "ステータス": {"type": "STATUS", "enabled": True},
    "作業者": {"type": "STATUS_ASSIGNEE", "enabled": True},
}


def field(field_type: str, **settings: Any) -> dict[str, Any]:
    return {"type": field_type, **settings}


def text(**settings: Any) -> dict[str, Any]:
    return field("SINGLE_LINE_TEXT", **settings)


def number(**settings: Any) -> dict[str, Any]:
    return field("NUMBER", **settings)


def calc(expression: str, **settings: Any) -> dict[str, Any]:
    return field("CALC", expression=expression, **settings)


def choice(field_type: str, *labels: str, **settings: Any) -> dict[str, Any]:
    options = {label: {"label": label, "index": str(position)} for position, label in enumerate(labels)}
    return field(field_type, options=options, **settings)


def table(**columns: dict[str, Any]) -> dict[str, Any]:
    return field("SUBTABLE", fields=columns)


def lookup(app: App, key: str, field_type: str = "SINGLE_LINE_TEXT", **targets: str) -> dict[str, Any]:
    mappings = [{"field": target, "relatedField": source} for target, source in targets.items()]
    related = {"app": str(app.app_id), "code": ""}
    return field(field_type, lookup={"relatedApp": related, "relatedKeyField": key, "fieldMappings": mappings})


def make_site(session: Session, site_id: str = SITE) -> Site:
    found = session.get(Site, site_id)
    if found is not None:
        return found
    site = Site(id=site_id, name="みほん市", created_at=NOW)
    session.add(site)
    session.flush()
    for code, name in (("sato", "佐藤"), ("suzuki", "鈴木"), ("admin", "管理者")):
        session.add(SiteUser(site_id=site_id, code=code, name=name, password_hash=None, is_admin=code == "admin"))
    session.add(Principal(site_id=site_id, kind=PrincipalKind.GROUP, code="everyone", name="Everyone"))
    session.add(Principal(site_id=site_id, kind=PrincipalKind.ORGANIZATION, code="soumu", name="総務課"))
    session.flush()
    return site


def make_app(session: Session, status: dict[str, Any] | None = None, /, **fields: dict[str, Any]) -> App:
    """Insert a deployed app; fields get their code, label and number."""
    make_site(session)
    numbers = count(1)
    properties = {code: _complete(code, settings, numbers) for code, settings in (BUILT_INS | fields).items()}
    app_id = len(session.scalars(select(App).where(App.site_id == SITE)).all()) + 1
    app = App(
        site_id=SITE, app_id=app_id, name="申請", live_revision=2, created_at=NOW, creator="admin",
        modified_at=NOW, modifier="admin",
    )  # fmt: skip
    session.add(app)
    session.flush()
    documents = {Part.FIELDS: {"properties": properties}, Part.STATUS: status or {"enable": False}}
    for part, document in documents.items():
        session.add(AppSettings(app_pk=app.pk, stage=Stage.LIVE, part=part, document=document))
    session.flush()
    return app


def _complete(code: str, settings: dict[str, Any], numbers: count[int]) -> dict[str, Any]:
    complete = {"code": code, "label": settings.get("label", code), "$id": next(numbers), **settings}
    if "fields" in complete:
        complete["fields"] = {inner: _complete(inner, each, numbers) for inner, each in complete["fields"].items()}
    return complete


def make_process(*names: str, actions: list[dict[str, Any]], **assignees: dict[str, Any]) -> dict[str, Any]:
    """Return the status document of a process; assignees by the name of the state."""
    nobody = {"type": "ONE", "entities": []}
    states = {
        name: {"name": name, "index": str(position), "assignee": assignees.get(name, nobody)}
        for position, name in enumerate(names)
    }
    return {"enable": True, "states": states, "actions": [{"filterCond": "", **action} for action in actions]}


def candidates(assignee_type: str, *codes: str) -> dict[str, Any]:
    entities = [{"entity": {"type": "USER", "code": code}, "includeSubs": False} for code in codes]
    return {"type": assignee_type, "entities": entities}


def caller(code: str = "sato", **settings: Any) -> Caller:
    return Caller(site_id=SITE, code=code, name=code, is_admin=code == "admin", **settings)


def values(**cells: Any) -> dict[str, Any]:
    """Return a record body: {code: {"value": …}}."""
    return {code: {"value": value} for code, value in cells.items()}


def row(row_id: int | str | None = None, /, **cells: Any) -> dict[str, Any]:
    return {"id": row_id, "value": values(**cells)} if row_id is not None else {"value": values(**cells)}
