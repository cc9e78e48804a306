"""Spans of requests and statements reach whoever takes them, without what was asked; else nothing of it is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from marketplace import schema
from marketplace.app import make_app, make_runtime
from marketplace.settings import Settings
from marketplace.telemetry.traces import open_traces

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SECRET = "a-secret-of-a-link"


@pytest.fixture
def receiver():
    """A server that takes spans, and what it was sent."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            received.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def traced(receiver, tmp_path):
    """An application whose spans are sent, and how to learn what was received."""
    address, received = receiver
    traces = open_traces(address, "web", "1.0")
    settings = Settings(data_dir=tmp_path, trusted_proxies="10.0.0.1")
    runtime = make_runtime(settings, traces=traces)
    schema.METADATA.create_all(runtime.engine)

    def sent():
        traces.flush()
        asked = [ExportTraceServiceRequest.FromString(body) for path, body in received if path == "/v1/traces"]
        return [
            span
            for one in asked
            for resource in one.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    yield make_app(runtime).test_client(), sent, received
    runtime.engine.dispose()


def attributes(span):
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def test_a_request_and_its_statements_are_one_trace_without_what_was_asked(traced):
    client, sent, received = traced
    client.get(f"/invitations/{SECRET}?q=private-words").close()
    spans = sent()
    (request,) = [span for span in spans if span.name.startswith("GET /invitations/<")]
    assert attributes(request)["http.response.status_code"] == 404
    assert attributes(request)["yokoten.caller"] == "stranger"
    statements = [span for span in spans if span.parent_span_id == request.span_id]
    assert any("FROM invitations" in str(attributes(span)) for span in statements)
    assert {span.trace_id for span in statements} == {request.trace_id}
    assert {attributes(span)["db.system.name"] for span in statements} == {"sqlite"}
    whole = b"".join(body for _path, body in received)
    assert SECRET.encode() not in whole
    assert b"private-words" not in whole


@pytest.mark.parametrize(("peer", "is_believed"), [("10.0.0.1", True), ("203.0.113.5", False)])
def test_only_a_named_proxy_continues_a_trace(traced, peer, is_believed):
    client, sent, _received = traced
    client.get("/livez", headers={"traceparent": PARENT}, environ_base={"REMOTE_ADDR": peer}).close()
    (request,) = [span for span in sent() if span.name == "GET /livez"]
    assert (request.trace_id.hex() == PARENT.split("-")[1]) is is_believed


def run(program, **environ):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MARKETPLACE_", "OTEL_"))}
    return subprocess.run([sys.executable, "-c", program], env={**clean, **environ}, capture_output=True, text=True)


@pytest.mark.slow
def test_nothing_of_it_is_loaded_unless_it_is_asked_for(tmp_path):
    """Without the client of Redis, which the queue loads where it is installed, and which loads some of it itself."""
    program = (
        "import sys; sys.modules['redis'] = None; from marketplace.cli import running;"
        "from marketplace.app import create_app; from marketplace.settings import Settings;"
        "create_app(Settings.from_env());"
        "print([name for name in sys.modules if name.startswith(('opentelemetry', 'prometheus_client'))])"
    )
    found = run(program, MARKETPLACE_DATA_DIR=str(tmp_path))
    assert found.stdout == "[]\n", found.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["MARKETPLACE_TRACING_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"])
def test_without_the_extra_it_is_told_what_is_missing(tmp_path, name):
    program = "import sys; sys.modules['opentelemetry'] = None; from marketplace.cli.main import main; main(['worker'])"
    found = run(program, MARKETPLACE_DATA_DIR=str(tmp_path), **{name: "http://127.0.0.1:4318"})
    assert found.returncode == 1
    assert "Install the extra `tracing`" in found.stderr
    assert "Traceback" not in found.stderr
