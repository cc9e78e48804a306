"""Every field of every form and body of みほん市, with what belongs to another municipality put into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from marketplace import schema
from tests.conftest import undone
from tests.security.inputs import Input, inputs
from tests.security.neighbour import THEIRS, Neighbour
from tests.security.planted import Planted, planted_service

NOBODYS = "z" * 16
"""An id that nothing has: what belongs to another must be refused as if it weren't there."""
REFUSED = {403, 404, 422}
NO_IDS = {
    "token": "is made by the form, so that it is sent once: kept with the sender, tests/web/test_record_form.py",
    "revision": "is the state that the form was made from",
}
"""Fields that hold what looks like an id, and why they take any."""
ASKED_AGAIN = {"workspace_id choose": "shows the form anew, with a workspace of one's own"}
PLACES = {"fulfilment answer", "tokens workspace_id", "edit?record=1 f10 save", "install workspace_id plan"}
"""Where at least ids are taken: should forms be found no longer, nothing would be tried."""
NOT_PRIVATE = {"audit_events", "mails", "templates", "template_versions", "indexed_templates"}
"""What nobody names in input, and what is published."""


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    """A service of these tests' own: what another municipality does here, others count."""
    with planted_service(tmp_path_factory.mktemp("planted")) as made:
        yield made


@pytest.fixture(scope="module")
def theirs(planted: Planted) -> Neighbour:
    """What another municipality has."""
    return Neighbour(planted)


@pytest.fixture(scope="module")
def everything(planted: Planted, theirs: Neighbour) -> list[Input]:
    """All fields that there are."""
    return inputs(planted)


@pytest.fixture(scope="module")
def kinds(theirs: Neighbour) -> dict[str, str]:
    """One id of each kind of theirs."""
    return {table: ids[-1] for table, ids in theirs.ids.items() if table not in NOT_PRIVATE}


def test_the_other_has_something_of_each_kind(planted, theirs):
    mine = {table.name for table in schema.METADATA.sorted_tables} & {table for table, _key in theirs.before}
    assert mine - theirs.ids.keys() <= NOT_PRIVATE


def test_fields_that_take_ids_take_nothing_of_another(planted, theirs, everything, kinds):
    fields = [each for each in everything if each.is_id and each.path[-1] not in NO_IDS]
    named = {str(each).partition(" ")[2] for each in fields}
    assert {place for place in PLACES if any(name.endswith(place) for name in named)} == PLACES
    for each in fields:
        with trial(planted, theirs) as tried:
            own = tried.send(each, None)
        assert own < 400, (str(each), "with what is one's own it has to be taken, or nothing is proved")
        with trial(planted, theirs) as tried:
            statuses = {value: tried.send(each, value) for value in (NOBODYS, *kinds.values())}
        assert (set(statuses.values()), tried.wrong) == ({statuses[NOBODYS]}, []), str(each)
        assert statuses[NOBODYS] in REFUSED or any(str(each).endswith(name) for name in ASKED_AGAIN), str(each)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_other_field_shows_or_changes_or_refers_to_anything_of_another(planted, theirs, everything, kinds):
    """Texts may hold any word: they are written down as such."""
    wrong = {}
    for each in everything:
        with trial(planted, theirs) as tried:
            statuses = {kind: tried.send(each, value) for kind, value in kinds.items()}
        failed = {kind for kind, status in statuses.items() if status >= 500}
        if tried.wrong or failed:
            wrong[str(each)] = (tried.wrong, failed)
    assert len(everything) > 200
    assert wrong == {}


@contextmanager
def trial(planted: Planted, theirs: Neighbour) -> Iterator[Trial]:
    """Undo whatever is sent, having looked for what it did to theirs."""
    sessions = planted.app.sessions
    made = Trial(planted)
    try:
        with undone(sessions.engine) as planted.app.sessions:
            yield made
            gone, referred = theirs.changes()
            if gone or referred:
                made.wrong.append(("changed", gone, "referred to", referred))
    finally:
        planted.app.sessions = sessions


@dataclass
class Trial:
    """Sends input, and keeps what is wrong with the answers."""

    planted: Planted
    wrong: list[object] = field(default_factory=list)

    def send(self, each: Input, value: str | None) -> int:
        """Send it, follow where it leads, and return the status."""
        answer = each.send(self.planted, value)
        shown = set(THEIRS.findall(answer.text + str(answer.headers)))
        if "Location" in answer.headers and each.is_form:
            leads = re.sub(r"^https?://[^/]+", "", answer.headers["Location"])
            shown |= set(THEIRS.findall(self.planted.admin.get(leads, buffered=True).text))
        if shown:
            self.wrong.append((value, "shown", shown))
        return answer.status_code
