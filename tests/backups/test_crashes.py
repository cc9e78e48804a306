"""Killed in the middle, a backup does not count and a restore is not trusted; given again, both come to their end."""

from __future__ import annotations

import pytest

from marketplace.app import create_app, make_app, make_runtime
from marketplace.backups.errors import RestoreUnfinishedError
from marketplace.cli.outcomes import Outcome
from tests.backups.sites import ROWS, blob_of, digest_of
from tests.sampling import THOROUGH

MOMENTS = [
    ("marketplace.backups.making:write_rows", 1, False),
    ("marketplace.backups.rows:write_digests", 1, True),
    ("marketplace.backups.{kind}.add_blob", 1, False),
    ("marketplace.backups.{kind}.add_blob", 2, True),
    ("marketplace.backups.{kind}.seal", 1, False),
    ("marketplace.backups.{kind}.seal", 1, True),
    ("marketplace.backups.{kind}.finish", 1, False),
]
DRAFTS = {"b": "folder:FolderDraft", "b.tar": "tape:TapeDraft"}
IN_A_RESTORE = [
    ("marketplace.backups.restoring:mark_unfinished", 1, True),
    ("marketplace.backups.restoring:keep_sound", 1, True),
    ("marketplace.backups.restoring:keep_sound", 2, True),
    ("marketplace.backups.restoring:_drop_everything", 1, True),
    ("marketplace.backups.restoring:_insert", 30, True),
    ("marketplace.backups.restoring:unmark", 1, True),
]


def in_turns(moments, kinds):
    """Return each moment with one of two kinds in turn for the slow tests, and with the other where all is tried."""
    cells = [(turn, moment, place) for turn, moment in enumerate(moments) for place in range(2)]
    return [
        pytest.param(*moment, kinds[place], marks=[pytest.mark.slow] if turn % 2 == place else THOROUGH)
        for turn, moment, place in cells
    ]


@pytest.mark.parametrize(("moment", "call", "after", "place"), in_turns(MOMENTS, list(DRAFTS)))
def test_a_backup_that_was_killed_does_not_count_and_the_next_one_does(
    site, empty, tmp_path, place, moment, call, after
):
    address = tmp_path / "all" / place
    site.killed_at(moment.format(kind=DRAFTS[place]), "backup", address, "--with-keys", call=call, after=after)
    site("backup", "--verify", address, exit_code=Outcome.REFUSED)
    empty("restore", address, exit_code=Outcome.REFUSED)
    site("backup", address, "--with-keys")
    assert [path.name for path in (tmp_path / "all").rglob("*unfinished*")] == []
    empty("restore", address)
    assert empty.rows() == site.rows()


@pytest.mark.parametrize(("moment", "call", "after", "kind"), in_turns(IN_A_RESTORE, ["sqlite", "postgresql"]))
def test_a_restore_that_was_killed_goes_on(site, new_site, tmp_path, kind, moment, call, after):
    target = new_site("target", kind)
    site("backup", tmp_path / "b", "--with-keys")
    target.killed_at(moment, "restore", tmp_path / "b", call=call, after=after)
    with pytest.raises(RestoreUnfinishedError):
        create_app(target.settings)
    target("restore", tmp_path / "b")
    assert target.rows() == site.rows()
    assert [target.blobs.get(digest_of(number)) for number in ROWS] == [blob_of(number) for number in ROWS]


@pytest.mark.slow
def test_the_service_does_not_start_on_a_restore_that_was_killed(site, tmp_path):
    site("backup", tmp_path / "b")
    runtime = make_runtime(site.settings)
    client = make_app(runtime).test_client()
    assert client.get("/healthz").status_code == 200
    site.killed_at("marketplace.backups.restoring:_insert", "restore", tmp_path / "b", "--replace", call=20)
    assert client.get("/healthz").status_code == 503
    runtime.engine.dispose()
    for words in (["worker"], ["db", "upgrade"], ["backup", tmp_path / "c"]):
        assert "途中で止まったまま" in site(*words, exit_code=1).output
    site("restore", tmp_path / "b")
    assert site.count("SELECT count(*) FROM people") == len(ROWS)


@pytest.mark.slow
def test_another_backup_does_not_replace_what_an_interrupted_restore_left(site, new_site, tmp_path):
    site("backup", tmp_path / "b", "--with-keys")
    site("backup", tmp_path / "other", "--with-keys")
    site.killed_at("marketplace.backups.restoring:_insert", "restore", tmp_path / "b", "--replace", call=20)
    site("restore", tmp_path / "other", exit_code=Outcome.REFUSED)
    site("restore", tmp_path / "other", "--replace")
