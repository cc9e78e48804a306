"""PostgreSQL crashes, comes back, cuts connections and stays away while callers go on; the service needs no restart."""

from __future__ import annotations

import base64
import threading
import time

import pytest

from tests.e2e.service import Service
from tests.faults.acts import TEMPLATES, perform
from tests.faults.caller import Caller
from tests.faults.judging import assert_nothing_lost
from tests.faults.killing import SEED, again_and_again, wait_until_well

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
AWAY_SECONDS = 10
CALLERS = 4


@pytest.fixture
def service(postgres, tmp_path):
    made = Service(tmp_path / "var", environ={"MARKETPLACE_DATABASE_URL": postgres.address})
    made.start()
    yield made
    made.kill_all()


def test_nothing_is_lost_while_the_database_crashes_cuts_connections_and_stays_away(service, postgres):
    processes, caller = service.family(), Caller(service)
    turn = threading.Lock()

    def crash(_chance):
        with turn:
            postgres.stop()
            postgres.start()
        return "crash"

    def cut(chance):
        with turn:
            return "cut" if postgres.cut_connections(chance) else None

    def stay_away():
        with turn:
            postgres.stop("fast")
            time.sleep(AWAY_SECONDS)
            postgres.start()

    with again_and_again([cut, crash, cut, cut], (0.2, 1.2)) as happened:
        away = threading.Timer(6, stay_away)
        away.start()
        ledger = perform(caller, SEED, TEMPLATES[:CALLERS])
        away.join()
    wait_until_well(service)
    assert happened["crash"] > 0
    assert happened["cut"] > 0
    assert_told_clearly(caller, service)
    assert_nothing_lost(service, ledger)
    assert service.family() == processes, "a process of the service ended"
    assert service.stop() == 0


def test_without_its_database_the_service_says_so_everywhere_and_recovers_by_itself(service, postgres):
    assert service.call("GET", "/api/v1/templates", token=None).status == 200
    postgres.stop()
    try:
        for method, path in (("GET", "/api/v1/templates"), ("POST", "/api/v1/workspaces"), ("GET", "/api/v1/members")):
            assert_is_problem(service.call(method, path, {} if method == "POST" else None))
        assert service.call("GET", "/healthz", token=None).status == 503
        for language, words in (("ja", "データベースに接続できません。"), ("en", "The database can’t be reached.")):
            page = service.call("GET", "/templates", token=None, headers={"Accept-Language": language})
            assert page.status == 503
            assert int(page.headers["Retry-After"]) < 60
            assert words.replace("’", "'") in page.content.decode().replace("&#39;", "'")
        assert kintone(service).status == 503
        assert int(kintone(service).headers["Retry-After"]) < 60
    finally:
        postgres.start()
    wait_until_well(service, 30)
    assert service.call("GET", "/api/v1/templates", token=None).status == 200
    assert kintone(service).status == 200
    assert "Traceback" in service.output()  # the operator reads why


def kintone(service):
    workspace = service.demo["workspace"]
    pair = base64.b64encode(f"{workspace['user']}:{workspace['password']}".encode()).decode()
    return service.call(
        "GET", f"/w/{workspace['id']}/k/v1/apps.json", token=None, headers={"X-Cybozu-Authorization": pair}
    )


def assert_told_clearly(caller, service):
    assert 500 not in caller.statuses, service.output()[-5000:]
    assert caller.refusals, "no caller noticed anything: the test tests nothing"
    for answer in caller.refusals:
        assert_is_problem(answer)


def assert_is_problem(answer):
    assert answer.status == 503, answer
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert int(answer.headers["Retry-After"]) < 60
    assert answer.json["code"] == "database-unavailable"
    assert answer.json["title"]
    assert answer.json["detail"]
