"""Publishing by API: upload, findings, release, withdrawal."""

from __future__ import annotations

import hashlib
import io

import pytest

from marketplace.operating.drafts import release_held, turn_back
from marketplace.operating.moderating import withdraw_version_of
from tests.api.factories import OTHER, OWN, SLUG, zip_of

TEMPLATE = f"/api/v1/templates/{OWN}/{SLUG}"


def released(caller, number, *codes):
    draft = caller.upload(zip_of(number, *codes)).json
    caller.post(f"/api/v1/drafts/{draft['id']}/release", 201)


def test_an_upload_becomes_a_draft_at_its_location(caller):
    answer = caller.upload(zip_of())
    draft = answer.json
    assert (draft["slug"], draft["version"], draft["state"]) == (SLUG, "1.0.0", "open")
    assert draft["can_be_released"]
    assert caller.get(answer.headers["Location"]).json == draft
    assert caller.get("/api/v1/drafts").json["items"] == [draft]


def test_the_bundle_of_a_draft_is_fetched_by_its_municipality_alone(caller, world):
    draft = caller.upload(zip_of()).json
    answer = caller.get(f"/api/v1/drafts/{draft['id']}/bundle")
    assert hashlib.sha256(answer.get_data()).hexdigest() == draft["digest"]
    assert answer.headers["Cache-Control"] == "no-store"
    world.caller(OTHER).refused("GET", f"/api/v1/drafts/{draft['id']}/bundle", 404, "draft-not-found")


def test_a_bundle_may_be_sent_as_the_file_of_a_form(caller):
    form = {"file": (io.BytesIO(zip_of()), "bundle.zip")}
    assert caller.post("/api/v1/drafts", 201, data=form).json["version"] == "1.0.0"


def test_a_form_without_its_file_is_pointed_at(caller):
    form = {"other": (io.BytesIO(zip_of()), "bundle.zip")}
    problem = caller.refused("POST", "/api/v1/drafts", 422, "input-invalid", data=form)
    assert [error["pointer"] for error in problem["errors"]] == ["/file"]


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all"], ids=repr)
def test_what_is_no_bundle_is_refused_with_findings(caller, data):
    headers = {"Content-Type": "application/zip"}
    problem = caller.refused("POST", "/api/v1/drafts", 422, "bundle-refused", data=data, headers=headers)
    assert problem["errors"]
    assert caller.get("/api/v1/drafts").json["items"] == []


def test_a_released_draft_is_a_version_that_everybody_finds(caller, stranger):
    draft = caller.upload(zip_of()).json
    answer = caller.post(f"/api/v1/drafts/{draft['id']}/release", 201)
    assert answer.headers["Location"] == f"{TEMPLATE}/versions/1.0.0"
    assert stranger.get(answer.headers["Location"]).json["digest"] == draft["digest"]
    assert caller.get(f"/api/v1/drafts/{draft['id']}").json["state"] == "released"


def test_a_draft_is_released_once(caller):
    draft = caller.upload(zip_of()).json
    caller.post(f"/api/v1/drafts/{draft['id']}/release", 201)
    caller.refused("POST", f"/api/v1/drafts/{draft['id']}/release", 409, "draft-closed")


def test_a_discarded_draft_is_closed(caller):
    path = f"/api/v1/drafts/{caller.upload(zip_of()).json['id']}"
    caller.send("DELETE", path, 204)
    assert caller.get(path).json["state"] == "discarded"
    caller.refused("DELETE", path, 409, "draft-closed")


def test_a_number_used_before_is_refused_with_the_least_that_would_do(caller):
    first, second = (caller.upload(zip_of("1.0.0", *codes)).json for codes in (("件名",), ("件名", "備考")))
    caller.post(f"/api/v1/drafts/{first['id']}/release", 201)
    problem = caller.refused("POST", f"/api/v1/drafts/{second['id']}/release", 409, "version-number-used")
    assert problem["params"]["number"] == "1.0.0"
    assert caller.get(f"{TEMPLATE}/versions").json["items"][0]["digest"] == first["digest"]


def test_a_number_too_small_is_refused_with_the_changes_that_demand_more(caller):
    released(caller, "1.0.0", "件名", "備考")
    draft = caller.upload(zip_of("1.0.1", "件名")).json
    assert (draft["least_version"], draft["can_be_released"]) == ("2.0.0", False)
    assert [finding["code"] for finding in draft["findings"]] == ["version-number-too-small"]
    problem = caller.refused("POST", f"/api/v1/drafts/{draft['id']}/release", 422, "version-number-too-small")
    assert problem["params"] == {"number": "1.0.1", "least": "2.0.0"}
    assert [(change["impact"], change["subject"]) for change in problem["errors"]] == [("breaking", "備考")]
    assert "2.0.0" in problem["detail"]


def test_the_pages_of_drafts_are_joined_by_links(caller, clock):
    for number in ("1.0.0", "1.1.0", "1.2.0"):
        caller.upload(zip_of(number))
        clock.advance(minutes=1)
    first = caller.get("/api/v1/drafts?limit=2")
    second = caller.get(first.headers["Link"].partition(">")[0].lstrip("<"))
    assert [draft["version"] for draft in first.json["items"] + second.json["items"]] == ["1.2.0", "1.1.0", "1.0.0"]
    assert second.json["next"] is None


def test_a_draft_is_its_municipalitys_own(caller, world):
    path, neighbour = f"/api/v1/drafts/{caller.upload(zip_of()).json['id']}", world.caller(OTHER)
    absent = neighbour.refused("GET", "/api/v1/drafts/" + "a" * 16, 404, "draft-not-found")
    for method, address in (("GET", path), ("DELETE", path), ("POST", f"{path}/release")):
        problem = neighbour.refused(method, address, 404, "draft-not-found")
        assert {**problem, "instance": ""} == {**absent, "instance": ""}
    assert neighbour.get("/api/v1/drafts").json["items"] == []


def test_the_same_key_uploads_once(caller):
    first = caller.upload(zip_of(), Idempotency_Key="once")
    second = caller.upload(zip_of(), Idempotency_Key="once")
    assert (second.json, second.headers["Location"]) == (first.json, first.headers["Location"])
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert len(caller.get("/api/v1/drafts").json["items"]) == 1


def test_the_same_key_releases_once(caller):
    path = f"/api/v1/drafts/{caller.upload(zip_of()).json['id']}/release"
    answers = [caller.post(path, 201, headers={"Idempotency-Key": "release"}) for _ in range(2)]
    assert answers[0].get_data() == answers[1].get_data()


def test_only_the_publisher_withdraws_a_version(caller, world):
    released(caller, "1.0.0")
    path = f"{TEMPLATE}/versions/1.0.0/withdrawal"
    world.caller(OTHER).refused("POST", path, 404, "not-found", json={"reason": "いたずら"})
    assert caller.get(f"{TEMPLATE}/versions/1.0.0").json["withdrawn_at"] is None


def test_a_withdrawal_needs_a_reason_and_keeps_the_first(caller):
    released(caller, "1.0.0")
    path = f"{TEMPLATE}/versions/1.0.0/withdrawal"
    caller.refused("POST", path, 422, "input-invalid", json={})
    for reason in ("計算の誤り", "別の理由"):
        assert caller.post(path, 200, json={"reason": reason}).json["withdrawal_reason"] == "計算の誤り"
    caller.refused("POST", f"{TEMPLATE}/versions/9.9.9/withdrawal", 404, "version-not-found", json={"reason": "?"})


def test_the_number_of_a_withdrawn_version_stays_used(caller):
    released(caller, "1.0.0")
    caller.post(f"{TEMPLATE}/versions/1.0.0/withdrawal", 200, json={"reason": "誤り"})
    draft = caller.upload(zip_of("1.0.0", "件名")).json
    caller.refused("POST", f"/api/v1/drafts/{draft['id']}/release", 409, "version-number-used")


def test_a_token_sees_what_waits_but_can_not_answer_and_the_release_waits(caller):
    draft = caller.upload(zip_of(summary={"ja": "電話 0166-26-1111", "en": "x"})).json
    assert (draft["unanswered"], draft["can_be_released"]) == (1, False)
    [item] = caller.get(f"/api/v1/drafts/{draft['id']}/answers").json["items"]
    held = item["finding"]["held"]
    assert (held["masked"], item["answer"]) == ("01**-**-****", None)
    body = {"finding": held["id"], "answer": "meant"}
    caller.refused("POST", f"/api/v1/drafts/{draft['id']}/answers", 403, "answer-in-person", json=body)
    problem = caller.refused("POST", f"/api/v1/drafts/{draft['id']}/release", 409, "findings-unanswered")
    assert [error["held"]["id"] for error in problem["errors"]] == [held["id"]]


def test_texts_are_read_and_changed_in_part(caller):
    path = f"/api/v1/drafts/{caller.upload(zip_of()).json['id']}"
    texts = caller.get(f"{path}/texts").json
    assert (texts["version"], texts["personal_data"]["handles"], texts["readme"]["en"]) == ("1.0.0", None, "")
    change = {"version": "1.0.1", "readme": {"en": "# Grants"}, "personal_data": {"handles": False}, "keywords": None}
    changed = caller.send("PATCH", path, 200, json=change).json
    assert changed["version"] == "1.0.1"
    expected = {
        **texts,
        **change,
        "keywords": [],
        "readme": {**texts["readme"], "en": "# Grants\n"},
        "personal_data": {**texts["personal_data"], "handles": False},
    }
    assert caller.get(f"{path}/texts").json == expected


def test_a_change_that_starts_from_an_older_draft_is_refused(caller):
    path = f"/api/v1/drafts/{caller.upload(zip_of()).json['id']}"
    seen = {"If-Match": caller.get(path).headers["ETag"]}
    answer = caller.send("PATCH", path, 200, json={"version": "1.0.1"}, headers=seen)
    caller.refused("PATCH", path, 412, "state-changed", json={"version": "1.0.2"}, headers=seen)
    assert caller.get(path).json["version"] == "1.0.1"
    caller.send("PATCH", path, 200, json={"version": "1.0.2"}, headers={"If-Match": answer.headers["ETag"]})


def test_wrong_texts_are_pointed_at(caller):
    path = f"/api/v1/drafts/{caller.upload(zip_of()).json['id']}"
    wrong = {"name": {"ja": ""}, "slug": "other", "version": "1"}
    problem = caller.refused("PATCH", path, 422, "input-invalid", json=wrong)
    assert sorted(error["pointer"] for error in problem["errors"]) == ["/name/ja", "/slug", "/version"]


def test_only_its_municipality_changes_an_open_draft(caller, world):
    path = f"/api/v1/drafts/{caller.upload(zip_of()).json['id']}"
    world.caller(OTHER).refused("PATCH", path, 404, "draft-not-found", json={"version": "1.0.1"})
    world.caller(OTHER).refused("GET", f"{path}/texts", 404, "draft-not-found")
    caller.post(f"{path}/release", 201)
    caller.refused("PATCH", path, 409, "draft-closed", json={"version": "1.0.1"})


def held(world, code=OTHER):
    """Upload and release a bundle of a municipality that is not verified; return who did, the draft and its path."""
    caller = world.caller(code)
    draft = caller.upload(zip_of()).json
    path = f"/api/v1/drafts/{draft['id']}"
    return caller, draft, path


def test_the_first_release_of_an_unverified_municipality_is_held(world, stranger):
    caller, draft, path = held(world)
    answer = caller.post(f"{path}/release", 202, headers={"Idempotency-Key": "held"})
    assert answer.headers["Location"] == path
    assert answer.json["state"] == "held"
    assert answer.json["hold"]["reasons"] == ["first-release"]
    assert (answer.json["hold"]["decision"], answer.json["can_be_released"]) == (None, False)
    assert caller.post(f"{path}/release", 202, headers={"Idempotency-Key": "held"}).json == answer.json
    caller.refused("POST", f"{path}/release", 409, "draft-held")
    caller.refused("PATCH", path, 409, "draft-held", json={"version": "1.0.1"})
    assert caller.get(path).json == answer.json
    assert caller.get("/api/v1/drafts").json["items"][0]["state"] == "held"
    stranger.refused("GET", f"/api/v1/templates/{OTHER}/{SLUG}", 404, "template-not-found")
    assert draft["hold"] is None


def test_a_held_release_is_taken_back_by_its_own_alone(world, caller):
    own, _, path = held(world)
    own.refused("DELETE", f"{path}/hold", 409, "draft-not-held")
    own.post(f"{path}/release", 202)
    caller.refused("DELETE", f"{path}/hold", 404, "draft-not-found")
    world.stranger().refused("DELETE", f"{path}/hold", 401, "unauthenticated")
    taken = own.send("DELETE", f"{path}/hold", 200).json
    assert (taken["state"], taken["hold"]["decision"]) == ("open", "taken-back")
    own.post(f"{path}/release", 202)
    own.send("DELETE", path, 204)
    assert own.get(path).json["state"] == "discarded"


def test_what_the_operator_decided_is_told(world, stranger):
    own, draft, path = held(world)
    own.post(f"{path}/release", 202)
    seen = {"digest": draft["digest"]}
    with world.context(world.operator()) as ctx:
        turn_back(ctx, draft["id"], seen | {"reason": "氏名を直してください。"})
    told = own.get(path).json
    assert (told["state"], told["can_be_released"]) == ("open", True)
    assert (told["hold"]["decision"], told["hold"]["reason"]) == ("turned-back", "氏名を直してください。")
    own.post(f"{path}/release", 202)
    with world.context(world.operator()) as ctx:
        release_held(ctx, draft["id"], seen)
    assert own.get(path).json["hold"]["decision"] == "released"
    assert stranger.get(f"/api/v1/templates/{OTHER}/{SLUG}/versions/1.0.0").json["digest"] == draft["digest"]


def test_a_version_tells_that_the_operator_withdrew_it(caller, world, stranger):
    released(caller, "1.0.0")
    with world.context(world.operator()) as ctx:
        withdraw_version_of(ctx, OWN, SLUG, "1.0.0", {"reason": "危険な設定のため"})
    version = stranger.get(f"{TEMPLATE}/versions/1.0.0").json
    assert (version["withdrawal_reason"], version["withdrawn_by_operator"]) == ("危険な設定のため", True)
