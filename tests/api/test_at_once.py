"""Two requests at the same moment, on real transactions of both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from werkzeug.test import TestResponse

from marketplace import schema
from marketplace.db.engine import make_engine
from marketplace.db.unit_of_work import Sessions
from marketplace.operating.drafts import release_held, turn_back
from marketplace.publishing.errors import DraftNotHeldError
from tests.api.conftest import app_on
from tests.api.factories import PUBLISHER, SLUG, TEMPLATE, World, with_fields, zip_of

AT_ONCE = 4
T = TypeVar("T")
NAME = f"{PUBLISHER}/{SLUG}"


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path) -> Iterator[Engine]:
    """A database of its own: what threads commit can't be rolled back."""
    if request.param == "sqlite":
        made = make_engine(f"sqlite:///{tmp_path / 'race.db'}")
        schema.METADATA.create_all(made)
        yield made
        made.dispose()
        return
    address = make_url(request.getfixturevalue("postgres_url"))
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE race TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"))
    made = make_engine(address.set(database="race").render_as_string(hide_password=False))
    schema.METADATA.create_all(made)
    yield made
    made.dispose()
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE race"))
    admin.dispose()


@pytest.fixture
def sessions(engine) -> Sessions:
    return Sessions(engine)


@pytest.fixture
def world(engine, sessions, ports, clock, tmp_path) -> World:
    return World(app_on(engine, sessions, ports, clock, tmp_path))


def at_once(act: Callable[[int], T]) -> list[T]:
    """Act in several threads that start together."""
    barrier = Barrier(AT_ONCE)

    def run(number: int) -> T:
        barrier.wait()
        return act(number)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_the_same_key_at_once_orders_one_import(world, ports):
    world.release()
    caller, path = world.caller(), f"/api/v1/workspaces/{world.workspace()}/imports"
    key = {"Idempotency-Key": "at-once"}
    answers = at_once(lambda _: caller.send("POST", path, 202, json={"template": NAME}, headers=key))
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len({answer.get_data() for answer in answers}) == 1
    assert len(caller.get(path).json["items"]) == 1
    assert len(ports.jobs.asked) == 1


def test_of_two_orders_at_once_one_is_refused(world):
    world.release()
    caller, path = world.caller(), f"/api/v1/workspaces/{world.workspace()}/imports"
    answers = at_once(lambda _: caller.send("POST", path, json={"template": NAME}))
    assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409]
    assert {answer.json["code"] for answer in answers if answer.status_code == 409} == {"import-under-way"}


@pytest.mark.parametrize("number", ["1.0.0", "1.1.0"], ids=["the first version", "a later version"])
def test_of_two_releases_of_one_number_at_once_one_is_refused(world, number):
    caller = world.caller(PUBLISHER)
    world.verify(PUBLISHER)
    if number != "1.0.0":
        world.release(with_fields("1.0.0", "件名"))
    drafts = [caller.upload(zip_of(number, "件名", f"項目{index}")).json["id"] for index in range(AT_ONCE)]
    answers = at_once(lambda index: caller.send("POST", f"/api/v1/drafts/{drafts[index]}/release"))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json["code"] for answer in answers if answer.status_code == 409} == {"version-number-used"}
    assert [version["version"] for version in caller.get(f"{TEMPLATE}/versions").json["items"]].count(number) == 1


def test_of_several_who_decide_on_a_release_at_once_one_does(world):
    caller = world.caller(PUBLISHER)
    draft = caller.upload(zip_of()).json
    path = f"/api/v1/drafts/{draft['id']}"
    asked = at_once(lambda _: caller.send("POST", f"{path}/release"))
    assert sorted(answer.status_code for answer in asked) == [202, 409, 409, 409]
    seen = {"digest": draft["digest"]}
    acts = [
        lambda ctx: release_held(ctx, draft["id"], seen),
        lambda ctx: turn_back(ctx, draft["id"], seen | {"reason": "直してください。"}),
    ]
    operators = [world.operator(f"operator-{number}") for number in range(AT_ONCE)]

    def decide(number: int) -> TestResponse | str:
        if number == AT_ONCE - 1:
            return "done" if caller.send("DELETE", f"{path}/hold").status_code == 200 else "late"
        try:
            with world.context(operators[number]) as ctx:
                acts[number % 2](ctx)
        except DraftNotHeldError:
            return "late"
        return "done"

    assert sorted(at_once(decide)) == ["done", "late", "late", "late"]
    state = caller.get(path).json
    assert {"released": "released", "turned-back": "open", "taken-back": "open"}[state["hold"]["decision"]] == (
        state["state"]
    )
    released = world.stranger().send("GET", f"{TEMPLATE}/versions").status_code == 200
    assert released == (state["state"] == "released")


def test_the_same_upload_in_a_form_at_once_is_kept_once(world):
    caller = world.caller()
    body, media = form_of(zip_of())
    headers = {"Idempotency-Key": "form", "Content-Type": media}
    answers = at_once(lambda _: caller.send("POST", "/api/v1/drafts", 201, data=body, headers=headers))
    assert len({answer.json["id"] for answer in answers}) == 1


def test_of_two_rewritings_at_once_from_the_same_state_one_is_refused(world):
    caller = world.caller()
    world.installed(world.release())
    path = f"{TEMPLATE}/reviews"
    etag = caller.send("PUT", path, 200, json={"stars": 3}).headers["ETag"]
    answers = at_once(
        lambda index: caller.send("PUT", path, json={"stars": 5, "text": str(index)}, headers={"If-Match": etag})
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]


def test_first_reviews_of_one_municipality_at_once_are_one_and_counted_once(world):
    caller = world.caller()
    world.installed(world.release())
    path = f"{TEMPLATE}/reviews"
    answers = at_once(lambda index: caller.send("PUT", path, json={"stars": 1 + index, "text": str(index)}))
    assert [answer.status_code for answer in answers] == [200] * AT_ONCE
    [review] = caller.get(path).json["items"]
    rating = caller.get(TEMPLATE).json["rating"]
    assert (rating["count"], rating["average"]) == (1, review["stars"])


def test_of_municipalities_that_want_the_same_at_once_each_is_counted(world):
    wanted = {"title": "道路占用許可の期限管理", "text": "知らせてほしい。", "category": "kensetsu"}
    path = world.caller().post("/api/v1/wanted-apps", 201, json=wanted).headers["Location"]
    voters = [world.caller(code) for code in (PUBLISHER, "993026", "993034", "993042")]
    at_once(lambda index: voters[index].send("PUT", f"{path}/vote", 200))
    assert world.stranger().get(path).json["vote_count"] == AT_ONCE
    at_once(lambda _: voters[0].send("DELETE", f"{path}/vote", 204))
    [listed] = world.stranger().get("/api/v1/wanted-apps?q=占用&sort=votes").json["items"]
    assert listed["vote_count"] == AT_ONCE - 1


def form_of(data: bytes) -> tuple[bytes, str]:
    """Return a form with the file, the same bytes each time."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="bundle.zip"\r\n\r\n'
    return head + data + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"
