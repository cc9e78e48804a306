"""What was backed up comes back whole on an empty machine, from each kind of service, by way of each place."""

from __future__ import annotations

import stat
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.app import make_runtime
from marketplace.cli.outcomes import Outcome
from marketplace.db.migrating import is_current, upgrade
from marketplace.installs.failures import Failure
from marketplace.installs.models import Import, ImportState, Step, StepState
from marketplace.schema import METADATA
from marketplace.search.index import backend_of
from marketplace.search.rebuilding import rebuild_index
from marketplace.storage.keeping import blob_columns
from tests.backups.sites import MADE_ANEW, NOT_CARRIED, ROWS, Site, blob_of, digest_of, fill
from tests.contract.conftest import BUCKET

KINDS = [("sqlite", "local"), ("sqlite", "s3"), ("postgresql", "local"), ("postgresql", "s3")]
slow = pytest.mark.slow


def modes(path) -> set[int]:
    return {stat.S_IMODE(each.stat().st_mode) for each in path.rglob("*") if each.is_file()}


def copy_keys(site: Site, other: Site) -> None:
    other.data_dir.mkdir(mode=0o700, exist_ok=True)
    for key in site.data_dir.glob("*.key"):
        (other.data_dir / key.name).write_bytes(key.read_bytes())


@pytest.mark.parametrize(
    ("source", "target"),
    [
        pytest.param(KINDS[0], KINDS[0], id="sqlite and disk"),
        pytest.param(KINDS[1], KINDS[1], id="sqlite and s3", marks=slow),
        pytest.param(KINDS[2], KINDS[2], id="postgresql and disk", marks=slow),
        pytest.param(KINDS[3], KINDS[3], id="postgresql and s3", marks=slow),
        pytest.param(KINDS[0], KINDS[3], id="sqlite and disk to postgresql and s3", marks=slow),
        pytest.param(KINDS[3], KINDS[0], id="postgresql and s3 to sqlite and disk", marks=slow),
    ],
)
def test_every_row_and_every_blob_comes_back(new_site, tmp_path, source, target):
    site, empty = fill(new_site("site", *source)), new_site("empty", *target)
    site("backup", tmp_path / "backups")
    copy_keys(site, empty)
    empty("restore", tmp_path / "backups")
    assert empty.rows() == site.rows()
    assert [empty.blobs.get(digest_of(number)) for number in ROWS] == [blob_of(number) for number in ROWS]
    assert {empty.count(f"SELECT count(*) FROM {table}") for table in NOT_CARRIED - MADE_ANEW} == {0}  # noqa: S608
    token = "SELECT token FROM public_state"
    assert empty.count(token) not in {site.count(token), None}
    with empty.open() as engine, engine.connect() as connection:
        assert is_current(connection)
        numbers = backend_of(connection.dialect.name).numbers(connection, [(("t補助",),), (("t補助金",),)])
    assert sorted({int(number) for found in numbers for number in found}) == list(ROWS)


@slow
def test_numbers_that_postgresql_gives_go_on_after_the_highest(new_site, tmp_path, site):
    empty = new_site("pg", "postgresql")
    site("backup", tmp_path / "backups")
    copy_keys(site, empty)
    empty("restore", tmp_path / "backups")
    empty.execute(
        "INSERT INTO search_entries (subject_id, kind, texts, facets, figures, is_removed, revision)"
        " VALUES ('new', 'story', '{}', '{}', '{}', false, 3)"
    )
    assert empty.count("SELECT number FROM search_entries WHERE subject_id = 'new'") == ROWS[-1] + 1


@pytest.mark.parametrize("place", ["folder", "file.tar", pytest.param("s3", marks=slow)])
def test_every_place_keeps_what_it_is_given(request, site, empty, tmp_path, place):
    address = str(tmp_path / place)
    if place == "s3":
        server = request.getfixturevalue("s3_server")
        address = f"s3://{BUCKET}/backups-{tmp_path.name}?endpoint={server.endpoint}"
    made = site.json("backup", address, "--with-keys")
    assert (made["blobs"], made["has_keys"], made["missing"]) == (2, True, [])
    assert site.json("backup", "--verify", address)["name"] == made["name"]
    empty("restore", address)
    assert empty.rows() == site.rows()
    assert site.json("backup", address)["copied"] == (2 if place == "file.tar" else 0)


@pytest.mark.parametrize("place", ["folder", "file.tar"])
def test_nobody_else_can_read_a_backup(site, tmp_path, place):
    (tmp_path / "all").mkdir()
    site("backup", tmp_path / "all" / place, "--with-keys")
    assert modes(tmp_path / "all") == {0o600}


def test_a_folder_holds_many_and_the_latest_is_restored(site, empty, tmp_path):
    first = site.json("backup", tmp_path / "b", "--with-keys")["name"]
    site.execute("UPDATE people SET name = 'あとの名前'")
    site.json("backup", tmp_path / "b", "--with-keys")
    empty("restore", tmp_path / "b")
    assert empty.count("SELECT min(name) FROM people") == "あとの名前"
    empty("restore", tmp_path / "b", "--at", first, "--replace")
    assert empty.count("SELECT min(name) FROM people").startswith("people-name-1")
    empty("restore", tmp_path / "b" / first, "--replace")


def test_the_operator_s_page_learns_of_it(site, tmp_path):
    site.execute("DELETE FROM command_outcomes")
    site("backup", tmp_path / "b")
    assert site.count("SELECT count FROM command_outcomes WHERE command = 'backup'") == 0


def test_only_so_many_are_kept_and_their_blobs_stay(site, tmp_path):
    place = tmp_path / "b"
    first = site.json("backup", place)["name"]
    site.execute(
        *(
            f"UPDATE {column.table.name} SET digest = '{site.blobs.put(b'new')}'"  # noqa: S608
            for column in blob_columns(METADATA.sorted_tables)
        ),
    )
    made = [site.json("backup", place, "--keep", 2) for _ in range(2)]
    assert made[1]["forgotten"] == [first]
    assert [path.read_bytes() for path in (place / "blobs").rglob("*") if path.is_file()] == [b"new"]
    assert site.json("backup", "--verify", place)["damaged"] == []
    site("backup", "--verify", place, "--at", first, exit_code=Outcome.REFUSED)


@pytest.mark.slow
def test_a_backup_of_an_older_schema_is_migrated(new_site, empty, tmp_path):
    old = new_site("old")
    old.data_dir.mkdir()
    with old.open() as engine:
        upgrade(engine, "0014")
    old.execute(
        "INSERT INTO municipalities (code, prefecture, name, kana, type, region, active, fictitious)"
        " VALUES ('993018', '見本県', '公開市', 'こうかいし', 'city', '関東', true, true)"
    )
    assert old.json("backup", tmp_path / "b.tar")["revision"] == "0014"
    empty("restore", tmp_path / "b.tar")
    assert empty.count("SELECT name FROM municipalities WHERE code = '993018'") == "公開市"
    with empty.open() as engine, engine.connect() as connection:
        assert is_current(connection)


@pytest.mark.slow
def test_an_interrupted_search_index_is_made_by_whoever_starts_next(site, empty, tmp_path):
    site("backup", tmp_path / "b.tar", "--with-keys")
    empty.killed_at("marketplace.cli.restoring:rebuild_index", "restore", tmp_path / "b.tar")
    runtime = make_runtime(empty.settings)
    rebuild_index(runtime.sessions, lambda _done, _total: None)
    with runtime.engine.connect() as connection:
        assert backend_of("sqlite").numbers(connection, [(("t補助",),)])[0].tolist() == list(ROWS)
    runtime.engine.dispose()


def test_moments_keep_their_microseconds(site, empty, tmp_path):
    site("backup", tmp_path / "b.tar", "--with-keys")
    empty("restore", tmp_path / "b.tar")
    people = sa.table("people", sa.column("created_at", sa.DateTime(timezone=True)))
    with empty.open() as engine, engine.connect() as connection:
        found = connection.scalars(sa.select(people.c.created_at).order_by(people.c.created_at)).first()
    assert found == datetime(2026, 4, 1, 12, 30, 15, 123456, tzinfo=UTC).replace(tzinfo=None)


def test_imports_into_a_kintone_outside_wait_for_a_person(site, empty, tmp_path):
    site.execute("UPDATE workspaces SET kind = 'kintone' WHERE id LIKE '%-1%'")
    site("backup", tmp_path / "b.tar", "--with-keys")
    assert "外のkintoneへの導入を1件止めました" in empty("restore", tmp_path / "b.tar").output
    with empty.open() as engine, Session(engine) as session:
        inside, outside = sorted(session.scalars(sa.select(Import)), key=lambda each: each.state is ImportState.FAILED)
        assert (inside.state, outside.state) == (ImportState.QUEUED, ImportState.FAILED)
        step = session.scalars(sa.select(Step).where(Step.import_id == outside.id)).one()
        assert (step.state, step.is_uncertain) == (StepState.FAILED, True)
        assert "再開" in Failure.from_document(outside.error).remedy.ja
