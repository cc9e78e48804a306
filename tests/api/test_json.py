"""The JSON of the API is the same as Python's own, and nothing gets into it that no schema has made plain."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from marshmallow import Schema, fields

from marketplace.api.v1.answers import represent


class AnythingOut(Schema):
    it = fields.Raw(allow_none=True)


@dataclass
class Secret:
    word: str = "none of anybody's business"


@pytest.mark.parametrize(
    "value",
    [
        *(
            None,
            True,
            0,
            -1,
            2**53 + 1,
            2**63,
            2**64,
            -(2**70),
            0.1,
            1.0,
            5e-324,
            "",
            "補助金",
            '"\\/\n\u2028\x7f',
            "😀",
        ),
        *([], {}, [1, [2, {"a": None}]], {"い": 1, "あ": (2, 3)}, {1: "one"}),
    ],
)
def test_the_same_bytes_are_written(value):
    expected = json.dumps({"it": value}, ensure_ascii=False, separators=(",", ":")) + "\n"
    assert represent(AnythingOut(), {"it": value}) == expected.encode()


@pytest.mark.parametrize("value", [Secret(), datetime(2026, 4, 1, tzinfo=UTC), b"bytes", {1, 2}])
def test_what_no_schema_has_made_plain_is_refused(value):
    with pytest.raises(TypeError):
        represent(AnythingOut(), {"it": value})
