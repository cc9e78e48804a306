"""Web and worker processes are killed at random moments while six callers do two hundred acts."""

from __future__ import annotations

import pytest

from tests.e2e.service import Service
from tests.faults.acts import perform
from tests.faults.caller import Caller
from tests.faults.judging import assert_nothing_lost
from tests.faults.killing import SEED, again_and_again, killers, wait_until_well
from tests.faults.servers import settings_of_s3

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ACTS = 200


def test_on_sqlite_and_files_nothing_is_lost_or_doubled(on_files):
    acts_under_fire(on_files, (0.3, 1.5))


def test_on_postgres_and_s3_nothing_is_lost_or_doubled(postgres, bucket, tmp_path):
    environ = settings_of_s3(bucket.endpoint) | {"MARKETPLACE_DATABASE_URL": postgres.address}
    service = Service(tmp_path / "var", environ=environ)
    service.start()
    try:
        acts_under_fire(service, (1, 5))
    finally:
        service.kill_all()


def acts_under_fire(service, pauses):
    caller = Caller(service)
    with again_and_again(killers(service), pauses) as happened:
        ledger = perform(caller, SEED)
    wait_until_well(service)
    assert ledger.count >= ACTS
    assert happened.total() > 5
    assert 500 not in caller.statuses, service.output()[-5000:]
    assert_nothing_lost(service, ledger)
    assert service.stop() == 0
