"""Deploys that rewrite so many records that a job carries them out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.kernel.ports import Ports
from marketplace.sandbox import sites
from marketplace.sandbox.deploys.models import Deploy, DeployedApp, Rewrite
from marketplace.sandbox.deploys.queries import due_deploys, failed_deploys
from marketplace.sandbox.deploys.rewriting import PIECE
from marketplace.sandbox.deploys.run import LEASE, MOST_ATTEMPTS, run_deploy
from marketplace.sandbox.deploys.services import JOB, REWRITES_IN_A_CALL, deploy_apps
from marketplace.sandbox.models import App, Cell, Record
from tests.fakes import FixedClock
from tests.kintone_api.conftest import SITE, Kintone

DEPLOY = "preview/app/deploy"
FIELDS = "preview/app/form/fields"
OPTIONS = {"A": {"label": "A", "index": "0"}, "B": {"label": "B", "index": "1"}}
RENAMED = {"区分": {"options": {"A": {"label": "甲", "index": "0"}, "B": OPTIONS["B"]}}}


class Killed(BaseException):
    """The process ends here."""


class WatchedSessions(Sessions):
    """Calls something each time a transaction begins, with its number."""

    def __init__(self, sessions: Sessions, watch: Callable[[int], None]) -> None:
        super().__init__(sessions.engine)
        self.sessions = sessions
        self.watch = watch
        self.opened = 0

    def open(self, *, writes: bool) -> Session:
        self.opened += 1
        self.watch(self.opened)
        return self.sessions.open(writes=writes)


def make_app(kintone: Kintone) -> int:
    return kintone.live_app(
        区分={"type": "DROP_DOWN", "options": OPTIONS},
        名前={"type": "SINGLE_LINE_TEXT"},
        対象={"type": "CHECK_BOX", "options": OPTIONS},
    )


def add_many(sessions: Sessions, kintone: Kintone, app_id: int, count: int) -> None:
    """Copy the one record of an app until there are `count` of them."""
    kintone.post("record", app=app_id, record={"区分": {"value": "A"}, "対象": {"value": ["A", "B"]}})
    with unit_of_work(sessions) as (session, _):
        app = session.scalars(select(App).where(App.app_id == app_id)).one()
        record = session.get_one(Record, (app.pk, 1))
        cells = session.scalars(select(Cell).where(Cell.app_pk == app.pk)).all()
        own = {column.key: getattr(record, column.key) for column in Record.__mapper__.column_attrs}
        numbers = range(2, count + 1)
        session.execute(insert(Record), [{**own, "record_id": number} for number in numbers])
        session.execute(
            insert(Cell),
            [
                {column.key: getattr(cell, column.key) for column in Cell.__mapper__.column_attrs}
                | {"record_id": number}
                for number in numbers
                for cell in cells
            ],
        )
        app.last_record_id = count


def start(sessions: Sessions, clock: FixedClock, *apps: int) -> str:
    """Deploy with a job, however few records there are."""
    with unit_of_work(sessions) as (session, _):
        caller = sites.owner(session, SITE)
        wanted = [(app, None) for app in apps]
        job = deploy_apps(session, caller, wanted, False, clock(), rewrites_in_a_call=0)
    assert job is not None
    return job


def status(kintone: Kintone, *apps: int) -> list[str]:
    found = kintone.get(DEPLOY, **{f"apps[{index}]": app for index, app in enumerate(apps)})["apps"]
    return [each["status"] for each in found]


def values(kintone: Kintone, app: int, code: str = "区分") -> list[object]:
    records = kintone.get("records", app=app, query="order by $id asc limit 500")["records"]
    return [record[code]["value"] for record in records]


def count(sessions: Sessions, *tables: type) -> list[int]:
    with sessions.open(writes=False) as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


@pytest.fixture
def app(kintone: Kintone) -> int:
    """An app in use with three records and an option about to be renamed."""
    made = make_app(kintone)
    for label in ("A", "B", "A"):
        kintone.post("record", app=made, record={"区分": {"value": label}, "対象": {"value": ["A"]}})
    kintone.put(FIELDS, app=made, properties=RENAMED)
    return made


def test_a_deploy_of_many_records_returns_at_once_and_ends_in_the_job(
    kintone: Kintone, sessions: Sessions, ports: Ports, clock: FixedClock
):
    app = make_app(kintone)
    add_many(sessions, kintone, app, REWRITES_IN_A_CALL + 1)
    kintone.put(FIELDS, app=app, properties=RENAMED)
    assert kintone.post(DEPLOY, apps=[{"app": app}]) == {}
    assert status(kintone, app) == ["PROCESSING"]
    ((job, deploy_id),) = ports.jobs.asked
    assert job == JOB
    run_deploy(sessions, deploy_id, clock)
    assert status(kintone, app) == ["SUCCESS"]
    assert kintone.get("records", app=app, query='区分 in ("甲")', totalCount=True)["totalCount"] == "2001"
    assert set(values(kintone, app)) == {"甲"}


def test_many_records_that_need_no_rewriting_make_no_job(kintone: Kintone, sessions: Sessions, ports: Ports):
    app = make_app(kintone)
    add_many(sessions, kintone, app, REWRITES_IN_A_CALL + 1)
    kintone.add_fields(app, 追加={"type": "NUMBER"})
    kintone.deploy(app)
    assert (status(kintone, app), ports.jobs.asked) == (["SUCCESS"], [])


def test_nothing_changes_before_the_deploy_ends(kintone: Kintone, sessions: Sessions, clock: FixedClock, app):
    job = start(sessions, clock, app)
    assert values(kintone, app) == ["A", "B", "A"]
    assert "甲" not in kintone.get("app/form/fields", app=app)["properties"]["区分"]["options"]
    run_deploy(sessions, job, clock)
    assert values(kintone, app) == ["甲", "B", "甲"]
    assert "甲" in kintone.get("app/form/fields", app=app)["properties"]["区分"]["options"]
    assert count(sessions, Deploy, DeployedApp, Rewrite) == [0, 0, 0]


SETTINGS_WRITES = [
    ("PUT", "preview/app/settings", {"theme": "BLUE"}),
    ("POST", FIELDS, {"properties": {"新": {"type": "NUMBER", "code": "新", "label": "新"}}}),
    ("PUT", FIELDS, {"properties": {"名前": {"label": "氏名"}}}),
    ("DELETE", FIELDS, {"fields": ["名前"]}),
    ("PUT", "preview/app/views", {"views": {}}),
]


@pytest.mark.parametrize(("method", "path", "body"), SETTINGS_WRITES)
def test_settings_can_t_change_while_they_are_deployed(
    kintone: Kintone, sessions: Sessions, clock: FixedClock, app, method, path, body
):
    job = start(sessions, clock, app)
    assert kintone.refused(method, path, app=app, **body) == (400, "GAIA_DA02")
    run_deploy(sessions, job, clock)
    assert kintone.send(method, path, {"app": app, **body}).status_code == 200


@pytest.mark.parametrize("revert", [False, True])
def test_a_deploy_or_revert_waits_for_the_one_under_way(
    kintone: Kintone, sessions: Sessions, clock: FixedClock, app, revert
):
    other = kintone.live_app()
    start(sessions, clock, app)
    body = {"apps": [{"app": app}, {"app": other}], "revert": revert}
    assert kintone.refused("POST", DEPLOY, **body) == (400, "GAIA_DA02")
    kintone.deploy(other)
    assert status(kintone, app, other) == ["PROCESSING", "SUCCESS"]


def test_records_are_read_and_written_while_the_app_is_deployed(
    kintone: Kintone, sessions: Sessions, clock: FixedClock, app
):
    """Whoever writes between the last piece and the end still sees the options in use."""

    def write(transaction: int) -> None:
        if transaction == 4:  # taken, one piece, no further piece: going live comes next
            kintone.put("record", app=app, id=1, record={"区分": {"value": "B"}, "名前": {"value": "直した"}})
            kintone.put("record", app=app, id=2, record={"区分": {"value": "A"}})
            kintone.post("record", app=app, record={"区分": {"value": "A"}})
            kintone.delete("records", app=app, ids=[3])

    watched = WatchedSessions(sessions, write)
    run_deploy(watched, start(sessions, clock, app), clock)
    assert watched.opened == 4
    assert values(kintone, app) == ["B", "甲", "甲"]
    assert values(kintone, app, "名前") == ["直した", "", ""]
    found = kintone.get("records", app=app, query='区分 in ("甲") order by $id asc')["records"]
    assert [record["$id"]["value"] for record in found] == ["2", "4"]


@pytest.mark.parametrize("transaction", [1, 2, 3, 4, 5, 6])
def test_a_deploy_whose_worker_was_killed_is_brought_to_its_end(
    kintone: Kintone, sessions: Sessions, clock: FixedClock, transaction
):
    app = make_app(kintone)
    total = 2 * PIECE + 1
    add_many(sessions, kintone, app, total)
    kintone.put(FIELDS, app=app, properties={**RENAMED, "対象": RENAMED["区分"]})
    job = start(sessions, clock, app)

    def die(opened: int) -> None:
        if opened == transaction:
            raise Killed

    with pytest.raises(Killed):
        run_deploy(WatchedSessions(sessions, die), job, clock)
    assert status(kintone, app) == ["PROCESSING"]
    prepared = max(0, min(transaction - 2, 3))
    assert count(sessions, Rewrite) == [min(prepared * PIECE, total)]
    if transaction > 1:
        run_deploy(sessions, job, clock)
        assert status(kintone, app) == ["PROCESSING"], "the lease still holds"
        clock.advance(seconds=LEASE.total_seconds())
    with sessions.open(writes=False) as session:
        assert due_deploys(session, clock()) == [job]
    run_deploy(sessions, job, clock)
    assert status(kintone, app) == ["SUCCESS"]
    renamed = kintone.get("records", app=app, query='区分 in ("甲") and 対象 in ("甲")', totalCount=True)
    assert renamed["totalCount"] == str(total)
    assert set(values(kintone, app)) == {"甲"}
    assert values(kintone, app, "対象")[-1] == ["甲", "B"]


def test_a_deploy_that_fails_again_and_again_is_given_up(kintone: Kintone, sessions: Sessions, clock: FixedClock, app):
    job = start(sessions, clock, app)

    def die(opened: int) -> None:
        if opened == 2:
            raise Killed

    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(Killed):
            run_deploy(WatchedSessions(sessions, die), job, clock)
        clock.advance(seconds=LEASE.total_seconds())
    run_deploy(sessions, job, clock)
    assert status(kintone, app) == ["FAIL"]
    assert values(kintone, app) == ["A", "B", "A"]
    kintone.deploy(app)
    assert (status(kintone, app), values(kintone, app)) == (["SUCCESS"], ["甲", "B", "甲"])


def test_several_apps_go_live_together_or_not_at_all(kintone: Kintone, sessions: Sessions, clock: FixedClock, app):
    other = kintone.live_app(名={"type": "SINGLE_LINE_TEXT"})
    kintone.put(FIELDS, app=other, properties={"名": {"unique": True}})
    job = start(sessions, clock, app, other)
    for _ in range(2):
        kintone.post("record", app=other, record={"名": {"value": "同じ"}})
    run_deploy(sessions, job, clock)
    assert status(kintone, app, other) == ["CANCEL", "FAIL"]
    assert values(kintone, app) == ["A", "B", "A"]
    with sessions.open(writes=False) as session:
        ((reason,),) = [[each.reason for each in failed_deploys(session, SITE)]]
    assert reason is not None
    assert reason.ja == "フィールド「名」の値が重複しているレコードがあります（例：レコード番号1と2）。"
    assert reason.en == 'Records hold the same value in the field "名", for example records 1 and 2.'


def test_an_app_that_another_refers_to_may_change_while_it_is_deployed(
    kintone: Kintone, sessions: Sessions, clock: FixedClock, app
):
    master = kintone.live_app(番号={"type": "SINGLE_LINE_TEXT", "unique": True})
    lookup = {"relatedApp": {"app": master}, "relatedKeyField": "番号", "fieldMappings": []}
    kintone.add_fields(app, 参照={"type": "SINGLE_LINE_TEXT", "lookup": lookup})
    job = start(sessions, clock, app)
    kintone.put(FIELDS, app=master, properties={"番号": {"unique": False}})
    kintone.deploy(master)
    run_deploy(sessions, job, clock)
    assert status(kintone, app) == ["FAIL"]


def test_two_workers_don_t_run_the_same_deploy(kintone: Kintone, sessions: Sessions, clock: FixedClock, app):
    job = start(sessions, clock, app)

    def come_second(opened: int) -> None:
        if opened == 3:
            clock.advance(seconds=LEASE.total_seconds())
            run_deploy(sessions, job, clock)

    run_deploy(WatchedSessions(sessions, come_second), job, clock)
    assert (status(kintone, app), values(kintone, app)) == (["SUCCESS"], ["甲", "B", "甲"])


def test_a_deploy_that_has_ended_is_no_errand(kintone: Kintone, sessions: Sessions, clock: FixedClock, app):
    job = start(sessions, clock, app)
    for _ in range(2):
        run_deploy(sessions, job, clock)
    with sessions.open(writes=False) as session:
        assert due_deploys(session, clock() + timedelta(days=1)) == []
