"""Each disagreement that was planted is found, told with what to do, and mended if that takes no guessing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from marketplace.cli.outcomes import Outcome
from marketplace.db.migrating import downgrade, is_current
from tests.doctor.planting import (
    MENDED,
    TOLD,
    blob_damaged_everywhere,
    blob_missing_everywhere,
    bundle_that_is_back,
    cut_bundle_of_the_index,
    damaged_file_of_a_template,
    import_without_installation_beside_another,
    missing_blob,
    missing_bundle_of_the_index,
    missing_entry,
    missing_file_of_a_template,
    missing_head,
    plant,
    stale_entry,
    unnamed_blob,
    unnoted_template,
    wrong_count_of_installs,
    wrong_latest_version,
)

FOUND, BLIND = Outcome.FINDINGS, 2
UNDERMINING = (
    missing_entry,
    stale_entry,
    wrong_latest_version,
    bundle_that_is_back,
    unnoted_template,
    missing_head,
    missing_file_of_a_template,
    missing_bundle_of_the_index,
)
"""What others that are planted need to be in order."""


def cases(planted):
    return [
        pytest.param(code, planter, id=planter.__name__) for code, planters in planted.items() for planter in planters
    ]


def test_what_was_found_is_kept_for_the_operator_s_page(healthy):
    healthy("doctor")
    noted = "SELECT count FROM command_outcomes WHERE command = 'doctor'"
    assert healthy.count(noted) == 0
    healthy.execute("UPDATE templates SET install_count = install_count + 7")
    healthy("doctor", exit_code=1)
    assert healthy.count(noted) > 0


def test_where_nothing_disagrees_nothing_is_found(healthy):
    assert "食い違いは見つかりませんでした。" in healthy("doctor").output
    assert healthy.json("doctor", "--quick") == {"found": 0, "left": 0, "findings": []}


@pytest.mark.slow
@pytest.mark.parametrize(("code", "planter"), cases(MENDED))
def test_what_can_be_mended_is_found_then_mended_then_gone(healthy, codes, code, planter):
    plant(healthy, planter)
    looked = healthy.json("doctor", exit_code=FOUND)
    assert {code} <= set(codes(looked)) <= {code, "search-differs", "index-differs"}  # they follow what is counted
    assert all(each["can_be_mended"] and not each["mended"] for each in looked["findings"])
    assert healthy.json("doctor", exit_code=FOUND)["found"] == looked["found"]  # looking changes nothing
    assert healthy.json("doctor", "--mend", exit_code=FOUND)["left"] == 0
    assert healthy.json("doctor")["found"] == 0


@pytest.mark.slow
@pytest.mark.parametrize(("code", "planter"), cases(TOLD))
def test_what_can_not_be_mended_is_told_with_what_to_do(healthy, codes, code, planter):
    plant(healthy, planter)
    told = healthy.json("doctor", "--mend", exit_code=FOUND)
    assert set(codes(told)) == {code}
    for each in told["findings"]:
        assert each["text"]["ja"] != each["text"]["en"]
        assert each["remedy"]["ja"]
        assert each["remedy"]["en"]
        assert not each["mended"]


def test_a_lost_blob_is_named_by_template_and_version_and_the_words_say_where_to_get_it(healthy):
    plant(healthy, blob_missing_everywhere)
    told = healthy("doctor", exit_code=FOUND).output
    assert "テンプレート yokoten/handover-notes@" in told
    assert "失われています" in told
    assert "yokoten doctor --mend --from" in told
    assert healthy.json("doctor", "--quick", exit_code=FOUND)["findings"][0]["code"] == "blob-missing"


@pytest.mark.slow
@pytest.mark.parametrize("planter", [blob_missing_everywhere, blob_damaged_everywhere])
def test_what_is_lost_comes_back_from_a_backup(healthy, tmp_path, planter):
    healthy("backup", tmp_path / "b.tar")
    plant(healthy, planter)
    assert healthy.json("doctor", "--from", tmp_path / "b.tar", exit_code=FOUND)["left"] == 1
    assert healthy.json("doctor", "--mend", "--from", tmp_path / "b.tar", exit_code=FOUND)["left"] == 0
    assert healthy.json("doctor")["found"] == 0


def test_an_upload_whose_row_is_on_its_way_is_left_alone(healthy):
    digest = healthy.blobs.put(b"just now")
    healthy("doctor", "--mend")
    assert healthy.blobs.exists(digest)


@pytest.mark.slow
def test_an_older_schema_is_brought_up_to_date_and_nothing_else_is_looked_at_before(healthy, codes):
    with healthy.open() as engine:
        downgrade(engine, "0024")
    assert codes(healthy.json("doctor", exit_code=FOUND)) == ["schema-differs"]
    assert healthy.json("doctor", "--mend", exit_code=FOUND)["left"] == 0
    with healthy.open() as engine, engine.connect() as connection:
        assert is_current(connection)


def test_a_newer_schema_is_left_as_it_is(healthy, codes):
    healthy.execute("UPDATE alembic_version SET version_num = '9999'", "UPDATE schema_reach SET oldest = '9999'")
    told = healthy.json("doctor", "--mend", exit_code=FOUND)
    assert codes(told) == ["schema-differs"]
    assert "新しい版" in told["findings"][0]["remedy"]["ja"]


def test_a_row_that_points_to_a_missing_workspace_is_found(healthy, codes):
    with healthy.open() as engine, engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(
            text(
                "INSERT INTO installations (id, workspace_id, municipality_code, template_id, version_id, app_ids,"
                " app_names, installed_at) SELECT 'i', 'gone', '992011', id, latest_version_id, '{}', '{}',"
                " '2026-01-01 00:00:00' FROM templates LIMIT 1"
            )
        )
        connection.commit()
    told = healthy.json("doctor", exit_code=FOUND)
    assert "row-refers-to-nothing" in codes(told)
    assert "workspaces" in next(each["text"]["ja"] for each in told["findings"] if each["code"].startswith("row"))


def test_before_the_worker_wrote_the_index_nothing_is_said_of_it(healthy):
    healthy.execute("DELETE FROM index_state")
    assert healthy.json("doctor")["found"] == 0


def test_a_quick_look_asks_for_names_and_sizes_of_the_index_alone(healthy, codes):
    plant(healthy, damaged_file_of_a_template)
    assert healthy.json("doctor", "--quick")["found"] == 0
    plant(healthy, cut_bundle_of_the_index)
    assert codes(healthy.json("doctor", "--quick", exit_code=FOUND)) == ["index-file-wrong"]


def test_a_bundle_that_is_lost_altogether_is_told_once(healthy, codes):
    plant(healthy, missing_bundle_of_the_index, missing_blob)
    assert codes(healthy.json("doctor", exit_code=FOUND)) == ["blob-missing"]


def test_what_was_mended_is_in_the_log_of_acts(healthy):
    plant(healthy, wrong_count_of_installs)
    healthy("doctor", "--mend", exit_code=FOUND)
    assert healthy.count("SELECT count(*) FROM audit_events WHERE act = 'service.mended'") >= 1


@pytest.mark.parametrize(
    "environ",
    [
        {"MARKETPLACE_STORAGE_URL": "s3://nowhere?endpoint=http://127.0.0.1:1"},
        {"MARKETPLACE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        {"MARKETPLACE_CREDENTIALS_KEYS": "not a key"},
    ],
    ids=["no storage", "no database", "no key"],
)
def test_a_look_that_can_not_be_finished_says_so(healthy, environ):
    healthy.environ |= environ
    refusal = healthy("doctor", exit_code=BLIND)
    assert "エラー：" in refusal.output


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def test_all_of_it_at_once(request, codes, kind):
    site = request.getfixturevalue("healthy" if kind == "sqlite" else "healthy_on_postgres")
    plant(site, *(each for planters in MENDED.values() for each in planters if each not in UNDERMINING))
    found = site.json("doctor", exit_code=FOUND)
    assert set(codes(found)) == set(MENDED)
    assert site.json("doctor", "--mend", exit_code=FOUND)["left"] == 0
    assert site.json("doctor")["found"] == 0


def test_an_import_is_not_taken_up_beside_another_of_the_same_template(healthy, codes):
    plant(healthy, import_without_installation_beside_another)
    told = healthy.json("doctor", "--mend", exit_code=FOUND)
    (left,) = (each for each in told["findings"] if not each["mended"])
    assert left["code"] == "import-without-installation"
    assert "終わってから" in left["remedy"]["ja"]


def test_an_unnamed_blob_goes_an_hour_after_it_was_found(healthy):
    plant(healthy, unnamed_blob)
    healthy("doctor", "--mend", exit_code=FOUND)
    healthy.execute("UPDATE abandoned_blobs SET seen_at = '2026-01-01 00:00:00.000000'")
    healthy.execute("UPDATE housekeeping_rounds SET ended_at = '2026-01-01 00:00:00.000000'")
    healthy("doctor", "--mend", exit_code=FOUND)
    left = [path for path in Path(healthy.data_dir / "blobs").rglob("*") if path.is_file()]
    assert all(path.stat().st_mtime > 0 for path in left)
