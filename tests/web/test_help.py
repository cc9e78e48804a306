"""The help for authors, and the schemas it points to."""

from __future__ import annotations

import re

import pytest
from jsonschema import Draft202012Validator

from marketplace.bundle.schemas import schema_names


def test_the_help_lists_every_schema(browser):
    page = browser.get("/help/bundle").get_data(as_text=True)
    assert set(re.findall(r"/schemas/bundle/1/([a-z_]+)\.schema\.json", page)) == set(schema_names())


@pytest.mark.parametrize("name", schema_names())
def test_every_schema_is_published_and_valid(browser, name):
    answer = browser.get(f"/schemas/bundle/1/{name}.schema.json")
    assert answer.content_type == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    Draft202012Validator.check_schema(answer.json)
    assert answer.json["$id"].endswith(f"/schemas/bundle/1/{name}.schema.json")


def test_a_schema_that_does_not_exist_is_not_found(browser):
    assert browser.get("/schemas/bundle/1/passwords.schema.json").status_code == 404
