"""An app of a workspace, made through the REST API as its owner would, for the pages that show it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.sandbox.models import App, AppSettings, Part, Stage
from tests.kintone_api.conftest import Kintone, credentials
from tests.web.factories import World

TEXT = {"type": "SINGLE_LINE_TEXT"}
OPTIONS = {"東": {"label": "東", "index": "0"}, "西": {"label": "西", "index": "1"}}
FIELDS: dict[str, dict[str, Any]] = {
    "件名": TEXT,
    "番号": {**TEXT, "unique": True},
    "説明": {"type": "MULTI_LINE_TEXT"},
    "金額": {"type": "NUMBER", "digit": True, "unit": "円", "unitPosition": "AFTER"},
    "地区": {"type": "DROP_DOWN", "options": OPTIONS},
    "対象": {"type": "CHECK_BOX", "options": OPTIONS},
    "受付日": {"type": "DATE"},
    "来庁日時": {"type": "DATETIME"},
    "担当": {"type": "USER_SELECT"},
    "資料": {"type": "FILE"},
    "参考": {"type": "LINK", "protocol": "WEB"},
    "明細": {
        "type": "SUBTABLE",
        "fields": {
            "品名": {**TEXT, "code": "品名", "label": "品名"},
            "数量": {"type": "NUMBER", "code": "数量", "label": "数量"},
        },
    },
}
PROCESS = {
    "受付": {"name": "受付", "index": "0", "assignee": {"type": "ONE", "entities": []}},
    "完了": {"name": "完了", "index": "1", "assignee": {"type": "ONE", "entities": []}},
}


class InstalledApp:
    """One app with a field of most kinds; `base` is the address of its pages."""

    def __init__(self, world: World, **parts: object) -> None:
        self.workspace_id = world.open_workspace()
        password = world.reset_password(self.workspace_id)
        self.kintone = SiteKintone(world.app, credentials("Administrator", password))
        self.kintone.site = self.workspace_id
        self.id = self.kintone.make_app("窓口受付")
        self.kintone.add_fields(self.id, **FIELDS)
        rows = [_line(code, settings) for code, settings in FIELDS.items()]
        self.kintone.put("preview/app/form/layout", app=self.id, layout=rows)
        self.set_parts(**parts)
        self.base = f"/w/{self.workspace_id}/k/{self.id}/"

    def set_parts(self, **parts: object) -> None:
        """Write settings, such as views or reports, and put them into use."""
        for name, content in parts.items():
            self.kintone.put(f"preview/app/{name}", app=self.id, **{name: content})
        self.kintone.deploy(self.id)

    def with_process(self) -> InstalledApp:
        """Switch process management on."""
        actions = [{"name": "終える", "from": "受付", "to": "完了"}]
        self.kintone.put("preview/app/status", app=self.id, enable=True, states=PROCESS, actions=actions)
        self.kintone.deploy(self.id)
        return self

    def rewrite(self, session: Session, part: Part, old: str, new: str) -> None:
        """Change live settings behind the service's back, as a form that moved on would leave them."""
        own = select(App.pk).where(App.site_id == self.workspace_id, App.app_id == self.id)
        row = session.scalars(
            select(AppSettings).where(
                AppSettings.app_pk.in_(own), AppSettings.stage == Stage.LIVE, AppSettings.part == part
            )
        ).one()
        row.document = json.loads(json.dumps(row.document, ensure_ascii=False).replace(old, new))
        session.commit()

    def add(self, **cells: object) -> int:
        """Add a record and return its number."""
        record = {code: {"value": value} for code, value in cells.items()}
        return int(self.kintone.post("record", app=self.id, record=record)["id"])

    def add_many(self, *records: dict[str, object]) -> None:
        """Add up to 100 records."""
        bodies = [{code: {"value": value} for code, value in cells.items()} for cells in records]
        self.kintone.post("records", app=self.id, records=bodies)

    def records(self, query: str = "order by $id asc") -> list[dict[str, Any]]:
        """Return records by a query, each as its values."""
        found = self.kintone.get("records", app=self.id, query=query)["records"]
        return [{code: cell["value"] for code, cell in record.items()} for record in found]


class SiteKintone(Kintone):
    """Calls one site."""

    site = ""

    def send(self, method: str, name: str, body: object = None, **options: Any) -> Any:
        return super().send(method, name, body, site=self.site, **options)


def _line(code: str, settings: dict[str, Any]) -> dict[str, Any]:
    if settings["type"] == "SUBTABLE":
        columns = [{"type": inner["type"], "code": column} for column, inner in settings["fields"].items()]
        return {"type": "SUBTABLE", "code": code, "fields": columns}
    return {"type": "ROW", "fields": [{"type": settings["type"], "code": code, "size": {"width": "200"}}]}


def view(*fields: str, **settings: object) -> dict[str, object]:
    """Return the settings of a list."""
    return {"type": "LIST", "index": "0", "fields": list(fields), "filterCond": "", "sort": "$id asc", **settings}
