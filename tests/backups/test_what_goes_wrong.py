"""A backup that is not sound is not believed, and a restore destroys nothing unasked."""

from __future__ import annotations

import fcntl
import gzip
import json
import os
import shutil

import pytest

from marketplace.backups.manifest import read_manifest
from marketplace.cli.outcomes import Outcome
from marketplace.jobs.presence import Presence
from tests.backups.sites import blob_of, digest_of

FOUND, REFUSED = Outcome.FINDINGS, Outcome.REFUSED


def blob_path(root, number):
    digest = digest_of(number)
    return root / "blobs" / digest[:2] / digest[2:4] / digest


def the_backup(place):
    (manifest,) = place.glob("*/manifest.json")
    return manifest.parent


def test_without_the_key_nothing_is_restored_and_the_words_say_what_to_do(site, empty, tmp_path):
    made = site.json("backup", tmp_path / "b")
    refusal = empty("restore", tmp_path / "b", exit_code=REFUSED).output
    assert f"秘密 {made['secrets']} 件" in refusal
    assert f"credentials.key を {empty.data_dir}" in refusal
    assert made["secrets"] == 6
    assert not (empty.data_dir / "credentials.key").exists()
    (empty.data_dir / "credentials.key").write_bytes((site.data_dir / "credentials.key").read_bytes())
    empty("restore", tmp_path / "b")


def test_another_key_does_not_fit_but_the_rest_can_be_had(site, empty, tmp_path):
    site("backup", tmp_path / "b")
    empty.environ["MARKETPLACE_CREDENTIALS_KEYS"] = "mF3C0kVdB5LkEcz1Q2nyQxNj6mXbIuzrPzyXbLhyI6o="
    assert "鍵が合いません" in empty("restore", tmp_path / "b", exit_code=REFUSED).output
    told = empty.json("restore", tmp_path / "b", "--without-key", exit_code=FOUND)
    assert (told["shut"], empty.rows() == site.rows()) == (6, True)


def test_keys_that_are_brought_stand_behind_those_that_are_here(site, empty, tmp_path):
    site("backup", tmp_path / "b", "--with-keys")
    empty.data_dir.mkdir()
    own = "mF3C0kVdB5LkEcz1Q2nyQxNj6mXbIuzrPzyXbLhyI6o="
    (empty.data_dir / "credentials.key").write_text(own)
    empty("restore", tmp_path / "b")
    kept = (empty.data_dir / "credentials.key").read_text().split()
    assert kept == [own, (site.data_dir / "credentials.key").read_text()]


def test_what_the_service_itself_could_not_open_keeps_nobody_from_restoring(site, empty, tmp_path):
    site.execute("UPDATE mails SET sealed_body = 'broken'")
    site("backup", tmp_path / "b", "--with-keys")
    empty("restore", tmp_path / "b")


def test_a_blob_that_is_broken_in_the_backup_is_found_and_left_out_only_if_told(site, empty, tmp_path):
    site("backup", tmp_path / "b", "--with-keys")
    blob_path(tmp_path / "b", 1).write_bytes(b"broken")
    assert site.json("backup", "--verify", tmp_path / "b", exit_code=FOUND)["damaged"] == [digest_of(1)]
    assert digest_of(1) in empty("restore", tmp_path / "b", exit_code=FOUND).output
    assert not (empty.data_dir / "yokoten.db").exists() or empty.count("SELECT count(*) FROM sqlite_schema") == 0
    told = empty.json("restore", tmp_path / "b", "--accept-damage", exit_code=FOUND)
    assert told["lost"] == [digest_of(1)]
    assert empty.blobs.get(digest_of(2)) == blob_of(2)


def test_the_next_backup_mends_what_is_broken_in_the_one_before(site, tmp_path):
    site("backup", tmp_path / "b")
    blob_path(tmp_path / "b", 1).write_bytes(b"broken")
    site("backup", tmp_path / "b")
    assert site.json("backup", "--verify", tmp_path / "b")["damaged"] == []


def test_a_blob_that_the_storage_has_lost_is_named_and_the_rest_is_backed_up(site, empty, tmp_path):
    site.blobs.delete(digest_of(1))
    made = site.json("backup", tmp_path / "b.tar", "--with-keys", exit_code=FOUND)
    assert (made["missing"], made["blobs"]) == ([digest_of(1)], 1)
    assert digest_of(1) in site("backup", "--verify", tmp_path / "b.tar", exit_code=FOUND).output
    assert empty.json("restore", tmp_path / "b.tar", exit_code=FOUND)["lost"] == [digest_of(1)]


@pytest.mark.parametrize("part", ["rows.jsonl.gz", "blobs.txt.gz", "keys.json"])
def test_a_part_that_is_not_as_it_was_written_is_found(site, empty, tmp_path, part):
    site("backup", tmp_path / "b", "--with-keys")
    path = the_backup(tmp_path / "b") / part
    path.write_bytes(path.read_bytes()[:-9])
    assert part in site("backup", "--verify", tmp_path / "b", exit_code=FOUND).output
    assert part in empty("restore", tmp_path / "b", exit_code=FOUND).output
    path.unlink()
    assert part in empty("restore", tmp_path / "b", exit_code=FOUND).output


def test_rows_that_somebody_changed_together_with_the_manifest_do_not_count_up(site, tmp_path):
    site("backup", tmp_path / "b")
    folder = the_backup(tmp_path / "b")
    lines = gzip.decompress((folder / "rows.jsonl.gz").read_bytes()).splitlines(keepends=True)
    (folder / "rows.jsonl.gz").write_bytes(gzip.compress(b"".join(lines[:2] + lines[3:])))
    told = json.loads((folder / "manifest.json").read_text())
    told["tables"] |= {"people": 7}
    (folder / "manifest.json").write_text(json.dumps(told))
    assert "manifest.json" in site("backup", "--verify", tmp_path / "b", exit_code=FOUND).output


@pytest.mark.parametrize("size", [0, 600, 20_000], ids=["empty", "cut in the head", "cut in the middle"])
def test_a_file_that_was_cut_short_is_no_backup(site, tmp_path, size):
    site("backup", tmp_path / "b.tar")
    content = (tmp_path / "b.tar").read_bytes()
    (tmp_path / "b.tar").write_bytes(content[:size])
    refusal = site("backup", "--verify", tmp_path / "b.tar", exit_code=REFUSED)
    assert "完全なバックアップが見つかりません" in refusal.output


def test_a_backup_of_a_later_version_is_refused(site, empty, tmp_path):
    site("backup", tmp_path / "b", "--with-keys")
    path = the_backup(tmp_path / "b") / "manifest.json"
    manifest = read_manifest(path.read_bytes())
    fields = {name: getattr(manifest, name) for name in manifest.__slots__}
    path.write_bytes(type(manifest)(**{**fields, "revision": "9999"}).as_bytes())
    assert "新しい版のヨコテン" in empty("restore", tmp_path / "b", exit_code=REFUSED).output


def test_a_target_that_holds_something_is_replaced_only_if_told(site, tmp_path):
    site("backup", tmp_path / "b.tar")
    site.execute("UPDATE people SET name = 'いまの名前'")
    assert "すでにデータがあります" in site("restore", tmp_path / "b.tar", exit_code=REFUSED).output
    assert site.count("SELECT min(name) FROM people") == "いまの名前"
    site("restore", tmp_path / "b.tar", "--replace")
    assert site.count("SELECT min(name) FROM people").startswith("people-name-1")


def test_nothing_is_replaced_below_a_running_service(site, tmp_path):
    site("backup", tmp_path / "b.tar")
    worker = Presence(site.data_dir / "workers")
    for lock in (site.data_dir / "workers").glob("*.lock"):
        os.utime(lock, (0, 0))
    assert "使っています" in site("restore", tmp_path / "b.tar", "--replace", exit_code=REFUSED).output
    worker.close()
    site("restore", tmp_path / "b.tar", "--replace")


@pytest.mark.slow
def test_nothing_is_replaced_below_other_connections_to_postgresql(new_site, site, tmp_path):
    site("backup", tmp_path / "b.tar", "--with-keys")
    target = new_site("pg", "postgresql")
    with target.open() as engine, engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        assert "使っています" in target("restore", tmp_path / "b.tar", exit_code=REFUSED).output
    target("restore", tmp_path / "b.tar")


def test_two_backups_into_one_folder_do_not_meet(site, tmp_path):
    (tmp_path / "b").mkdir()
    handle = os.open(tmp_path / "b", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    assert "使用中" in site("backup", tmp_path / "b", exit_code=REFUSED).output
    os.close(handle)


@pytest.mark.slow
@pytest.mark.parametrize("place", ["b", "b.tar"])
@pytest.mark.parametrize("limit", [100, 13_000])
def test_a_full_disk_leaves_the_backups_that_are_there(site, tmp_path, place, limit):
    address = tmp_path / "all" / place
    site("backup", address)
    if limit > 100:  # rows fit, blobs do not
        shutil.rmtree(tmp_path / "all" / "b" / "blobs", ignore_errors=True)
        site.blobs.put(os.urandom(1))
    full = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
    # SQLite may write its log of some 100 kB: the limit is set once everything is open.
    held = f"""
import marketplace.backups.making as making
real = making.write_rows
def limited(*given):
    {full}
    return real(*given)
making.write_rows = limited
"""
    result = site.in_process(held, "backup", address)
    assert result.returncode in {REFUSED, 1}, result.stdout + result.stderr
    assert "完全な" in result.stderr or "書き込めません" in result.stderr
    assert [path.name for path in (tmp_path / "all").rglob("*unfinished*")] == []


@pytest.mark.parametrize("words", [["backup", "--verify"], ["restore"]])
def test_there_is_nothing_to_read_in_an_empty_place(site, tmp_path, words):
    for place in ("none", "none.tar"):
        assert "完全なバックアップが見つかりません" in site(*words, tmp_path / place, exit_code=REFUSED).output


def test_an_address_that_names_no_bucket_is_told(site):
    assert "s3://" in site("backup", "s3://?x=1", exit_code=Outcome.USAGE).output


@pytest.mark.parametrize("words", [["restore", "b"], ["doctor", "--from", "nowhere"]], ids=" ".join)
def test_where_logs_are_json_a_refusal_keeps_its_words_and_its_code(site, tmp_path, words):
    site("backup", tmp_path / "b", "--with-keys")
    site.environ["MARKETPLACE_LOG_FORMAT"] = "json"
    command, *options, place = words
    refusal = site(command, *options, tmp_path / place, exit_code=REFUSED).output
    assert "エラー：" in refusal
    assert "Traceback" not in refusal
