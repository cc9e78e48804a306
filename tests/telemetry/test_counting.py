"""The figures have few labels, each with few values."""

from __future__ import annotations

import socket
from threading import Thread
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.mmap_dict import MmapedDict, mmap_key

from marketplace import schema
from marketplace.app import create_app, make_runtime
from marketplace.db.engine import make_engine
from marketplace.serving.admin_server import ProcessCollector, make_admin_server
from marketplace.settings import Settings
from marketplace.telemetry.counting import PrometheusMeasures
from marketplace.telemetry.folder import MetricsFolder

NAMES_OF_LABELS = {"route", "method", "status", "face", "job", "end", "role", "kept", "le"}


@pytest.fixture
def registry():
    return CollectorRegistry()


@pytest.fixture
def measures(registry):
    return PrometheusMeasures("web", registry)


def samples(registry):
    return [sample for metric in registry.collect() for sample in metric.samples]


def test_requests_are_counted_by_rule_method_and_class_of_status(registry, measures, tmp_path):
    client = create_app(Settings(data_dir=tmp_path), measures).test_client()
    for number in range(3):
        client.get(f"/templates/city{number}/slug{number}?q={number}").close()
        client.get(f"/nowhere/{number}").close()
        client.open("/", method=f"MADE{number}").close()
    counted = {
        (sample.labels["route"], sample.labels["method"], sample.labels["status"]): sample.value
        for sample in samples(registry)
        if sample.name == "yokoten_http_requests_total"
    }
    assert sum(counted.values()) == 9
    assert len(counted) == 3
    assert counted["(none)", "GET", "4xx"] == 3
    assert {key[1] for key in counted} == {"GET", "other"}
    assert registry.get_sample_value("yokoten_http_requests_in_progress") == 0


def test_no_other_labels_exist(registry, measures):
    measures.job_ended("import", "done", 1.5)
    assert {name for sample in samples(registry) for name in sample.labels} <= NAMES_OF_LABELS
    assert registry.get_sample_value("yokoten_jobs_total", {"job": "import", "end": "done"}) == 1
    assert b"yokoten_process_resident_memory_bytes" in generate_latest(registry)


def test_connections_are_followed(registry, measures, tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    measures.watch_pool(engine)
    used = ("yokoten_database_connections_used", {"role": "web"})
    with engine.connect():
        assert registry.get_sample_value(*used) == 1
    assert registry.get_sample_value(*used) == 0
    assert registry.get_sample_value("yokoten_database_connections_open", {"role": "web"}) == 1
    engine.dispose()
    assert registry.get_sample_value("yokoten_database_connections_open", {"role": "web"}) == 0


def test_what_is_kept_in_memory_is_told_with_its_bound(registry, measures, tmp_path):
    settings = Settings(data_dir=tmp_path, answer_cache_megabytes=4)
    schema.METADATA.create_all(make_runtime(settings).engine)
    app = create_app(settings, measures)
    told = {
        (sample.name, sample.labels["kept"]): sample.value for sample in samples(registry) if "kept" in sample.labels
    }
    assert told["yokoten_kept_bytes_limit", "answers"] == 4 * 2**20
    assert {kept for _, kept in told} == {"answers", "bundles", "pictures", "miniatures", "drawn"}
    app.test_client().get("/help").close()
    measures._looked_at = 0
    app.test_client().get("/nowhere").close()
    assert registry.get_sample_value("yokoten_kept_bytes", {"kept": "answers"}) > 1_000


def test_what_an_earlier_service_left_is_cleared_and_what_is_in_use_stays(tmp_path):
    left = tmp_path / "run-left"
    left.mkdir()
    (left / "lock").touch()
    (left / "counter_1.db").touch()
    first = MetricsFolder(tmp_path)
    second = MetricsFolder(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([first.path, second.path])


def test_gauges_of_the_dead_go_and_what_they_counted_stays(tmp_path):
    folder = MetricsFolder(tmp_path)
    names = ("gauge_livesum_4194999.db", "counter_4194999.db", "gauge_livesum_1.db")
    for name in names:
        (folder.path / name).touch()
    folder.forget_dead()
    assert {path.name for path in folder.path.glob("*.db")} == {"counter_4194999.db", "gauge_livesum_1.db"}


def test_a_process_that_has_only_opened_its_file_leaves_the_others_told(tmp_path):
    folder = MetricsFolder(tmp_path)
    counted = MmapedDict(str(folder.path / "counter_1.db"))
    counted.write_value(mmap_key("a", "a_total", ["x"], ["1"], "told"), 2.0, 0.0)
    counted.close()
    (folder.path / "counter_2.db").touch()
    registry = CollectorRegistry()
    registry.register(ProcessCollector(folder))
    assert registry.get_sample_value("a_total", {"x": "1"}) == 2


def test_who_asks_for_figures_is_told_when_there_are_none():
    listener = socket.create_server(("127.0.0.1", 0))
    server = make_admin_server(listener, lambda: 1 // 0)
    thread = Thread(target=server.handle_request)
    thread.start()
    with pytest.raises(HTTPError, match="500"):
        urlopen(f"http://127.0.0.1:{server.server_address[1]}/metrics", timeout=30)
    thread.join()
    server.server_close()


def test_nothing_is_measured_unless_somebody_may_read_it(tmp_path):
    assert Settings().admin_port == 0
    assert Settings().admin_host == "127.0.0.1"
    assert make_runtime(Settings(data_dir=tmp_path)).measures.__class__.__name__ == "NoMeasures"
    assert create_app(Settings(data_dir=tmp_path)).test_client().get("/metrics").status_code == 404
