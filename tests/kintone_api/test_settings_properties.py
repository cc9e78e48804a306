"""Whatever is done to an app's settings, in whatever order, the form stays whole and nothing fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine

from marketplace.db.unit_of_work import unit_of_work
from marketplace.edge.app import MarketplaceApp
from marketplace.kernel.ports import Ports
from marketplace.kintone_api.door import site_caller
from marketplace.kintone_api.routes import blueprint
from marketplace.sandbox import sites
from tests.conftest import ConnectionSessions
from tests.fakes import FixedClock, MemoryBlobStore, RecordingQueue
from tests.kintone_api.conftest import PASSWORD, SITE, Kintone, credentials

FIELDS = "preview/app/form/fields"
PARTS = ("settings", "form/fields", "form/layout", "views", "status", "reports", "notifications/perRecord")
KINDS = ("SINGLE_LINE_TEXT", "NUMBER", "DROP_DOWN", "CHECK_BOX", "DATE", "GROUP", "CALC", "SUBTABLE", "USER_SELECT")
CODES = ("甲", "乙", "丙", "丁", "戊")
COLUMNS = ("子", "丑", "寅")
LABELS = ("A", "B", "C", "D")
STATES = ("未", "中", "済", "止")
STANDARD = frozenset(
    {"RECORD_NUMBER", "CREATOR", "CREATED_TIME", "MODIFIER", "UPDATED_TIME", "CATEGORY", "STATUS", "STATUS_ASSIGNEE"}
)
TESTED: dict[str, Engine] = {}

codes = st.sampled_from(CODES)
labels = st.sampled_from(LABELS)
states = st.sampled_from(STATES)
flags = st.sampled_from(("true", "false"))
label_lists = st.lists(labels, min_size=1, max_size=3, unique=True)
conditions = st.sampled_from(
    ("", '甲 in ("A")', '乙 = "x" or 丙 > 1', 'ステータス in ("未", "中")', "丁 = TODAY()", '子 in ("A")', "壊れた (")
)
orders = st.sampled_from(("", "甲 asc", "乙 desc, 丙 asc", "レコード番号 asc"))


def options(names: list[str]) -> dict[str, Any]:
    return {name: {"label": name, "index": index} for index, name in enumerate(names)}


def definition(kind: str, code: str, names: list[str], columns: list[str]) -> dict[str, Any]:
    made: dict[str, Any] = {"type": kind, "code": code, "label": code}
    if kind in {"DROP_DOWN", "CHECK_BOX"}:
        made["options"] = options(names)
    if kind == "CALC":
        made["expression"] = "乙 * 2"
    if kind == "SUBTABLE":
        made["fields"] = {column: definition("DROP_DOWN", column, names, []) for column in columns}
    return made


def placed(rows: list[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        if "code" in row:
            yield row["code"]
        yield from (cell["code"] for cell in row.get("fields", ()) if "code" in cell)
        yield from placed(row.get("layout", []))


class SettingsMachine(RuleBasedStateMachine):
    """One app under the hands of an administrator who tries everything."""

    @initialize()
    def open_site(self) -> None:
        self.connection = TESTED["engine"].connect()
        self.outer = self.connection.begin()
        sessions = ConnectionSessions(self.connection)
        clock = FixedClock()
        web = MarketplaceApp(sessions=sessions, ports=Ports(blobs=MemoryBlobStore(), jobs=RecordingQueue()), now=clock)
        web.mount(blueprint, site_caller)
        with unit_of_work(sessions) as (session, _):
            sites.create_site(session, SITE, "下妻市", clock())
            sites.add_user(session, SITE, "admin", "管理者", PASSWORD, is_admin=True)
        self.kintone = Kintone(web, credentials("admin"))
        self.app = self.kintone.make_app()
        self.revision = 1
        self.live_revision = 0
        self.deployed: dict[str, Any] | None = None

    def teardown(self) -> None:
        if hasattr(self, "connection"):
            self.outer.rollback()
            self.connection.close()

    def send(self, method: str, path: str, **body: object) -> bool:
        """Send a call that may be refused but must not fail; tell whether it was accepted."""
        response = self.kintone.send(method, path, {"app": self.app, **body})
        assert response.status_code < 500, (method, path, body, response.json)
        return response.status_code == 200

    def form(self) -> dict[str, Any]:
        return self.kintone.get(FIELDS, app=self.app)["properties"]

    @rule(
        kind=st.sampled_from(KINDS),
        code=codes,
        names=label_lists,
        columns=st.lists(st.sampled_from(COLUMNS), max_size=2),
    )
    def add_field(self, kind: str, code: str, names: list[str], columns: list[str]) -> None:
        self.send("POST", FIELDS, properties={code: definition(kind, code, names, columns)})

    @rule(code=codes, to=codes, other=codes)
    def rename_fields(self, code: str, to: str, other: str) -> None:
        self.send("PUT", FIELDS, properties={code: {"code": to}, to: {"code": other}})

    @rule(code=codes, former=labels, label=labels, kept=label_lists)
    def change_options(self, code: str, former: str, label: str, kept: list[str]) -> None:
        changed = options(kept)
        changed[former] = {"label": label, "index": 9}
        self.send("PUT", FIELDS, properties={code: {"options": changed}})

    @rule(code=codes, unique=flags, length=st.sampled_from(("", "1", "300")))
    def change_rules(self, code: str, unique: str, length: str) -> None:
        self.send("PUT", FIELDS, properties={code: {"unique": unique, "maxLength": length}})

    @rule(doomed=st.lists(st.sampled_from((*CODES, *COLUMNS)), min_size=1, max_size=2, unique=True))
    def delete_fields(self, doomed: list[str]) -> None:
        self.send("DELETE", FIELDS, fields=doomed)

    @rule(data=st.data())
    def shuffle_layout(self, data: st.DataObject) -> None:
        rows = self.kintone.get("preview/app/form/layout", app=self.app)["layout"]
        shuffled = data.draw(st.permutations(rows))
        assert self.send("PUT", "preview/app/form/layout", layout=shuffled)

    @rule(group=codes, inner=codes)
    def group_a_field(self, group: str, inner: str) -> None:
        rows = self.kintone.get("preview/app/form/layout", app=self.app)["layout"]
        moved = [row for row in rows if row["type"] == "ROW" and inner in list(placed([row]))]
        for row in rows:
            if row["type"] == "GROUP" and row["code"] == group:
                row["layout"] += moved
                rows = [each for each in rows if each not in moved]
        self.send("PUT", "preview/app/form/layout", layout=rows)

    @rule(condition=conditions, order=orders, shown=st.lists(codes, max_size=3), date=codes)
    def change_views(self, condition: str, order: str, shown: list[str], date: str) -> None:
        view = {"index": 0, "filterCond": condition, "sort": order}
        views = {
            "一覧": {**view, "type": "LIST", "fields": shown},
            "暦": {**view, "type": "CALENDAR", "index": 1, "date": date, "title": date},
        }
        for name, each in views.items():
            self.send("PUT", "preview/app/views", views={name: each})

    @rule(condition=conditions, group=codes, counted=codes)
    def change_reports(self, condition: str, group: str, counted: str) -> None:
        functions = [{"type": "COUNT"}, {"type": "SUM", "code": counted}]
        report = {"chartType": "PIE", "index": 0, "groups": [{"code": group}], "aggregations": functions}
        self.send("PUT", "preview/app/reports", reports={"図": {**report, "filterCond": condition}})

    @rule(condition=conditions)
    def change_notifications(self, condition: str) -> None:
        targets = [{"entity": {"type": "GROUP", "code": "everyone"}}]
        body = [{"filterCond": condition, "title": "x", "targets": targets}]
        self.send("PUT", "preview/app/notifications/perRecord", notifications=body)

    @rule(names=st.lists(states, min_size=1, max_size=3, unique=True), former=states, name=states, on=flags)
    def change_process(self, names: list[str], former: str, name: str, on: str) -> None:
        changed: dict[str, Any] = {each: {"index": index} for index, each in enumerate(names)}
        changed[former] = {"index": 9, "name": name}
        actions = [{"name": "進む", "from": names[0], "to": name}]
        self.send("PUT", "preview/app/status", enable=on, states=changed, actions=actions)

    @rule(
        code=codes,
        value=st.sampled_from(("A", "B", "1", "2026-04-01")),
        wrap=st.sampled_from((str, lambda value: [value])),
    )
    def add_record(self, code: str, value: str, wrap: Any) -> None:
        self.send("POST", "record", record={code: {"value": wrap(value)}})

    @rule(condition=conditions)
    def run_the_process(self, condition: str) -> None:
        self.send("PUT", "record/status", id=1, action="進む")
        response = self.kintone.send("GET", "records", query_string={"app": self.app, "query": condition})
        assert response.status_code < 500, response.json

    @rule()
    def deploy(self) -> None:
        prepared = self.read_all("preview/")
        accepted = self.send("POST", "preview/app/deploy", apps=[{"app": self.app}])
        (found,) = self.kintone.get("preview/app/deploy", **{"apps[0]": self.app})["apps"]
        if accepted and found["status"] == "SUCCESS":
            self.deployed = prepared
        assert found["status"] in {"SUCCESS", "FAIL"}

    @rule()
    def revert(self) -> None:
        assert self.send("POST", "preview/app/deploy", apps=[{"app": self.app}], revert=True)
        if self.deployed is not None:
            shown = self.read_all("preview/")
            assert {name: {**part, "revision": ""} for name, part in shown.items()} == {
                name: {**part, "revision": ""} for name, part in self.deployed.items()
            }

    def read_all(self, stage: str) -> dict[str, Any]:
        return {name: self.kintone.get(f"{stage}app/{name}", app=self.app) for name in PARTS}

    @invariant()
    def the_layout_places_every_field_once(self) -> None:
        if not hasattr(self, "app"):
            return
        properties = self.form()
        rows = self.kintone.get("preview/app/form/layout", app=self.app)["layout"]
        found = sorted(placed(rows))
        own = [code for code, each in properties.items() if each["type"] not in STANDARD]
        columns = [column for each in properties.values() for column in each.get("fields", ())]
        assert found == sorted([*own, *columns])

    @invariant()
    def what_is_live_is_what_was_prepared_at_the_deploy(self) -> None:
        if getattr(self, "deployed", None) is not None:
            assert self.read_all("") == self.deployed

    @invariant()
    def revisions_only_grow(self) -> None:
        if not hasattr(self, "app"):
            return
        revision = int(self.kintone.get("preview/app/settings", app=self.app)["revision"])
        assert revision >= self.revision
        self.revision = revision
        if self.deployed is not None:
            live = int(self.kintone.get("app/settings", app=self.app)["revision"])
            assert self.live_revision <= live <= revision
            self.live_revision = live

    @invariant()
    def every_record_can_be_read(self) -> None:
        if getattr(self, "deployed", None) is not None:
            self.kintone.get("records", app=self.app)

    @invariant()
    def our_own_numbers_never_show(self) -> None:
        if hasattr(self, "app"):
            assert '"$id"' not in str(self.read_all("preview/")).replace("'", '"')


@pytest.mark.parametrize(("examples", "steps"), [(4, 15), pytest.param(15, 40, marks=pytest.mark.slow)])
def test_no_order_of_changes_breaks_an_app(engine: Engine, examples: int, steps: int):
    TESTED["engine"] = engine
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=examples < 10,
        print_blob=True,
    )
    run_state_machine_as_test(SettingsMachine, settings=chosen)
