"""Files, searches, cursors and headers of chance get an answer or a refusal, never a failure."""

from __future__ import annotations

import base64
import csv
import io
from contextlib import suppress

from hypothesis import strategies as st

from marketplace.kernel.errors import DomainError
from marketplace.kernel.pages import CursorInvalidError, read_cursor, write_cursor
from marketplace.sandbox.csv_files.decoding import read_csv
from marketplace.sandbox.csv_files.reading import ColumnMapping, read_records
from marketplace.sandbox.csv_files.targets import guess_key, guess_targets
from marketplace.sandbox.form import build_form
from marketplace.sandbox.models import App, Part
from tests.api.factories import TEMPLATE
from tests.bundle.factories import make_field
from tests.faults.fuzzing import FUZZ, SCALARS, fuzz

NAMES = ("番号", "数", "日", "時点", "時刻", "備考", "担当")
CELLS = st.sampled_from(
    [*NAMES, "", "*", "1", "2026-02-30", "9" * 400, "1e400", "a\nb", '"', "=1+1", "はい"]
) | st.text(max_size=8)


def written(rows, codec):
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    return made.getvalue().encode(codec, "replace")


FILES = st.binary(max_size=200) | st.builds(
    written, st.lists(st.lists(CELLS, max_size=5), max_size=6), st.sampled_from(["utf-8-sig", "cp932", "utf-16"])
)


@FUZZ
def test_a_csv_file_is_read_or_refused(examples):
    kinds = ("SINGLE_LINE_TEXT", "NUMBER", "DATE", "DATETIME", "TIME", "MULTI_LINE_TEXT", "USER_SELECT")
    made = [make_field(kind, name) for kind, name in zip(kinds, NAMES, strict=True)]
    properties = {field["code"]: {**field, "$id": str(number)} for number, field in enumerate(made, 1)}
    app = App(pk=1, app_id=1, code="", site_id="s", name="台帳")
    form = build_form(app, {Part.FIELDS: {"properties": properties}}, "Asia/Tokyo")

    def read(data):
        with suppress(DomainError):
            file = read_csv(data)
            targets = guess_targets(form, file.header)
            read_records(form, file, ColumnMapping(tuple(targets), guess_key(form, targets)))

    fuzz(read, FILES, examples)


@FUZZ
def test_a_cursor_is_read_or_refused(examples):
    def read(cursor):
        for length in (1, 2, 3):
            with suppress(CursorInvalidError):
                assert len(read_cursor(cursor, length)) == length

    mangled = st.binary(max_size=40).map(lambda data: base64.urlsafe_b64encode(data).decode())
    fuzz(read, st.text(max_size=60) | mangled, examples)


LISTS = (
    "/templates",
    f"{TEMPLATE.removeprefix('/api/v1')}/reviews",
    "/stories",
    "/drafts",
    "/wanted-apps",
    "/municipalities",
)
KEYS = st.lists(
    SCALARS | st.sampled_from(["2026-01-01T00:00:00+00:00", "\x00", "\ud800", float("nan"), float("inf"), 2**70]),
    min_size=1,
    max_size=4,
)
WORDS = st.text(max_size=30) | st.sampled_from(['"', "-", "*", "NEAR(", "a" * 200, "ﾊﾝｶｸ", "'; --", "🏯", "OR AND NOT"])
HEADERS = st.dictionaries(
    st.sampled_from(
        ["If-Match", "If-None-Match", "Idempotency-Key", "Accept-Language", "Accept", "Range", "Authorization"]
    ),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=30)
    | st.sampled_from(["*", '"', 'W/"a"', '"a","b', "en;q=x", "Bearer yktn_" + "a" * 60, "bytes=9-1"]),
    max_size=3,
)


@FUZZ
def test_a_cursor_of_another_list_is_refused(examples, world):
    world.release()
    caller = world.caller()

    def read(drawn):
        path, key = drawn
        answer = caller.send("GET", f"/api/v1{path}", query_string={"cursor": write_cursor(tuple(key)), "limit": 1})
        assert answer.status_code in {200, 422}, answer.get_data()

    fuzz(read, st.tuples(st.sampled_from(LISTS), KEYS), examples // 4)


@FUZZ
def test_any_words_may_be_looked_for_with_any_headers(examples, world):
    world.release()
    stranger = world.stranger()

    def look(drawn):
        path, words, headers = drawn
        answer = stranger.send("GET", f"/api/v1{path}", query_string={"q": words}, headers=headers)
        assert answer.status_code in {200, 304, 400, 401, 422}, answer.get_data()

    fuzz(look, st.tuples(st.sampled_from(["/templates", "/stories", "/wanted-apps"]), WORDS, HEADERS), examples // 4)


@FUZZ
def test_a_write_with_any_condition_and_key_is_done_or_refused(examples, world):
    world.installed(world.release())
    caller = world.caller()

    def write(headers):
        answer = caller.send("PUT", f"{TEMPLATE}/reviews", json={"stars": 3}, headers=headers)
        assert answer.status_code in {200, 401, 412}, answer.get_data()

    fuzz(write, HEADERS, examples // 4)
