"""Finding templates, reading versions, comparing and downloading them."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from urllib.parse import parse_qs, urlsplit

import pytest

from marketplace.edge.public_answers import KEPT
from tests.api.factories import PUBLISHER, SLUG, TEMPLATE, with_fields
from tests.bundle.factories import make_bundle, make_joined_bundle

LIST = "/api/v1/templates"


def link_of(response) -> str:
    address, _, relation = response.headers["Link"].partition(";")
    assert relation == ' rel="next"'
    return address.strip("<>")


def test_an_empty_catalog_is_an_empty_list(stranger):
    answer = stranger.get(LIST).json
    assert (answer["items"], answer["total"], answer["next"]) == ([], 0, None)


def test_a_template_is_found_by_a_word_of_its_name(stranger, world):
    world.release(make_joined_bundle())
    found = stranger.get(LIST, query_string={"q": "補助金"}).json
    assert [item["slug"] for item in found["items"]] == [SLUG]
    assert found["items"][0]["publisher"] == {
        "code": PUBLISHER,
        "name": "公開市",
        "prefecture": "架空県",
        "verified": False,
    }
    assert stranger.get(LIST, query_string={"q": "ワクチン"}).json["total"] == 0


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"category": "sangyo"}, 1),
        ({"category": "kosodate"}, 0),
        ({"publisher": PUBLISHER}, 1),
        ({"publisher": "yokoten"}, 0),
        ({"department": "産業振興課"}, 1),
        ({"personal_data": "true"}, 0),
        ({"personal_data": "false"}, 1),
        ({"sort": "newest"}, 1),
    ],
    ids=str,
)
def test_lists_are_filtered(stranger, world, query, count):
    world.release()
    assert stranger.get(LIST, query_string=query).json["total"] == count


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("category=sangyo&category=bosai", 2),
        ("category=sangyo&category=sangyo", 1),
        ("category=bosai&category=kosodate&personal_data=true&personal_data=false", 1),
        ("category=sangyo&category=bosai&department=産業振興課", 1),
        ("kind=set&kind=single", 2),
    ],
)
def test_several_values_leave_what_has_one_of_them(stranger, world, query, count):
    world.release()
    world.release(make_bundle(slug="shelter", category="bosai", departments=["危機管理課"]))
    found = stranger.get(f"{LIST}?{query}").json
    assert found["total"] == count
    counts = {value["value"]: value["count"] for value in found["facets"]["category"]}
    assert counts["sangyo"] == 1
    assert sum(counts.values()) == (1 if "department" in query else 2)


def test_more_values_than_anybody_means_are_refused(stranger):
    query = "&".join(f"department={number}" for number in range(51))
    problem = stranger.refused("GET", f"{LIST}?{query}", 422, "input-invalid")
    assert [error["pointer"] for error in problem["errors"]] == ["/department"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"limit": "0"}, "/limit"),
        ({"limit": "101"}, "/limit"),
        ({"limit": "many"}, "/limit"),
        ({"sort": "price"}, "/sort"),
        ({"personal_data": "maybe"}, "/personal_data"),
        ({"kind": "many"}, "/kind"),
        ({"kind": ["set", "many"]}, "/kind"),
        ({"colour": "red"}, "/colour"),
        ({"q": "長" * 10_001}, "/q"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_query_that_does_not_fit_is_pointed_at(stranger, query, pointer):
    problem = stranger.refused("GET", LIST, 422, "input-invalid", query_string=query)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_a_refusal_speaks_the_language_asked_for(stranger):
    path = f"{LIST}?limit=0"
    japanese = stranger.refused("GET", path, 422, "input-invalid")
    english = stranger.refused("GET", path, 422, "input-invalid", headers={"Accept-Language": "en"})
    chosen = stranger.refused("GET", f"{path}&lang=en", 422, "input-invalid")
    assert japanese["errors"][0]["message"] == "1から100までの整数で指定してください。"
    assert (
        english["errors"]
        == chosen["errors"]
        == [{"pointer": "/limit", "message": "Give a whole number from 1 to 100."}]
    )


@pytest.mark.parametrize("cursor", ["x", "!!", "WzEsMl0", "あ" * 5000, "W1tdLFtdLFtdXQ"])
def test_a_foreign_cursor_is_refused(stranger, cursor):
    stranger.refused("GET", LIST, 422, "cursor-invalid", query_string={"cursor": cursor})


def test_the_pages_of_a_list_are_joined_by_links_that_keep_the_question(stranger, world):
    for number in range(5):
        world.release(with_fields("1.0.0", "件名", slug=f"template-{number}"))
    seen: list[str] = []
    address = f"{LIST}?limit=2&sort=newest&category=sangyo"
    while address:
        page = stranger.get(address)
        seen += [item["slug"] for item in page.json["items"]]
        address = link_of(page) if "Link" in page.headers else ""
        if address:
            assert parse_qs(urlsplit(address).query)["limit"] == ["2"]
            assert page.json["next"] == parse_qs(urlsplit(address).query)["cursor"][0]
    assert sorted(seen) == [f"template-{number}" for number in range(5)]


def test_a_template_tells_of_all_its_versions(stranger, world):
    world.release(with_fields("1.0.0", "件名"))
    world.release(with_fields("1.1.0", "件名", "備考"))
    answer = stranger.get(TEMPLATE).json
    assert answer["latest"]["version"] == "1.1.0"
    assert [version["version"] for version in answer["versions"]] == ["1.1.0", "1.0.0"]
    assert stranger.get(f"{TEMPLATE}/versions").json["items"] == answer["versions"]


def test_a_version_tells_what_it_changed(stranger, world):
    world.release(with_fields("1.0.0", "件名"))
    world.release(with_fields("1.1.0", "件名", "備考"))
    answer = stranger.get(f"{TEMPLATE}/versions/1.1.0").json
    assert (answer["changes"]["base"], answer["changes"]["bump"]) == ("1.0.0", "minor")
    assert answer["manifest"]["version"] == "1.1.0"
    assert any(change["subject"] == "備考" for change in answer["changes"]["changes"])


def test_two_versions_are_compared_in_either_direction(stranger, world):
    world.release(with_fields("1.0.0", "件名"))
    world.release(with_fields("1.1.0", "件名", "備考"))
    forth = stranger.get(f"{TEMPLATE}/versions/1.0.0/diff/1.1.0").json
    back = stranger.get(f"{TEMPLATE}/versions/1.1.0/diff/1.0.0").json
    assert (forth["bump"], back["bump"]) == ("minor", "major")
    assert stranger.get(f"{TEMPLATE}/versions/1.1.0/diff/1.1.0").json["changes"] == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"/api/v1/templates/{PUBLISHER}/nothing", "template-not-found"),
        (f"/api/v1/templates/000000/{SLUG}", "template-not-found"),
        (f"{TEMPLATE}/versions/9.9.9", "version-not-found"),
        (f"{TEMPLATE}/versions/latest/bundle", "version-not-found"),
        (f"{TEMPLATE}/versions/1.0.0/diff/9.9.9", "version-not-found"),
        ("/api/v1/nothing", "not-found"),
    ],
)
def test_what_is_not_there_is_not_found(stranger, world, path, code):
    world.release()
    stranger.refused("GET", path, 404, code)


def test_a_bundle_comes_with_its_digest_and_never_changes(stranger, world):
    version = world.release()
    answer = stranger.get(f"{TEMPLATE}/versions/1.0.0/bundle")
    data = answer.get_data()
    digest = hashlib.sha256(data)
    assert digest.hexdigest() == version.digest
    assert answer.headers["ETag"] == f'"{version.digest}"'
    assert answer.headers["Repr-Digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "template.json" in zipfile.ZipFile(io.BytesIO(data)).namelist()


def test_a_bundle_may_be_kept_also_by_a_caller_with_a_token(caller, world):
    world.release()
    assert "immutable" in caller.get(f"{TEMPLATE}/versions/1.0.0/bundle").headers["Cache-Control"]


def test_a_known_bundle_is_not_even_read(stranger, world, ports):
    version = world.release()
    path = f"{TEMPLATE}/versions/1.0.0/bundle"
    ports.blobs.delete(version.digest)
    known = stranger.get(path, 304, headers={"If-None-Match": f'"{version.digest}"'})
    assert known.headers["ETag"] == f'"{version.digest}"'
    stranger.refused("GET", path, 503, "blob-missing")


@pytest.mark.parametrize("path", [LIST, TEMPLATE, f"{TEMPLATE}/versions", f"{TEMPLATE}/reviews"])
def test_public_answers_are_revalidated_by_their_etag(stranger, world, path):
    world.release()
    first = stranger.get(path)
    assert first.headers["Cache-Control"] == KEPT
    assert "Authorization" in first.headers["Vary"]
    again = stranger.get(path, 304, headers={"If-None-Match": f'"other", {first.headers["ETag"]}'})
    assert again.headers["ETag"] == first.headers["ETag"]
    stranger.get(path, 200, headers={"If-None-Match": '"other"'})


def test_what_a_token_reads_is_kept_by_no_cache(caller, world):
    world.release()
    assert caller.get(TEMPLATE).headers["Cache-Control"] == "no-store"


def test_head_answers_without_content(stranger, world):
    world.release()
    answer = stranger.send("HEAD", TEMPLATE, 200)
    assert answer.headers["ETag"] == stranger.get(TEMPLATE).headers["ETag"]


def test_a_withdrawn_version_can_still_be_read_and_downloaded(stranger, world):
    world.release(publisher="992011")
    publisher = world.caller("992011")
    path = f"/api/v1/templates/992011/{SLUG}"
    publisher.post(f"{path}/versions/1.0.0/withdrawal", 200, json={"reason": "計算の誤り"})
    assert stranger.get(f"{path}/versions/1.0.0").json["withdrawal_reason"] == "計算の誤り"
    assert stranger.get(f"{path}/versions/1.0.0/bundle").get_data()
    assert stranger.get(path).json["latest"] is None
    assert stranger.get(LIST).json["total"] == 0


def test_a_set_and_its_member_name_each_other(stranger, world):
    world.release(with_fields("1.0.0", "件名"))
    said = [{"template": SLUG, "version": "1.0.0", "apps": ["request"]}]
    world.release(with_fields("1.0.0", "件名", slug="subsidy-set", includes=said))
    address = f"/api/v1/templates/{PUBLISHER}/subsidy-set"
    name = {"ja": "補助金申請管理", "en": "Subsidy management"}
    for path in (address, f"{address}/versions/1.0.0"):
        assert stranger.get(path).json["includes"] == [{**said[0], "name": name}]
    sets = stranger.get(TEMPLATE).json["sets"]
    assert sets == [{"template": "subsidy-set", "version": "1.0.0", "name": name, "includes_version": "1.0.0"}]
    found = stranger.get(LIST, query_string={"kind": "set"}).json
    assert [(item["slug"], item["is_set"]) for item in found["items"]] == [("subsidy-set", True)]
    assert {value["value"]: value["count"] for value in found["facets"]["kind"]} == {"set": 1, "single": 1}


def test_similar_templates_are_told_to_anybody_with_what_they_share_and_may_be_kept(world, stranger):
    world.release(with_fields("1.0.0", "現場写真", "路線名"), PUBLISHER)
    world.release(with_fields("1.0.0", "現場写真", "路線名", slug="other"), PUBLISHER)
    world.compare()
    answer = stranger.get(f"{TEMPLATE}/similar")
    (item,) = answer.json["items"]
    assert item["template"]["slug"] == "other"
    assert set(item["reason"]["fields"]) <= {"現場写真", "路線名"}
    assert answer.headers["Cache-Control"] == KEPT


def test_templates_like_an_unknown_one_are_not_found(stranger):
    stranger.get(f"/api/v1/templates/{PUBLISHER}/nothing/similar", 404)
