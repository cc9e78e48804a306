"""The OpenAPI document is valid, whole, and the same as what the service does."""

from __future__ import annotations

import re
from itertools import chain

import pytest
from openapi_spec_validator import validate

from marketplace.api.v1.openapi import PARAMETER, build_document
from marketplace.kernel.text import Language

METHODS = {"get", "post", "put", "delete"}
JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
WITH_BODY = {"start_import", "upload_draft", "publish_bundle"}


@pytest.fixture(params=list(Language), ids=str)
def language(request):
    return request.param


@pytest.fixture
def document(app, language):
    with app.app_context():
        return build_document(app, language, "http://localhost")


@pytest.fixture
def operations(document):
    return [operation for path in document["paths"].values() for method, operation in path.items() if method in METHODS]


def test_the_document_is_valid(document):
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_endpoint_is_described(app, document):
    described = {(path, method) for path, operations in document["paths"].items() for method in operations}
    served = {
        (PARAMETER.sub(r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "api_v1.openapi"
    }
    assert described == served


def test_operations_have_names_of_their_own(operations):
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))


def test_the_words_are_in_the_language_asked_for(operations, language):
    words = [operation["summary"] for operation in operations]
    words += [parameter["description"] for operation in operations for parameter in operation["parameters"]]
    words += [answer["description"] for operation in operations for answer in operation["responses"].values()]
    for sentence in words:
        assert sentence
        if language is Language.EN:
            assert not JAPANESE.search(sentence)
    if language is Language.JA:
        summaries = [operation["summary"] for operation in operations]
        assert all(JAPANESE.search(summary) for summary in summaries)


def test_every_refusal_is_a_problem(operations):
    for operation in operations:
        refusals = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        assert {"400", "401", "404", "422", "500"} <= set(refusals)
        for answer in refusals.values():
            assert list(answer["content"]) == ["application/problem+json"]


def test_what_is_written_is_described(document):
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            name = operation["operationId"]
            if (method == "put" and name != "vote_for_wanted_app") or name in {
                "start_import",
                "upload_draft",
                "publish_bundle",
            }:
                assert operation["requestBody"]["content"], path


def test_creations_take_an_idempotency_key(document):
    for path, operations in document["paths"].items():
        created = [operation for operation in operations.values() if {"201"} & set(operation["responses"])]
        for operation in created:
            assert "Idempotency-Key" in {parameter["name"] for parameter in operation["parameters"]}, path


def test_filters_that_take_several_values_are_arrays(document):
    parameters = {each["name"]: each for each in document["paths"]["/api/v1/templates"]["get"]["parameters"]}
    assert parameters["category"]["schema"]["items"] == {"type": "string"}
    assert parameters["personal_data"]["schema"]["items"] == {"type": "boolean"}
    assert parameters["kind"]["schema"]["items"] == {"type": "string", "enum": ["set", "single"]}
    assert all(parameters[name]["explode"] for name in ("category", "personal_data", "kind"))


def test_every_object_referred_to_is_there(document):
    referred = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert referred == set(document["components"]["schemas"])


def test_every_property_has_a_type(document):
    properties = chain.from_iterable(
        schema.get("properties", {}).items() for schema in document["components"]["schemas"].values()
    )
    free = {name for name, shape in properties if not {"type", "$ref", "anyOf", "allOf", "enum"} & set(shape)}
    assert free == {"before", "after"}


def test_the_document_is_served_and_revalidated(stranger):
    answer = stranger.get("/api/v1/openapi.json")
    assert answer.json["paths"]
    assert stranger.get("/api/v1/openapi.json", 304, headers={"If-None-Match": answer.headers["ETag"]})
    english = stranger.get("/api/v1/openapi.json", headers={"Accept-Language": "en"})
    assert english.json["info"]["title"] == "Yokoten API"
    assert "Accept-Language" in english.headers["Vary"]
