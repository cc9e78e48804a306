"""`make run`: what it leaves behind, a second start, what stands in its way, the end."""

from __future__ import annotations

import signal
import socket
import sqlite3
import time

import pytest

from tests.e2e.service import Service, is_alive


@pytest.fixture
def service(tmp_path):
    made = Service(tmp_path / "var")
    yield made
    made.kill_all()


def test_the_service_tells_how_to_use_it_and_keeps_everything_over_a_restart(service):
    service.start()
    first = service.demo
    assert set(first) == {"url", "people", "token", "workspace"}
    assert [person["role"] for person in first["people"]] == ["admin", "publisher"]
    assert set(first["people"][0]) == {"email", "password", "municipality", "role"}
    assert set(first["workspace"]) == {"id", "kintone_url", "user", "password"}
    ended = service.wait_for_import(service.install("yokoten/handover-notes"))
    assert ended["state"] == "succeeded", ended
    assert service.stop() == 0

    started = time.monotonic()
    service.start()
    assert time.monotonic() - started < 30
    assert service.demo == first
    installations = service.call("GET", "/api/v1/installations").json["items"]
    assert [installation["template"] for installation in installations] == ["yokoten/handover-notes"]
    assert service.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_a_signal_ends_everything_within_seconds_also_in_the_middle_of_an_install(service, number):
    service.start()
    service.install("yokoten/subsidy-grant-management", sample_records=True)
    family = service.family()
    asked = time.monotonic()
    assert service.stop(number) == 0
    assert time.monotonic() - asked < 15
    assert not any(is_alive(pid) for pid in family)
    assert "Traceback" not in service.output()
    assert "停止しました" in service.output()


@pytest.mark.slow
def test_what_is_lost_or_damaged_beside_the_database_is_made_anew(service):
    service.start()
    token = service.demo["token"]
    assert service.stop() == 0
    (service.data_dir / "demo.json").write_text('{"url": ', encoding="utf-8")
    (service.data_dir / "secret.key").write_text("", encoding="ascii")
    for path in service.data_dir.glob("jobs.db*"):
        path.unlink()
    service.start()
    assert service.demo["token"] != token
    ended = service.wait_for_import(service.install("yokoten/handover-notes"))
    assert ended["state"] == "succeeded", ended
    assert len((service.data_dir / "secret.key").read_text(encoding="ascii")) >= 32
    assert service.stop() == 0
    assert "Traceback" not in service.output()


@pytest.mark.slow
def test_a_damaged_queue_starts_anew(service):
    service.data_dir.mkdir()
    (service.data_dir / "jobs.db").write_bytes(b"not a database" * 1000)
    service.start()
    ended = service.wait_for_import(service.install("yokoten/handover-notes"))
    assert ended["state"] == "succeeded", ended
    assert service.stop() == 0


def test_a_port_in_use_is_refused_with_advice_in_both_languages(service):
    with socket.create_server(("127.0.0.1", service.port)):
        code, output = service.refusal()
    assert code != 0
    assert f"ポート {service.port} は、ほかのプログラムが使っています" in output
    assert f"Port {service.port} is in use" in output
    assert "Traceback" not in output


@pytest.mark.slow
def test_a_second_service_on_the_same_port_is_refused(service, tmp_path):
    service.start()
    code, output = Service(tmp_path / "other", port=service.port).refusal()
    assert code != 0
    assert "is in use" in output
    assert service.call("GET", "/healthz", token=None).status == 200
    assert service.stop() == 0


@pytest.mark.slow
def test_an_unusable_data_folder_is_refused_with_advice_in_both_languages(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="ascii")
    code, output = Service(tmp_path / "file" / "var").refusal()
    assert code != 0
    assert "データフォルダー" in output
    assert "Can't write to the data folder" in output
    assert "Traceback" not in output


@pytest.mark.slow
def test_a_database_that_does_not_answer_is_named(tmp_path):
    environ = {"MARKETPLACE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    code, output = Service(tmp_path, environ=environ).refusal()
    assert code != 0
    assert "データベースにつながりません" in output
    assert "Traceback" not in output


@pytest.mark.slow
def test_a_file_that_is_no_database_is_named(service):
    service.data_dir.mkdir()
    (service.data_dir / "yokoten.db").write_bytes(b"not a database" * 1000)
    code, output = service.refusal()
    assert code != 0
    assert "データベース" in output
    assert "Traceback" not in output
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(service.data_dir / "yokoten.db").execute("PRAGMA user_version")
