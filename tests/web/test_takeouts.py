"""All data of a municipality in one file: what is in it, who gets it, and when it is gone."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from marketplace.audit.models import AuditEvent
from marketplace.catalog import services as catalog
from marketplace.holdings.takeouts import tables
from marketplace.holdings.takeouts.contents import tables_of
from marketplace.holdings.takeouts.models import Takeout, TakeoutState
from marketplace.holdings.takeouts.queries import due_takeouts
from marketplace.holdings.takeouts.run import run_takeout
from marketplace.holdings.takeouts.services import forget_old_takeouts
from marketplace.kernel.actor import SYSTEM
from marketplace.publishing import services as publishing
from marketplace.storage.models import AbandonedBlob
from marketplace.workspaces.tokens import issue_token
from tests.accounts.factories import PASSWORD
from tests.bundle.factories import make_bundle
from tests.municipalities.factories import MIHON, actor_for, fictitious_code
from tests.publishing.factories import make_upload
from tests.web.conftest import words

PLACE = "/my-municipality/data"
FORM = {"password": PASSWORD, "records": "yes"}
BOM = b"\xef\xbb\xbf"


def run(app, session, clock, **ports) -> Takeout:
    """Do the job of the worker."""
    takeout = session.scalars(select(Takeout).where(Takeout.state == TakeoutState.QUEUED)).one()
    run_takeout(app.sessions, replace(app.ports, **ports), takeout.id, clock)
    session.expire_all()
    return session.get_one(Takeout, takeout.id)


def opened(browser, takeout: Takeout) -> zipfile.ZipFile:
    answer = browser.get(f"{PLACE}/{takeout.id}/file")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Cache-Control"] == "no-store"
    return zipfile.ZipFile(io.BytesIO(answer.data))


@pytest.fixture
def full(sign_in, world, session, context_of):
    """An administrator of a municipality that has something of everything."""
    browser = sign_in("admin")
    workspace_id, import_id = world.install()
    ctx = context_of(actor_for("admin", MIHON))
    secret = issue_token(ctx, {"name": "=夜間", "scopes": ["workspaces:read"], "expires_in_days": 30}).secret
    publishing.upload_draft(ctx, make_upload(slug="waiting", version="1.0.0"))
    catalog.add_version(context_of(SYSTEM), MIHON, make_bundle(slug="own", version="1.0.0"))
    session.commit()
    world.want()
    return browser, workspace_id, import_id, secret


def test_the_file_holds_everything_as_its_readme_says_and_no_secret(full, app, session, clock):
    browser, workspace_id, import_id, secret = full
    browser.send(PLACE, FORM)
    takeout = run(app, session, clock)
    assert (takeout.state, takeout.done) == (TakeoutState.READY, takeout.total)
    held = opened(browser, takeout)
    names = set(held.namelist())
    assert held.testzip() is None
    readme = held.read("README.txt").decode("utf-8-sig")
    for table in tables_of(MIHON):
        assert {f"{table.name}.json", f"{table.name}.csv"} <= names
        assert table.about.ja in readme
        assert table.about.en in readme
        rows = json.loads(held.read(f"{table.name}.json"))
        told = held.read(f"{table.name}.csv")
        assert told.startswith(BOM)
        lines = list(csv.reader(io.StringIO(told.decode("utf-8-sig"), newline="")))
        assert lines[0] == [heading for heading, _expression in table.columns.values()]
        assert len(lines) == len(rows) + 1
    assert {f"receipts/{import_id}.json", "templates/own/1.0.0.zip", f"records/{workspace_id}/1.csv"} <= names
    assert len([name for name in names if name.startswith("drafts/")]) == 1
    everything = b"".join(held.read(name) for name in names)
    assert secret.encode() not in everything
    assert b"secret_hash" not in everything
    assert json.loads(held.read(f"receipts/{import_id}.json"))["state"] == "succeeded"
    app_list = json.loads(held.read(f"records/{workspace_id}/apps.json"))["apps"]
    assert {each["file"] for each in app_list} <= {name.rpartition("/")[2] for name in names}
    assert held.read(f"records/{workspace_id}/1.csv").startswith(BOM)


def test_spreadsheets_run_nothing_of_it_and_programs_read_it_as_it_was(full, app, session, clock):
    browser = full[0]
    browser.send(PLACE, {"password": PASSWORD})
    held = opened(browser, run(app, session, clock))
    assert "'=夜間" in held.read("tokens.csv").decode()
    assert json.loads(held.read("tokens.json"))[0]["name"] == "=夜間"
    assert not [name for name in held.namelist() if name.startswith("records/")]
    assert "含めずに書き出しています" in held.read("README.txt").decode()


def test_nothing_of_another_municipality_is_in_it(full, sign_in, app, session, clock, world):
    other = fictitious_code()
    browser = sign_in("admin", other)
    browser.send(PLACE, FORM)
    held = opened(browser, run(app, session, clock))
    for table in tables_of(other):
        rows = json.loads(held.read(f"{table.name}.json"))
        assert len(rows) == (1 if table.name == "members" else 0) or table.name == "log", table.name
    assert not [name for name in held.namelist() if "/" in name]


def test_administrators_alone_get_it_and_the_log_tells_who(full, sign_in, app, session, clock, browser):
    admin = full[0]
    admin.send(PLACE, FORM)
    takeout = run(app, session, clock)
    address = f"{PLACE}/{takeout.id}/file"
    opened(admin, takeout)
    assert admin.read(PLACE).find("a", href=address)
    others = [
        *((sign_in(role), 403) for role in ("reader", "installer", "publisher")),
        (sign_in("admin", fictitious_code()), 404),
        (browser, 401),
    ]
    for visitor, status in others:
        assert visitor.get(address).status_code == status
        assert visitor.post(f"{PLACE}/{takeout.id}/delete").status_code == status
        if status != 404:
            assert [visitor.get(PLACE).status_code, visitor.post(PLACE, data=FORM).status_code] == [status] * 2
    acts = session.scalars(select(AuditEvent.act).where(AuditEvent.subject_id == takeout.id).order_by(AuditEvent.id))
    assert sorted(acts) == ["takeout.downloaded", "takeout.made", "takeout.started"]
    said = words(admin.read("/members/log"))
    assert "団体のデータのファイルをダウンロードした" in said


def test_it_takes_the_password_and_one_at_a_time(sign_in, session, app, clock):
    browser = sign_in("admin")
    page = browser.send(PLACE, {"password": "wrong password 1"}, 422)
    assert page.find(role="alert")
    assert session.scalars(select(Takeout)).all() == []
    browser.send(PLACE, {"password": PASSWORD})
    assert "順番待ち" in words(browser.read(PLACE))
    assert browser.read(f"{PLACE}/progress").find("progress")
    browser.send(PLACE, {"password": PASSWORD}, 409)
    for _ in range(3):
        run(app, session, clock)
        answer = browser.post(PLACE, data={"password": PASSWORD})
    assert answer.status_code == 409
    assert session.scalars(select(Takeout.state)).all() == [TakeoutState.READY] * 3


def test_after_seven_days_the_file_is_gone(sign_in, session, app, clock):
    browser = sign_in("admin")
    browser.send(PLACE, {"password": PASSWORD})
    takeout = run(app, session, clock)
    digest = takeout.digest
    clock.advance(days=7, seconds=-1)
    forget_old_takeouts(session, clock())
    session.commit()
    assert session.get_one(Takeout, takeout.id).state is TakeoutState.READY
    clock.advance(seconds=1)
    forget_old_takeouts(session, clock())
    session.commit()
    session.expire_all()
    assert session.get_one(Takeout, takeout.id).state is TakeoutState.DELETED
    assert session.get(AbandonedBlob, digest) is not None


def test_it_can_be_deleted_before_and_stopped_while_it_is_made(sign_in, session, app, clock):
    browser = sign_in("admin")
    browser.send(PLACE, {"password": PASSWORD})
    takeout = run(app, session, clock)
    browser.send(f"{PLACE}/{takeout.id}/delete")
    assert browser.get(f"{PLACE}/{takeout.id}/file").status_code == 404
    browser.send(PLACE, {"password": PASSWORD})
    stopped = session.scalars(select(Takeout.id).where(Takeout.state == TakeoutState.QUEUED)).one()
    browser.send(f"{PLACE}/{stopped}/delete")
    run_takeout(app.sessions, app.ports, stopped, clock)
    session.expire_all()
    assert session.get_one(Takeout, stopped).state is TakeoutState.DELETED


def test_what_is_too_large_fails_with_words_and_can_be_asked_for_again(sign_in, session, app, clock, monkeypatch):
    browser = sign_in("admin")
    browser.send(PLACE, {"password": PASSWORD})
    monkeypatch.setattr(tables.Archive.__init__, "__defaults__", (100,))
    assert run(app, session, clock).state is TakeoutState.FAILED
    assert "レコードを含めずに" in words(browser.read(PLACE))
    monkeypatch.undo()
    browser.send(PLACE, {"password": PASSWORD})
    assert run(app, session, clock).state is TakeoutState.READY


def test_a_worker_that_fell_silent_is_followed_by_another(sign_in, session, app, clock):
    browser = sign_in("admin")
    browser.send(PLACE, {"password": PASSWORD})
    own = session.scalars(select(Takeout.id)).one()
    left = {"state": TakeoutState.RUNNING, "lease_owner": "gone", "lease_until": clock() + timedelta(seconds=20)}
    session.execute(update(Takeout).values(**left))
    session.commit()
    assert due_takeouts(session, clock()) == []
    run_takeout(app.sessions, app.ports, own, clock)
    clock.advance(seconds=21)
    assert due_takeouts(session, clock()) == [own]
    run_takeout(app.sessions, app.ports, own, clock)
    session.expire_all()
    assert session.get_one(Takeout, own).state is TakeoutState.READY
