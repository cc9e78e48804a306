"""Whatever is sent to an API of settings, the answer is a success or a refusal in kintone's shape, never a failure."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.kintone_api.table import APIS
from tests.kintone_api.conftest import Kintone

WORDS = st.sampled_from(
    [
        "type", "code", "label", "fields", "options", "index", "name", "lookup", "relatedApp", "app", "relatedKeyField",
        "fieldMappings", "entity", "entities", "filterCond", "sort", "assignee", "states", "actions", "from", "to",
        "layout", "size", "width", "rights", "views", "reports", "properties", "notifications", "timing", "targets",
        "referenceTable", "condition", "displayFields", "expression", "defaultValue", "icon", "titleField", "destApp",
        "desktop", "js", "ids", "apps", "revision", "mappings", "groups", "chartType", "a", "名前", "id", "space",
        "thread", "members", "isAdmin", "comment", "text", "mentions", "files", "fileKey", "guests", "permissions",
        "lang", "body", "isGuest", "offset", "limit",
    ]
)  # fmt: skip
VALUES = st.sampled_from(
    [
        "SINGLE_LINE_TEXT", "NUMBER", "SUBTABLE", "GROUP", "REFERENCE_TABLE", "CALC", "RADIO_BUTTON", "ROW", "LIST",
        "CALENDAR", "USER", "FIELD_ENTITY", "CREATOR", "FILE", "PRESET", "MANUAL", "ONE", "BAR", "TABLE", "名前", "数",
        "レコード番号", "作成者", "everyone", "admin", "0", "1", "-1", "true", "", "{0}", '名前 = "a"', "(((", "1+",
        "$id", "🏯", "a" * 200,
    ]
)  # fmt: skip
NUMBERS = st.integers(-(2**65), 2**65) | st.floats(allow_nan=False)
NAMES = WORDS | VALUES | st.text(max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | VALUES | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=25,
)
IN_SPACE = {"id": 1, "space": 1, "thread": 1, "name": "防災"}
BODIES = st.dictionaries(WORDS, JSON, max_size=6)
PATHS = sorted((method, path.removesuffix(".json")) for method, path in APIS if path != "file.json")


@pytest.fixture
def app(kintone: Kintone) -> int:
    """An app in use that has a field of most kinds, in a site with a space."""
    kintone.put("space", id=kintone.make_space(), useMultiThread=True)
    options = {"甲": {"label": "甲", "index": 0}}
    column = {"type": "NUMBER", "code": "数", "label": "数"}
    return kintone.live_app(
        名前={"type": "SINGLE_LINE_TEXT", "unique": True},
        a={"type": "RADIO_BUTTON", "options": options},
        表={"type": "SUBTABLE", "fields": {"数": column}},
        群={"type": "GROUP"},
    )


def shaped(name: str, inner: object) -> dict:
    """Wrap a value where the API looks for it, so that it gets past the first check."""
    return (
        {
            "properties": {"名前": inner, "a": inner},
            "layout": [inner],
            "views": {"名前": inner},
            "states": {"名前": inner},
            "actions": {"名前": inner},
            "reports": {"名前": inner},
            "rights": [inner],
            "notifications": [inner],
            "requests": [inner],
            "records": [inner],
            "record": inner,
            "members": [inner, {"entity": {"type": "USER", "code": "admin"}, "isAdmin": True}],
            "guests": [inner],
            "comment": inner,
        }
        | (IN_SPACE if name.startswith(("space", "template", "guests")) else {})
        | ({"enable": True, "actions": [inner]} if "status" in name else {})
    )


@pytest.mark.parametrize(("method", "name"), PATHS, ids=[f"{method} {name}" for method, name in PATHS])
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=BODIES, inner=JSON, bare=st.booleans())
def test_no_body_makes_an_api_fail(kintone: Kintone, app, method, name, body, inner, bare):
    sent = body if bare else {**body, **shaped(name, inner), "app": app}
    response = kintone.send(method, name, sent)
    assert response.status_code < 500, response.json
    if response.status_code != 200:
        described = next((each for each in response.json.get("results", []) if each), response.json)
        assert {"code", "id", "message"} <= set(described)
        assert response.headers["X-Cybozu-Error"] == described["code"]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(["SINGLE_LINE_TEXT", "NUMBER", "CALC", "RADIO_BUTTON", "DROP_DOWN", "CHECK_BOX", "DATE",
                             "LINK", "FILE", "USER_SELECT", "REFERENCE_TABLE", "SUBTABLE", "GROUP"]),
       attributes=BODIES)  # fmt: skip
def test_no_definition_makes_the_form_fail(kintone: Kintone, app, kind, attributes):
    field = {**attributes, "type": kind, "code": "新", "label": "新"}
    response = kintone.send("POST", "preview/app/form/fields", {"app": app, "properties": {"新": field}})
    assert response.status_code < 500, response.json
    if response.status_code == 200:
        changed = {"新": {**attributes, "type": kind}}
        assert kintone.send("PUT", "preview/app/form/fields", {"app": app, "properties": changed}).status_code < 500
        present = kintone.get("preview/app/form/fields", app=app)["properties"]
        for code in set(present) & {"新"}:
            kintone.delete("preview/app/form/fields", app=app, fields=[code])
