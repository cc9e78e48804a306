"""What is told of a request, from outside the application: whoever answers, and however it ends."""

from __future__ import annotations

import logging

import pytest
from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Response

from marketplace import schema
from marketplace.app import make_app, make_runtime
from marketplace.edge.observing import OWN_CALL_KEY, Observer, Watch
from marketplace.settings import Settings
from marketplace.telemetry.measures import NoMeasures, SeenRequest
from marketplace.telemetry.scope import Scope, count_statement, within


class KeptMeasures(NoMeasures):
    """Keeps what it is told."""

    def __init__(self):
        self.began = 0
        self.seen: list[SeenRequest] = []

    def request_began(self):
        self.began += 1

    def request_ended(self, seen):
        self.seen.append(seen)


@pytest.fixture
def measures():
    return KeptMeasures()


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    runtime = make_runtime(Settings(data_dir=tmp_path_factory.mktemp("observed")))
    schema.METADATA.create_all(runtime.engine)
    return make_app(runtime)


def lines(caplog):
    return [vars(record) for record in caplog.records if record.name == "marketplace.requests"]


def test_the_rule_is_told_and_not_the_address(app, caplog):
    caplog.set_level(logging.INFO, "marketplace.requests")
    app.test_client().get("/invitations/a-secret-of-a-link?q=private-words").close()
    (line,) = lines(caplog)
    assert line["route"].startswith("/invitations/<")
    assert (line["method"], line["caller"]) == ("GET", "stranger")
    assert "secret-of" not in str(line)
    assert "private-words" not in str(line)


def test_an_address_that_leads_nowhere_is_not_repeated(app, caplog):
    caplog.set_level(logging.INFO, "marketplace.requests")
    app.test_client().get("/a-secret-of-a-link-that-was-mistyped").close()
    (line,) = lines(caplog)
    assert (line["route"], line["status"]) == ("(none)", 404)


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "under_score_1", "line\tbreak1", "<script>1234", "日本語日本語日本語"]
)
def test_a_reference_of_another_shape_is_replaced(app, given):
    answer = app.test_client().get("/livez", headers={"X-Request-Id": given.encode().decode("latin-1")})
    assert answer.headers["X-Request-Id"] != given
    assert answer.headers["X-Request-Id"].isalnum()


def test_the_reference_of_a_proxy_is_given_back_once_also_in_a_refusal(app):
    given = {"X-Request-Id": "0123456789abcdef0123456789abcdef"}
    for path in ("/livez", "/nowhere", "/api/v1/nowhere"):
        assert app.test_client().get(path, headers=given).headers.getlist("X-Request-Id") == [given["X-Request-Id"]]


def test_statements_made_while_the_answer_is_read_count_until_it_is_closed(measures):
    def parts():
        count_statement()
        yield b"a"
        count_statement()
        yield b"b"

    def answer(environ, start_response):
        count_statement()
        return Response(parts())(environ, start_response)

    client = Client(Observer(answer, Watch(measures)))
    response = client.get("/")
    assert measures.seen == []
    assert response.get_data() == b"ab"
    response.close()
    response.close()
    assert [(seen.statements, seen.status) for seen in measures.seen] == [(3, 200)]


def test_what_breaks_counts_as_a_failure(measures):
    def answer(environ, start_response):
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        Client(Observer(answer, Watch(measures))).get("/")
    assert [(seen.status_class, seen.route) for seen in measures.seen] == [("5xx", "(none)")]
    assert measures.began == 1


def test_calls_of_the_service_to_itself_are_not_counted(measures):
    def answer(environ, start_response):
        return Response("ok")(environ, start_response)

    Client(Observer(answer, Watch(measures))).open(EnvironBuilder("/", environ_overrides={OWN_CALL_KEY: "1"})).close()
    assert (measures.began, measures.seen) == (0, [])


def test_what_a_job_asks_within_the_process_is_part_of_the_job(measures):
    def answer(environ, start_response):
        count_statement()
        return Response("ok")(environ, start_response)

    client = Client(Observer(answer, Watch(measures)))
    with within(Scope({"job": "import"})) as job:
        client.open(EnvironBuilder("/", environ_overrides={OWN_CALL_KEY: "1"})).close()
        client.get("/").close()
    assert (job.statements, job.fields) == (1, {"job": "import"})


def test_what_a_stranger_makes_up_adds_no_series():
    seen = SeenRequest("(none)", "page", "FROBNICATE", 405, 0.1, 0)
    assert (seen.counted_method, seen.status_class) == ("other", "4xx")
