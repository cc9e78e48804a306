"""A kintone domain that answers, and an administrator who may connect it."""

from __future__ import annotations

import pytest

from tests.outbound.receiver import running_receiver
from tests.workspaces.domains.factories import JSON, open_ports


@pytest.fixture
def ports(ports):
    return open_ports(ports)


@pytest.fixture
def receiver():
    with running_receiver() as running:
        running.answer_with((200, JSON, b'{"apps": []}'))
        yield running


@pytest.fixture
def browser(sign_in):
    return sign_in("admin")
