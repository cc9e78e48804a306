"""The pages of those who run the service."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.audit.models import AuditEvent
from marketplace.db.unit_of_work import unit_of_work
from marketplace.installs.models import Import, ImportMode, ImportState
from marketplace.installs.steps.writing import CHANGED
from marketplace.jobs.models import WorkerBeat
from marketplace.kernel.actor import Permission
from marketplace.kernel.machine import Space
from marketplace.municipalities.codes import OPERATOR_CODE
from marketplace.municipalities.models import Municipality
from marketplace.operating.models import WatchedCommand
from marketplace.operating.outcomes import note_outcome
from marketplace.operating.rounds import note_round
from tests.accounts.factories import PASSWORD, make_person
from tests.api.test_cost import counted
from tests.municipalities.factories import MIHON, make_member, make_municipality
from tests.web.conftest import words
from tests.web.factories import PAGE, PUBLISHER

PAGES = ["/operator", "/operator/municipalities", f"/operator/municipalities/{MIHON}", "/operator/accounts"]
STATEMENTS = {"/operator": 19, "/operator/municipalities": 6}
"""Three of these recognise the reader."""
REASON = {"reason": "代表電話で情報政策課に確かめた"}


@pytest.fixture
def operator(sign_in):
    return sign_in("admin", OPERATOR_CODE)


def test_strangers_are_asked_to_sign_in(browser):
    for page in PAGES:
        assert browser.get(page).status_code == 401, page


@pytest.mark.parametrize(
    ("role", "code"), [("reader", OPERATOR_CODE), ("publisher", OPERATOR_CODE), ("reader", MIHON), ("admin", MIHON)]
)
def test_nobody_but_administrators_of_the_operator_gets_in(sign_in, session, role, code):
    browser, person = sign_in(role, code), make_person(session)
    make_member(session, PUBLISHER)
    session.commit()
    account = f"/operator/accounts/{person.id}"
    assert {browser.get(page).status_code for page in [*PAGES, account]} == {403}
    for act in (f"{account}/disable", f"{account}/enable", f"/operator/municipalities/{PUBLISHER}/verify"):
        assert browser.post(act, data=REASON).status_code == 403, act
    assert browser.post("/operator/accounts", data={"email": person.email}).status_code == 403
    assert browser.read("/my-municipality").find("a", href="/operator") is None


def test_no_token_carries_the_right_to_run_the_service(operator):
    order = {"name": "全部", "scopes": [Permission.SERVICE_OPERATE.value], "expires_in_days": "30"}
    assert operator.post("/tokens", data=order).status_code == 422


def test_the_page_tells_how_the_service_fares(operator, app, session, clock):
    class Machine:
        def measure_space(self):
            return Space(5 * 1024**3, 100 * 1024**3)

        def count_workers(self):
            return 0

    app.ports = replace(app.ports, machine=Machine())
    note_round(session, clock() - timedelta(hours=3), 1)
    session.commit()
    page = operator.read("/operator")
    said = words(page)
    assert "yokoten worker を起動" in said
    assert "100.0GBのうち5.0GB（5%）" in said
    assert "1つの作業に失敗" in said
    assert len(page.select(".chip.orange")) == 3 + ("定義が最新ではありません" in said)
    assert operator.read("/my-municipality").find("a", href="/operator")


def test_workers_of_other_machines_are_counted_by_their_beats(operator, session, clock):
    for name, age in (("alive", 5), ("just-late", 50), ("gone", 61)):
        session.add(WorkerBeat(name=name, started_at=clock(), beat_at=clock() - timedelta(seconds=age)))
    session.commit()
    assert "2個が動いています" in words(operator.read("/operator"))


def test_the_page_tells_of_the_last_backup_and_the_last_look(operator, session, clock):
    assert "yokoten backup を、毎晩" in words(operator.read("/operator"))
    unwell = len(operator.read("/operator").select(".chip.orange"))
    note_outcome(session, WatchedCommand.BACKUP, clock() - timedelta(hours=20), 0)
    note_outcome(session, WatchedCommand.DOCTOR, clock() - timedelta(days=3), 0)
    session.commit()
    page = operator.read("/operator")
    assert "読み返して確かめました" in words(page)
    assert "食い違いはありませんでした" in words(page)
    assert len(page.select(".chip.orange")) == unwell
    note_outcome(session, WatchedCommand.BACKUP, clock() - timedelta(days=3), 0)
    note_outcome(session, WatchedCommand.DOCTOR, clock(), 4)
    session.commit()
    page = operator.read("/operator")
    assert "食い違いが4件残っています" in words(page)
    assert len(page.select(".chip.orange")) == unwell + 2


def test_jobs_that_stand_still_and_that_failed_are_told(operator, world, session, clock):
    world.release()
    import_id = world.start(world.open_workspace())
    import_ = session.get(Import, import_id)
    import_.state, import_.lease_until = ImportState.RUNNING, clock() - timedelta(minutes=10)
    session.commit()
    cells = operator.read("/operator").select("#jobs-title ~ .table-scroll tbody tr:first-child td")
    assert [cell.get_text(" ", strip=True)[:3] for cell in cells] == ["0", "0", "！ 1", "0", "0"]
    import_.state, import_.error = ImportState.FAILED, {"code": "GAIA_IL26"}
    import_.finished_at = clock() - timedelta(days=2)
    session.commit()
    page = operator.read("/operator")
    assert "GAIA_IL26" in words(page)
    assert page.find("a", href=f"/imports/{import_id}") is None
    import_.finished_at = clock() - timedelta(days=8)
    session.commit()
    assert "GAIA_IL26" not in words(operator.read("/operator"))


def stopped_import(world, session, clock, code="blob-missing"):
    """An import of みほん市 that failed a day ago."""
    world.release()
    import_ = session.get(Import, world.start(world.open_workspace()))
    import_.state, import_.error, import_.finished_at = ImportState.FAILED, {"code": code}, clock() - timedelta(days=1)
    session.commit()
    return import_


def test_an_import_that_failed_is_let_go_on_from_the_page_and_both_logs_tell_of_it(operator, world, session, clock):
    import_ = stopped_import(world, session, clock)
    (form,) = operator.read("/operator").select("#failed-title ~ .table-scroll form")
    assert import_.id in form.get_text()
    page = operator.read(operator.post(form["action"]).location)
    assert "導入を再開しました" in words(page)
    assert page.select("#failed-title ~ .table-scroll form") == []
    session.refresh(import_)
    assert (import_.state, import_.error, import_.finished_at) == (ImportState.QUEUED, None, None)
    told = session.scalars(select(AuditEvent.municipality_code).where(AuditEvent.act == "import.resumed"))
    assert sorted(told) == sorted([OPERATOR_CODE, import_.municipality_code])
    assert operator.post(form["action"]).status_code == 409


def test_what_stopped_before_changes_of_others_is_for_its_municipality_to_decide(operator, world, session, clock):
    import_ = stopped_import(world, session, clock, CHANGED)
    assert operator.read("/operator").select("#failed-title ~ .table-scroll form") == []
    assert operator.post(f"/operator/imports/{import_.id}/resume").status_code == 409
    session.refresh(import_)
    assert import_.state is ImportState.FAILED


def test_what_is_run_from_outside_goes_on_there(operator, world, session, clock):
    import_ = stopped_import(world, session, clock)
    import_.mode = ImportMode.PULL
    session.commit()
    assert operator.read("/operator").select("#failed-title ~ .table-scroll form") == []
    assert operator.post(f"/operator/imports/{import_.id}/resume").status_code == 404


@pytest.mark.parametrize(("role", "code"), [("publisher", OPERATOR_CODE), ("admin", PUBLISHER)])
def test_only_the_operator_lets_imports_go_on_there(sign_in, world, session, clock, role, code):
    import_ = stopped_import(world, session, clock)
    assert sign_in(role, code).post(f"/operator/imports/{import_.id}/resume").status_code == 403


def test_a_verified_municipality_bears_the_badge_until_it_is_withdrawn(operator, browser, world, session):
    world.release()
    make_member(session, PUBLISHER)
    session.commit()
    place = f"/operator/municipalities/{PUBLISHER}"
    public = [f"/municipalities/{PUBLISHER}", PAGE, "/templates"]
    assert not any("確認済み" in words(browser.read(page)) for page in public)
    assert operator.read("/operator/municipalities").select_one(f'#unverified-title ~ * a[href="{place}"]')
    assert "入力してください" in words(operator.send(f"{place}/verify", {"reason": ""}, 422))
    operator.send(f"{place}/verify", REASON)
    assert all("確認済み" in words(browser.read(page)) for page in public)
    assert operator.read("/operator/municipalities").select_one(f'#verified-title ~ * a[href="{place}"]')
    operator.send(f"{place}/withdraw", REASON)
    assert not any("確認済み" in words(browser.read(page)) for page in public)
    logged = select(AuditEvent.act, AuditEvent.facts).where(AuditEvent.subject_id == PUBLISHER)
    acts = {act: facts.get("reason") for act, facts in session.execute(logged)}
    assert acts["municipality.verified"] == acts["municipality.verification-withdrawn"] == REASON["reason"]


def test_a_municipality_without_members_can_t_be_verified(operator, session):
    make_municipality(session, PUBLISHER)
    session.commit()
    operator.send(f"/operator/municipalities/{PUBLISHER}/verify", REASON, 409)


def test_a_disabled_person_is_signed_out_at_once_and_stays_out(operator, sign_in, app, session):
    theirs = sign_in("publisher", MIHON)
    account = words(theirs.read("/account"))
    email = next(each for each in session.scalars(select(Person.email)) if each in account)
    found = operator.post("/operator/accounts", data={"email": f" {email.upper()} "})
    place = found.headers["Location"]
    shown = words(operator.read(place))
    assert "1台" in shown
    assert "みほん市" in shown
    operator.send(f"{place}/disable", {"reason": " "}, 422)
    operator.send(f"{place}/disable", REASON)
    assert theirs.get("/account").status_code == 401
    again = app.test_client()
    again.post("/sign-in", data={"email": email, "password": PASSWORD})
    assert again.get("/account").status_code == 401
    operator.send(f"{place}/enable", REASON)
    again.post("/sign-in", data={"email": email, "password": PASSWORD})
    assert again.get("/account").status_code == 200
    assert theirs.get("/account").status_code == 401


def test_a_part_of_an_address_finds_nobody(operator, session):
    make_person(session, email="someone@example.lg.jp")
    session.commit()
    assert "アカウントはありません" in words(operator.send("/operator/accounts", {"email": "someone@"}, 404))


def test_those_who_run_the_service_can_t_lock_themselves_out(operator, session):
    own = session.scalars(select(Person)).one()
    page = operator.read(f"/operator/accounts/{own.id}")
    assert page.main.find("form") is None
    operator.send(f"/operator/accounts/{own.id}/disable", REASON, 409)
    session.expire_all()
    assert session.get(Person, own.id).disabled_at is None


@pytest.mark.parametrize("size", [1, 5])
def test_the_pages_cost_a_known_number_of_statements(operator, world, app, session, engine, size):
    world.release()
    world.start(world.open_workspace())
    for _ in range(size):
        make_member(session, make_municipality(session).code)
    session.commit()
    with unit_of_work(app.sessions) as (written, _):
        written.get(Municipality, PUBLISHER).verified_at = app.now()
    for path, statements in STATEMENTS.items():
        with counted(engine) as sent:
            operator.read(path)
        assert len(sent) <= statements, (path, len(sent), sent)
