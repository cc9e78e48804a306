"""The files of the index say what the catalog says, whoever is killed between, and however many write them."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import delete, select

from marketplace.catalog.index_files.models import IndexChange, IndexState
from marketplace.catalog.index_files.writing import is_due, write_all_anew
from marketplace.catalog.services import follow_verification
from marketplace.mirror.feed import SEGMENT_ENTRIES
from marketplace.mirror.sealing import open_head
from marketplace.municipalities.models import Municipality
from marketplace.storage.public_files import FolderPublicFiles
from tests.catalog_domain.factories import ASAHIKAWA, make_version
from tests.mirror.conftest import files_of
from tests.own_database import at_once


class KilledError(Exception):
    """The process ends here."""


class DyingFiles(FolderPublicFiles):
    """Files of a process that is killed before it writes one of them."""

    def __init__(self, folder, writes):
        super().__init__(folder)
        self.left = writes

    def put(self, path, data):
        if self.left == 0:
            raise KilledError
        self.left -= 1
        super().put(path, data)


def is_to_be_written(place):
    with place.working() as ctx:
        return is_due(ctx.session, place.clock())


def test_a_release_is_written_with_its_bundle_and_a_signed_head(place):
    place.release("assets", name={"ja": "備品台帳", "en": "Assets"})
    place.write()
    head = open_head((place.folder / "head.json").read_bytes(), lambda _key: True).head
    assert (head.number, head.templates, [entry.template for entry in head.entries]) == (1, 1, ["012041/assets"])
    told = place.template("assets")
    assert (told["name"]["ja"], told["publisher"]["is_verified"], told["latest"]) == ("備品台帳", False, "1.0.0")
    [version] = told["versions"]
    bundle = (place.folder / "bundles" / f"{version['sha256']}.zip").read_bytes()
    assert (hashlib.sha256(bundle).hexdigest(), len(bundle)) == (version["sha256"], version["size"])
    assert version["requirements"] == {"plugins": [], "scripts": False}
    assert not is_to_be_written(place)


def test_a_withdrawal_and_a_verification_change_the_file(place):
    place.release("assets")
    place.write()
    place.withdraw("assets")
    place.write()
    told = place.template("assets")
    assert (told["latest"], told["versions"][0]["withdrawn"]["reason"]) == (None, "誤りがありました")
    with place.working() as ctx:
        publisher = ctx.session.get_one(Municipality, ASAHIKAWA)
        publisher.verified_at = place.clock()
        follow_verification(ctx, publisher)
    place.write()
    assert place.template("assets")["publisher"]["is_verified"]
    assert place.head()["number"] == 3


def test_what_was_noted_and_did_not_change_gets_no_number(place):
    place.release("assets")
    place.write()
    with place.working() as ctx:
        follow_verification(ctx, ctx.session.get_one(Municipality, ASAHIKAWA))
    place.write()
    assert (place.head()["number"], is_to_be_written(place)) == (1, False)


def test_a_release_that_is_rolled_back_leaves_nothing_to_write(place):
    place.write()
    with suppress(KilledError), place.working() as ctx:
        make_version(ctx)
        raise KilledError
    assert not is_to_be_written(place)


@pytest.mark.parametrize("writes", range(6))
def test_whoever_is_killed_while_writing_leaves_it_to_the_next(place, writes):
    place.release("assets")
    place.write()
    before = (place.folder / "head.json").read_bytes()
    place.release("assets", "1.0.1")
    place.release("benches")
    dying = replace(place, ports=replace(place.ports, public_files=DyingFiles(place.folder, writes)))
    try:
        dying.write()
    except KilledError:
        assert (place.folder / "head.json").read_bytes() == before
        assert is_to_be_written(place)
    place.write()
    assert (place.head()["number"], not is_to_be_written(place)) == (3, True)
    assert len(place.template("assets")["versions"]) == 2


def test_several_workers_at_once_number_everything_once(place):
    for number in range(12):
        place.release(f"assets-{number}")
    at_once(lambda _number: place.write())
    place.write()
    head = place.head()
    assert [entry["number"] for entry in head["entries"]] == list(range(1, 13))
    assert len({entry["template"] for entry in head["entries"]}) == 12


def test_releases_while_it_is_written_are_not_lost(place):
    place.release("first")

    def act(number):
        if number % 2:
            place.release(f"assets-{number}")
        place.write()

    at_once(act)
    place.write()
    assert {entry["template"] for entry in place.head()["entries"]} == {
        f"012041/{slug}" for slug in ("first", "assets-1", "assets-3")
    }


def test_the_head_is_signed_anew_before_it_expires(place):
    place.release("assets")
    place.write()
    before = place.head()
    place.clock.advance(hours=5)
    place.write()
    assert place.head() == before
    place.clock.advance(hours=1)
    assert is_to_be_written(place)
    place.write()
    after = place.head()
    assert (after["number"], after["signed_at"] > before["signed_at"]) == (1, True)


def test_files_that_were_lost_are_written_again(place):
    place.release("assets")
    place.write()
    files = files_of(place.folder)
    for path in files:
        (place.folder / path).unlink()
    place.clock.advance(hours=7)
    place.write()
    assert set(files_of(place.folder)) == set(files)
    (place.folder / next(path for path in files if path.startswith("bundles"))).unlink()
    write_all_anew(place.sessions, place.ports, place.clock)
    assert set(files_of(place.folder)) == set(files)


def test_a_database_set_back_begins_another_history(place):
    place.release("assets")
    place.write()
    first = place.head()
    with place.working() as ctx:
        # The database of before the release, beside the files of after it.
        state = ctx.session.scalars(select(IndexState)).one()
        change = ctx.session.scalars(select(IndexChange)).one()
        state.number = state.written = 0
        ctx.session.delete(change)
    place.release("benches")
    place.write()
    second = place.head()
    assert second["history"] > first["history"]


def test_a_restored_service_goes_on_in_another_history(place):
    place.release_many(SEGMENT_ENTRIES + 1)
    place.write()
    first = place.head()
    with place.working() as ctx:
        ctx.session.execute(delete(IndexState))  # It is in no backup.
    place.clock.advance(minutes=1)
    place.release("assets-0", "1.0.1")
    place.write()
    second = place.head()
    assert second["history"] == first["history"] + 60
    assert (second["number"], second["segment"]) == (first["number"] + 1, first["segment"])
