"""Two web servers that count at one Redis hold callers to one rate."""

from __future__ import annotations

import pytest

from tests.deploy.machine import Machine
from tests.deploy.nginx import call
from tests.redis import running_redis

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def machines(started, tmp_path):
    """Two web servers with one database and one Redis; strangers may search five times."""
    with running_redis() as redis:
        shared = {
            "MARKETPLACE_DATABASE_URL": f"sqlite:///{tmp_path / 'shared.db'}",
            "MARKETPLACE_RATE_LIMIT_STORAGE": redis.address,
            "MARKETPLACE_LIMIT_SEARCHES": "address 5/hour",
            "MARKETPLACE_WEB_WORKERS": "1",
        }
        made = [Machine(tmp_path / name, shared) for name in ("web1", "web2")]
        made[0].run("db", "upgrade")
        started += [machine.begin("web") for machine in made]
        for machine in made:
            machine.wait_until_ready()
        yield made


def test_what_one_web_server_lets_pass_counts_at_the_other(machines):
    searches = [(machine, f"/api/v1/templates?q=word{turn}") for turn in range(4) for machine in machines]
    assert [call(machine.port, "GET", path)[0] for machine, path in searches] == [200] * 5 + [429] * 3
