"""Bodies that are right but for a leaf or two, alone and one after another: a success or a refusal, never a failure."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.kintone_api.table import APIS
from tests.kintone_api.conftest import Kintone
from tests.kintone_api.valid_bodies import make_app, record_bodies, settings_bodies, site_bodies

APP = SPACE = 1
BODIES = record_bodies(APP) | settings_bodies(APP) | site_bodies(SPACE)
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
STRANGE = st.sampled_from(
    [
        None, True, False, 0, -1, 1, 2**31, 2**63, -(2**70), 1.5, 1e308, "", " ", "0", "-1", "1", "x", "null", "名前",
        "無い", "\u3000", "🏯", "a" * 300, "1e999", "2026-02-30", "9999-12-31T23:59:59-23:59", "0001-01-01", "(((",
        "1/0", '"', "名前 = 1 or", "admin", "everyone", "/k/v1/bulkRequest.json", "/k/guest/1/v1/record.json", "{0}",
        "%s", "';--", [], {}, [[]], [None], {"value": None}, {"": ""}, [1] * 101, {"type": "USER"}, {"code": "sato"},
    ]
)  # fmt: skip


def paths_of(value: object, start: tuple = ()) -> list[tuple]:
    """Return the way to every value inside a body."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, each in inner for path in [(*start, key), *paths_of(each, (*start, key))]]


def holder_of(body: Any, path: tuple) -> Any:
    for key in path[:-1]:
        body = body[key]
    return body


def reaches(body: Any, path: tuple) -> bool:
    """Tell whether a way still leads to a value; an earlier change may have cut it off."""
    for key in path:
        present = key in body if isinstance(body, dict) else isinstance(body, list) and key in range(len(body))
        if not present:
            return False
        body = body[key]
    return True


@st.composite
def spoilt(draw: st.DrawFn, call: tuple[str, str]) -> dict[str, Any]:
    """A right body of an API with up to three values replaced, removed, doubled or put under another name."""
    body = copy.deepcopy(BODIES[call])
    paths = paths_of(body)
    for path in draw(st.lists(st.sampled_from(paths), max_size=3)):
        if not reaches(body, path):
            continue
        holder, last = holder_of(body, path), path[-1]
        act = draw(st.sampled_from(["replace", "replace", "remove", "double", "rename"]))
        if act == "replace":
            holder[last] = draw(STRANGE)
        elif act == "remove":
            del holder[last]
        elif isinstance(holder, list):
            holder.append(copy.deepcopy(holder[last]))
        elif act == "rename":
            holder[draw(st.sampled_from(["無い", "$id", "type", "レコード番号", ""]))] = holder.pop(last)
    return body


def check(kintone: Kintone, call: tuple[str, str], body: dict[str, Any]) -> int:
    """Send a call; what comes back must be one of the two."""
    response = kintone.send(*call, body)
    assert response.status_code < 500, (call, body, response.json)
    if response.status_code != 200:
        described = next((each for each in response.json.get("results", []) if each), response.json)
        assert {"code", "id", "message"} <= set(described)
        assert set(described) <= {"code", "id", "message", "errors"}
        assert all(each["messages"] for each in described.get("errors", {}).values())
        assert response.headers["X-Cybozu-Error"] == described["code"]
    return response.status_code


@pytest.fixture
def site(kintone: Kintone) -> Kintone:
    """A site with an app and a space, whose numbers the bodies name."""
    assert (make_app(kintone), kintone.make_space()) == (APP, SPACE)
    return kintone


def numbers_in(value: object) -> list[object]:
    """Return every number inside a JSON value; true and false are none."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = [each for part in inner for each in numbers_in(part)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else found


def name_of(call: tuple[str, str]) -> str:
    return " ".join(call)


@pytest.mark.parametrize("call", sorted(BODIES), ids=name_of)
def test_unspoilt_bodies_are_accepted_and_no_answer_holds_a_json_number(site: Kintone, call):
    assert (call[0], f"{call[1]}.json") in APIS
    response = site.send(*call, BODIES[call])
    assert response.status_code == 200, response.json
    assert numbers_in(response.json) == []


@pytest.mark.parametrize("call", sorted(BODIES), ids=name_of)
@settings(max_examples=8, deadline=None, suppress_health_check=QUIET)
@given(data=st.data())
def test_a_spoilt_body_never_makes_an_api_fail(site: Kintone, call, data):
    check(site, call, data.draw(spoilt(call)))


CALLS = st.sampled_from(sorted(BODIES)).flatmap(lambda call: st.tuples(st.just(call), spoilt(call)))


@settings(max_examples=25, deadline=None, suppress_health_check=QUIET)
@given(calls=st.lists(CALLS, min_size=2, max_size=12))
def test_spoilt_calls_one_after_another_never_fail_and_leave_a_site_that_answers(site: Kintone, calls):
    for call, body in calls:
        check(site, call, body)
    for name in ("app", "app/form/fields", "app/form/layout", "app/views", "app/status", "records"):
        named = {"id": APP} if name == "app" else {"app": APP}
        assert site.send("GET", name, named).status_code == 200
