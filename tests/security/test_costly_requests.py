"""A request is bounded before it costs anything: its address, its body, its values, its time."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint, request
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from marketplace import schema
from marketplace.app import Runtime, make_app, make_runtime
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.edge.app import MarketplaceApp
from marketplace.edge.bodies import MOST_VALUES, parse_json
from marketplace.kernel.actor import ANONYMOUS
from marketplace.kernel.ports import Ports
from marketplace.sandbox import sites
from marketplace.sandbox.formula.errors import FormulaReasonError
from marketplace.sandbox.formula.parsing import MAX_LENGTH, parse_formula
from marketplace.settings import Settings
from marketplace.web.app_sheets import plain_text
from tests.fakes import FixedClock
from tests.kintone_api.conftest import PASSWORD, SITE, Kintone, credentials

MEGABYTE = 1024 * 1024
MANY_VALUES = b'{"a": [' + b"[]," * MOST_VALUES + b"1]}"


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/imports/%00"),
        ("POST", "/drafts/a%00b/release"),
        ("GET", "/workspaces/%00"),
        ("GET", "/api/v1/imports/%00"),
        ("GET", "/api/v1/templates/yokoten/%00"),
        ("GET", "/w/%00/k/v1/apps.json"),
    ],
)
def test_an_address_with_nul_is_of_nothing(app: MarketplaceApp, method, address):
    assert app.test_client().open(address, method=method).status_code == 404


def test_a_form_has_at_most_a_megabyte(app: MarketplaceApp):
    answer = app.test_client().post("/sign-in", data={"email": "a" * (MEGABYTE + 1)})
    assert answer.status_code == 413


class BrokenChunks(io.BytesIO):
    """A body whose second piece is no chunk, as the server finds out when it is read."""

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        if not piece:
            raise RuntimeError("no chunk")
        return piece


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (io.BytesIO(b"email=a&password=b"), {"CONTENT_LENGTH": "500"}),
        (BrokenChunks(b"email=a&password=b"), {"HTTP_TRANSFER_ENCODING": "chunked"}),
    ],
)
def test_a_body_that_does_not_come_whole_is_the_mistake_of_its_sender(app: MarketplaceApp, body, told):
    sent = {"wsgi.input": body, "wsgi.input_terminated": True, "CONTENT_TYPE": "application/x-www-form-urlencoded"}
    assert app.test_client().post("/sign-in", environ_overrides=sent | told).status_code == 400


def test_a_document_of_too_many_values_is_refused_before_it_is_parsed():
    with pytest.raises(ValueError, match="too many values"):
        parse_json(MANY_VALUES)


def test_commas_inside_texts_are_no_values():
    sent = {"text": ',[{"\\' * MOST_VALUES}
    assert parse_json(json.dumps(sent).encode()) == sent


def test_tags_that_never_end_take_one_pass():
    assert plain_text("<" * 1_000_000) == "<" * 1_000_000


def test_quotation_marks_that_never_end_are_a_syntax_error():
    with pytest.raises(FormulaReasonError):
        parse_formula('"\\' * (MAX_LENGTH // 2))


def test_the_errors_of_the_database_name_no_values(engine: Engine):
    with engine.connect() as connection, pytest.raises(DBAPIError) as failed:
        connection.execute(text("SELECT :secret FROM nowhere"), {"secret": "personal-data"})
    assert "personal-data" not in str(failed.value)


def test_the_data_folder_is_its_owners_alone(tmp_path: Path):
    make_runtime(Settings(data_dir=tmp_path / "var")).engine.dispose()
    assert (tmp_path / "var").stat().st_mode & 0o077 == 0


def test_the_loser_of_a_race_has_its_upload_read_again(sessions: Sessions, ports: Ports, clock: FixedClock):
    app = MarketplaceApp(sessions=sessions, ports=ports, now=clock)
    pages = Blueprint("uploads", __name__)
    seen: list[bytes] = []

    @pages.post("/uploads")
    def receive() -> str:
        seen.append(request.files["file"].read())
        if len(seen) == 1:
            raise IntegrityError("INSERT", {}, ValueError())
        return "stored"

    app.mount(pages, lambda: ANONYMOUS)
    answer = app.test_client().post("/uploads", data={"file": (io.BytesIO(b"bundle"), "a.zip")})
    assert (answer.text, seen) == ("stored", [b"bundle", b"bundle"])


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    """The service on an SQLite file with one site, as it runs."""
    made = make_runtime(Settings(data_dir=tmp_path))
    schema.METADATA.create_all(made.engine)
    with made.unit_of_work() as ctx:
        sites.create_site(ctx.session, SITE, "下妻市", ctx.now())
        sites.add_user(ctx.session, SITE, "admin", "管理者", PASSWORD, is_admin=True)
    yield made
    made.engine.dispose()


class SlowBody(io.RawIOBase):
    """The body of a client that sends it while somebody else wants to write."""

    def __init__(self, content: bytes, runtime: Runtime) -> None:
        self.content = io.BytesIO(content)
        self.runtime = runtime
        self.others_wrote = 0

    def readable(self) -> bool:
        return True

    def readinto(self, target: memoryview) -> int:
        with unit_of_work(self.runtime.sessions) as (session, _):
            self._write(session)
        return self.content.readinto(target)

    def _write(self, session: Session) -> None:
        session.execute(text("UPDATE sandbox_sites SET name = name"))
        self.others_wrote += 1


def test_others_can_write_while_a_body_arrives(runtime: Runtime):
    content = json.dumps({"name": "補助金申請"}).encode()
    body = SlowBody(content, runtime)
    answer = (
        make_app(runtime)
        .test_client()
        .post(
            f"/w/{SITE}/k/v1/preview/app.json",
            data=content,
            content_type="application/json",
            headers=credentials("admin"),
            environ_overrides={"wsgi.input": body},
        )
    )
    assert answer.status_code == 200, answer.json
    assert body.others_wrote > 0


@pytest.fixture
def kintone(app: MarketplaceApp) -> Kintone:
    """A site as its administrator calls it."""
    with unit_of_work(app.sessions) as (session, _):
        sites.create_site(session, SITE, "下妻市", app.now())
        sites.add_user(session, SITE, "admin", "管理者", PASSWORD, is_admin=True)
    return Kintone(app, credentials("admin"))


def test_a_query_may_name_thousands_of_record_numbers(kintone: Kintone):
    number = kintone.live_app(名前={"type": "SINGLE_LINE_TEXT"})
    kintone.post("record", app=number, record={"名前": {"value": "甲"}})
    query = f"$id in ({', '.join(str(each) for each in range(1, 15_000))})"
    found = kintone.send("POST", "records", {"app": number, "query": query}, headers={"X-HTTP-Method-Override": "GET"})
    assert [record["名前"]["value"] for record in found.json["records"]] == ["甲"]


def test_a_kintone_call_of_too_many_values_is_not_json(kintone: Kintone):
    answer = kintone.send("POST", "records", data=MANY_VALUES)
    assert (answer.status_code, answer.json["code"]) == (400, "CB_IJ01")
