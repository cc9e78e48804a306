"""A kintone in memory that takes the installer's calls, keeps kintone's rules on them, and can fail at any call."""

from __future__ import annotations

import copy
import json
import pickle
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marketplace.kintone.client import Reply, Upload

Json = dict[str, Any]
BUILT_INS = {
    code: {"type": kind, "code": code, "label": code, "noLabel": False}
    for kind, code in (
        ("RECORD_NUMBER", "Record_number"),
        ("CREATOR", "Created_by"),
        ("CREATED_TIME", "Created_datetime"),
        ("MODIFIER", "Updated_by"),
        ("UPDATED_TIME", "Updated_datetime"),
    )
}
WHOLE_PARTS = frozenset(
    [
        "app/layout",
        "app/views",
        "app/status",
        "app/acl",
        "record/acl",
        "field/acl",
        "app/notifications/general",
        "app/notifications/perRecord",
        "app/notifications/reminder",
        "app/reports",
        "app/actions",
        "app/customize",
        "app/adminNotes",
    ]
)


class RefusedError(Exception):
    """A refusal on its way to the answer."""

    def __init__(self, status: int, code: str, message: str = "refused") -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


class KilledError(BaseException):
    """The worker dies: nothing in the program may catch this."""


@dataclass
class FakeApp:
    """One app: settings under preparation and in use, and records."""

    app_id: str
    preview: Json
    live: Json | None = None
    records: dict[int, Json] = field(default_factory=dict)

    @property
    def fields(self) -> Json:
        """The fields in use."""
        return (self.live or {"fields": {}})["fields"]


Before = Callable[[int, str, str], Reply | None]
After = Callable[[int, str, str], None]


@dataclass
class FakeKintone:
    """The transport of a kintone in memory; `before` and `after` may raise or answer instead."""

    apps: dict[str, FakeApp] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    uploads: dict[str, bytes] = field(default_factory=dict)
    attached: dict[str, bytes] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    before: Before = lambda _index, _method, _path: None
    after: After = lambda _index, _method, _path: None
    first_app_id: int = 1

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Json | None = None,
        file: Upload | None = None,
    ) -> Reply:
        index = len(self.calls)
        self.calls.append((method, path))
        instead = self.before(index, method, path)
        if instead is not None:
            return instead
        if path.endswith("/file.json") and params:
            return Reply(200, self.attached[params["fileKey"]], {"Content-Type": "application/octet-stream"})
        saved = pickle.dumps((self.apps, self.uploads)) if method != "GET" else b""
        try:
            answer = self._dispatch(method, path.removeprefix("/k/v1/"), dict(params or {}), body or {}, file)
            status = 200
        except RefusedError as refusal:
            if saved:
                self.apps, self.uploads = pickle.loads(saved)  # noqa: S301 - what was just written
            status, answer = refusal.status, {"code": refusal.code, "id": "x", "message": refusal.message}
        self.after(index, method, path)
        return reply(status, answer)

    def published(self) -> dict[str, FakeApp]:
        """The apps in use, by name."""
        return {app.live["settings"]["name"]: app for app in self.apps.values() if app.live}

    def _dispatch(self, method: str, api: str, params: Json, body: Json, file: Upload | None) -> Json:
        if file is not None:
            key = f"upload-{len(self.uploads)}"
            self.uploads[key] = file.data
            self.names[key] = file.name
            return {"fileKey": key}
        acts: dict[tuple[str, str], Callable[[Json], Json]] = {
            ("GET", "apps.json"): self._list,
            ("POST", "preview/app.json"): self._create,
            ("POST", "preview/app/deploy.json"): self._deploy,
            ("GET", "preview/app/deploy.json"): self._deploy_status,
            ("GET", "records.json"): self._read_records,
            ("POST", "records.json"): self._add_records,
            ("PUT", "records/status.json"): self._change_statuses,
        }
        if (method, api) in acts:
            return acts[method, api](params or body)
        return self._settings(method, api, params, body)

    @staticmethod
    def _deploy_status(params: Json) -> Json:
        return {"apps": [{"app": app, "status": "SUCCESS"} for app in params.values()]}

    def _app(self, app_id: object) -> FakeApp:
        if str(app_id) not in self.apps:
            raise RefusedError(404, "GAIA_AP01")
        return self.apps[str(app_id)]

    def _list(self, params: Json) -> Json:
        offset, limit = int(params["offset"]), int(params["limit"])
        found = [
            app for app in self.apps.values() if app.live and params.get("name", "") in app.live["settings"]["name"]
        ]
        page = found[offset : offset + limit]
        return {"apps": [{"appId": app.app_id, "name": app.live["settings"]["name"]} for app in page if app.live]}

    def _create(self, body: Json) -> Json:
        if not 0 < len(body["name"]) <= 64:
            raise RefusedError(400, "CB_VA01")
        app_id = str(max([self.first_app_id - 1, *map(int, self.apps)]) + 1)
        preview = {"settings": {"name": body["name"]}, "fields": copy.deepcopy(BUILT_INS), "revision": 1, "plugins": []}
        self.apps[app_id] = FakeApp(app_id, preview)
        return {"app": app_id, "revision": "1"}

    def _settings(self, method: str, api: str, params: Json, body: Json) -> Json:
        in_preview = api.startswith("preview/")
        part = api.removeprefix("preview/").removesuffix(".json").replace("app/form/layout", "app/layout")
        app = self._app(params.get("app") or body.get("app"))
        if method == "GET":
            return self._read(app.preview if in_preview else app.live, part)
        if not in_preview:
            raise RefusedError(400, "CB_VA01", "The installer only writes previews")
        self._check_revision(app, body)
        self._write(method, app, part, {key: value for key, value in body.items() if key not in {"app", "revision"}})
        app.preview["revision"] += 1
        return {"revision": str(app.preview["revision"])}

    @staticmethod
    def _check_revision(app: FakeApp, given: Json) -> None:
        if given.get("revision") not in {None, str(app.preview["revision"])}:
            raise RefusedError(409, "GAIA_CO03")

    def _read(self, state: Json | None, part: str) -> Json:
        if state is None:
            raise RefusedError(404, "GAIA_AP01")
        revision = str(state["revision"])
        match part:
            case "app/settings":
                return {**state["settings"], "revision": revision}
            case "app/form/fields":
                return {"properties": copy.deepcopy(state["fields"]), "revision": revision}
            case "app/plugins":
                return {"plugins": [{"id": plugin} for plugin in state["plugins"]], "revision": revision}
        return {**state.get(part, {}), "revision": revision}

    def _write(self, method: str, app: FakeApp, part: str, body: Json) -> None:
        match method, part:
            case "PUT", "app/settings":
                app.preview["settings"] |= self._attach(body)
            case "POST", "app/form/fields":
                self._add_fields(app, body["properties"])
            case "PUT", "app/form/fields":
                for code, changed in body["properties"].items():
                    old = app.preview["fields"].pop(code)
                    app.preview["fields"][changed["code"]] = old | changed
            case "POST", "app/plugins":
                app.preview["plugins"] += body["ids"]
            case "PUT", part if part in WHOLE_PARTS:
                if part == "app/layout":
                    self._check_layout(app, body["layout"])
                app.preview[part] = self._attach(body)
            case _:
                raise RefusedError(404, "CB_NO01", f"{method} {part}")

    def _attach(self, body: Json) -> Json:
        """Use up the upload keys that a setting or a record names."""
        for key in re.findall(r'"fileKey": "([^"]*)"', json.dumps(body)):
            if key not in self.uploads:
                raise RefusedError(404, "GAIA_BL01")
            self.attached[key] = self.uploads.pop(key)
        return body

    def _add_fields(self, app: FakeApp, properties: Json) -> None:
        if len(properties) > 100:
            raise RefusedError(400, "CB_VA01")
        for code, added in properties.items():
            if code in app.preview["fields"]:
                raise RefusedError(400, "CB_VA01", f"duplicate code {code}")
            related = added.get("lookup") or added.get("referenceTable")
            if related:
                there = self._app(related["relatedApp"]["app"]).fields
                named = {related.get("relatedKeyField"), (related.get("condition") or {}).get("relatedField")} - {None}
                named |= {mapping["relatedField"] for mapping in related.get("fieldMappings", [])}
                named |= {*related.get("displayFields", []), *related.get("lookupPickerFields", [])}
                if not named <= there.keys():
                    raise RefusedError(400, "GAIA_FC01", f"not in use: {sorted(named - there.keys())}")
            app.preview["fields"][code] = copy.deepcopy(added)

    @staticmethod
    def _check_layout(app: FakeApp, rows: list[Json]) -> None:
        placed = re.findall(r'"code": "([^"]*)"', json.dumps(rows, ensure_ascii=False))
        missing = [code for code, one in app.preview["fields"].items() if code not in placed and code not in BUILT_INS]
        if missing:
            raise RefusedError(400, "GAIA_FN11", f"not placed: {missing}")

    def _deploy(self, body: Json) -> Json:
        for entry in body["apps"]:
            app = self._app(entry["app"])
            self._check_revision(app, entry)
            for one in app.preview["fields"].values():
                if "lookup" in one:
                    key = self._app(one["lookup"]["relatedApp"]["app"]).fields[one["lookup"]["relatedKeyField"]]
                    if not key.get("unique"):
                        raise RefusedError(400, "GAIA_LO03")
            app.live = copy.deepcopy(app.preview)
        return {}

    def _read_records(self, params: Json) -> Json:
        app = self._app(params["app"])
        process = (app.live or {}).get("app/status") or {}
        records = []
        for number, record in sorted(app.records.items()):
            cells = self._shown(record["cells"]) | {"$id": {"type": "__ID__", "value": str(number)}}
            if process.get("enable"):
                cells["ステータス"] = {"type": "STATUS", "value": record["status"]}
            records.append(cells)
        return {"records": records, "totalCount": None}

    def _shown(self, cells: Json) -> Json:
        """Show cells with the names and sizes of their files."""
        shown = copy.deepcopy(cells)
        for cell in shown.values():
            for one in cell["value"] if isinstance(cell["value"], list) else ():
                if "fileKey" in one:
                    key = one["fileKey"]
                    one |= {"name": self.names[key], "size": str(len(self.attached[key]))}
        return shown

    def _add_records(self, body: Json) -> Json:
        app = self._app(body["app"])
        if app.live is None or len(body["records"]) > 100:
            raise RefusedError(400, "CB_VA01")
        process = app.live.get("app/status") or {}
        ids = []
        before = copy.deepcopy(self.apps)  # Lookups see only what was there before the call.
        for cells in body["records"]:
            self._check_record(app, cells, before)
            number = max([0, *app.records]) + 1
            start = min(process["states"], key=lambda name: int(process["states"][name]["index"])) if process else None
            app.records[number] = {"cells": self._attach(cells), "status": start}
            ids.append(str(number))
        return {"ids": ids, "revisions": ["1"] * len(ids)}

    @staticmethod
    def _check_record(app: FakeApp, cells: Json, before: dict[str, FakeApp]) -> None:
        if "{{" in json.dumps(cells):
            raise RefusedError(400, "CB_VA01", "unresolved placeholder or moment")
        for code, cell in cells.items():
            lookup = app.fields[code].get("lookup")
            if lookup and cell["value"]:
                keys = [
                    record["cells"].get(lookup["relatedKeyField"], {}).get("value")
                    for record in before[lookup["relatedApp"]["app"]].records.values()
                ]
                if cell["value"] not in keys:
                    raise RefusedError(400, "GAIA_LO04")

    def _change_statuses(self, body: Json) -> Json:
        app = self._app(body["app"])
        process = (app.live or {})["app/status"]
        for change in body["records"]:
            record = app.records[int(change["id"])]
            ways = [act for act in process["actions"] if act["name"] == change["action"]]
            action = next((act for act in ways if act["from"] == record["status"]), None)
            if action is None:
                raise RefusedError(400, "GAIA_IL03")
            assignee = process["states"][action["to"]]["assignee"]
            if assignee["type"] == "ONE" and assignee["entities"] and not change.get("assignee"):
                raise RefusedError(400, "GAIA_SA01")
            record["status"] = action["to"]
        return {"records": [{"id": change["id"], "revision": "3"} for change in body["records"]]}


def reply(status: int, document: Json) -> Reply:
    """Make an answer in JSON."""
    return Reply(status, json.dumps(document).encode(), {"Content-Type": "application/json;charset=utf-8"})


def refusal(status: int, code: str, message: str = "refused") -> Reply:
    """Make a refusal as kintone words it."""
    return reply(status, {"code": code, "id": "x", "message": message})
