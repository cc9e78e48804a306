"""Publishing in one call: the checks of an upload and of a release, and the draft that stays where they refuse."""

from __future__ import annotations

import io

import pytest

from tests.api.factories import OTHER, OWN, SLUG, zip_of

VERSIONS, TEMPLATE = "/api/v1/versions", f"/api/v1/templates/{OWN}/{SLUG}"
PHONE = {"summary": {"ja": "電話 0166-26-1111", "en": "x"}}
REFUSED = [
    pytest.param(zip_of("1.0.0", "件名"), 409, "version-number-used", id="a number used before"),
    pytest.param(zip_of("1.0.1", "件名"), 422, "version-number-too-small", id="a number too small"),
    pytest.param(zip_of("2.0.0", "件名", **PHONE), 409, "findings-unanswered", id="what a second person looks at"),
    pytest.param(zip_of("2.0.0", "件名", icon="images/none.png"), 422, "draft-has-errors", id="errors"),
]


def publish(caller, data, status=201, **headers):
    sent = {"Content-Type": "application/zip", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return caller.post(VERSIONS, status, data=data, headers=sent)


def test_a_bundle_becomes_a_version_that_everybody_finds(caller, stranger):
    answer = publish(caller, zip_of())
    draft, version = answer.json["draft"], answer.json["version"]
    assert answer.headers["Location"] == f"{TEMPLATE}/versions/1.0.0"
    assert (draft["state"], version["version"], version["digest"]) == ("released", "1.0.0", draft["digest"])
    assert stranger.get(answer.headers["Location"]).json["digest"] == draft["digest"]
    assert caller.get(f"/api/v1/drafts/{draft['id']}").json == draft


def test_it_may_be_sent_as_the_file_of_a_form(caller):
    form = {"file": (io.BytesIO(zip_of()), "bundle.zip")}
    assert caller.post(VERSIONS, 201, data=form).json["version"]["version"] == "1.0.0"


@pytest.mark.parametrize(("data", "status", "code"), REFUSED)
def test_what_a_release_refuses_is_refused_in_the_same_way_and_stays_a_draft(caller, data, status, code):
    publish(caller, zip_of("1.0.0", "件名", "備考"))
    answer = publish(caller, data, status)
    problem = answer.get_json(force=True)
    path = answer.headers["Location"]
    assert (problem["code"], path) == (code, f"/api/v1/drafts/{problem['params'].pop('draft')}")
    draft = caller.get(path).json
    assert (draft["state"], draft["can_be_released"]) == ("open", False)
    again = caller.refused("POST", f"{path}/release", status, code)
    assert {**problem, "instance": ""} == {"params": {}, **again, "instance": ""}
    assert [one["version"] for one in caller.get(f"{TEMPLATE}/versions").json["items"]] == ["1.0.0"]


def test_what_can_t_be_read_is_refused_and_nothing_is_kept(caller):
    headers = {"Content-Type": "application/zip"}
    assert caller.refused("POST", VERSIONS, 422, "bundle-refused", data=b"no zip at all", headers=headers)["errors"]
    assert caller.get("/api/v1/drafts").json["items"] == []


def test_the_first_release_of_an_unverified_municipality_waits_for_the_operator(world, stranger):
    caller = world.caller(OTHER)
    answer = publish(caller, zip_of(), 202)
    draft = answer.json["draft"]
    assert (draft["state"], draft["hold"]["reasons"], answer.json["version"]) == ("held", ["first-release"], None)
    assert caller.get(answer.headers["Location"]).json == draft
    stranger.refused("GET", f"/api/v1/templates/{OTHER}/{SLUG}", 404, "template-not-found")


@pytest.mark.parametrize(("data", "status"), [(zip_of(), 201), (zip_of(**PHONE), 409)], ids=["released", "refused"])
def test_the_same_key_publishes_once(caller, data, status):
    first, second = (publish(caller, data, status, Idempotency_Key="once") for _ in range(2))
    assert (second.get_data(), second.headers["Location"]) == (first.get_data(), first.headers["Location"])
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(caller.get("/api/v1/drafts").json["items"]) == 1
