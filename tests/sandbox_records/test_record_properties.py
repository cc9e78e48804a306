"""Writes of chance leave the records that plain Python keeps, and are refused for the reasons it finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.kernel.text import Language
from marketplace.sandbox.errors import PlatformError
from marketplace.sandbox.records.deleting import delete_records
from marketplace.sandbox.records.reading import list_records
from marketplace.sandbox.records.writing import add_record, add_records, update_record, update_records, upsert_records
from tests.sandbox_records.factories import (
    NOW,
    calc,
    caller,
    choice,
    field,
    lookup,
    make_app,
    number,
    table,
    text,
    values,
)
from tests.sandbox_records.record_model import SOURCES, Model, Refusal

MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = ("a", "b", "c", "")
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "番号": st.sampled_from(NAMES),
        "数": st.sampled_from(["1", "1.50e1", " 7 ", "-0", "", "1001", "-2", "abc", "1,000"]),
        "選択": st.sampled_from(["A", "B", "", "C"]),
        "単一": st.sampled_from(["A", "", "C"]),
        "複数": st.sampled_from([["A"], ["B", "A"], [], ["A", "C"], ["C"]]),
        "短": st.sampled_from(["あい", "あいう", "あいうえ", "い", ""]),
        "日付": st.sampled_from(["2026-04-01", ""]),
        "参照": st.sampled_from(["p1", "p2", "", "p9"]),
        "写し": st.just("手入力"),
        "計": st.just("999"),
        "ない": st.just("x"),
        "明細": st.lists(
            st.tuples(
                st.none() | st.integers(0, 3),
                st.fixed_dictionaries(
                    {},
                    optional={
                        "品名": st.sampled_from(["甲", "", "甲乙丙丁"]),
                        "個数": st.sampled_from(["1", "2.0", "abc", ""]),
                        "色": st.sampled_from([["A"], [], ["C"]]),
                    },
                ),
            ),
            max_size=3,
            unique_by=lambda row: object() if row[0] is None else row[0],
        ),
    },
)
"""Rows name a row of the record by its place, or none."""
GOOD = st.fixed_dictionaries(
    {"番号": st.text(alphabet="defgh", min_size=1, max_size=4)},
    optional={"数": st.just("3"), "参照": st.sampled_from(["p1", "p2"]), "明細": st.just([(None, {"個数": "4"})] * 2)},
)
ANY_CELLS = GOOD | CELLS
NUMBERS = st.integers(1, 5)
REVISIONS = st.sampled_from([None, None, -1, 1, 2])
OPERATIONS = st.one_of(
    st.tuples(st.just("add"), ANY_CELLS),
    st.tuples(st.just("add many"), st.lists(ANY_CELLS, max_size=3)),
    st.tuples(st.just("change"), st.tuples(NUMBERS, ANY_CELLS, REVISIONS)),
    st.tuples(st.just("change by key"), st.tuples(st.sampled_from(NAMES[:3]), ANY_CELLS)),
    st.tuples(
        st.just("change many"),
        st.lists(st.tuples(NUMBERS, ANY_CELLS, REVISIONS), max_size=3, unique_by=lambda each: each[0]),
    ),
    st.tuples(
        st.just("upsert"),
        st.lists(st.tuples(st.sampled_from(NAMES[:3]), ANY_CELLS), max_size=3, unique_by=lambda each: each[0]),
    ),
    st.tuples(
        st.just("delete"), st.lists(st.tuples(NUMBERS, REVISIONS), min_size=1, max_size=2, unique_by=lambda e: e[0])
    ),
)


@pytest.fixture
def app(session):
    source = make_app(session, 鍵=text(unique=True), 名称=text(), 上限=number())
    bodies = [values(鍵=key, 名称=name, 上限=limit) for key, (name, limit) in SOURCES.items()]
    add_records(session, caller(), source, bodies, NOW)
    return make_app(
        session, 番号=text(unique=True, required=True), 数=number(defaultValue="5", maxValue="1e3", minValue="-1.50"),
        選択=choice("DROP_DOWN", "A", "B", defaultValue="B"), 単一=choice("RADIO_BUTTON", "A", "B", defaultValue="A"),
        複数=choice("CHECK_BOX", "A", "B", defaultValue=["A"], required=True), リンク=field("LINK"),
        短=text(defaultValue="あい", minLength="2", maxLength="3"), 日付=field("DATE"),
        参照=lookup(source, "鍵", 写し="名称", 額="上限"), 写し=text(), 額=number(),
        計=calc("数 * 2"), 合計=calc("SUM(個数)"),
        明細=table(品名=text(defaultValue="未定", maxLength="3"), 個数=number(), 色=choice("CHECK_BOX", "A", "B")),
    )  # fmt: skip


class Pair:
    """The service and the model side by side."""

    def __init__(self, session, app) -> None:
        self.session = session
        self.app = app
        self.model = Model()
        self.row_ids: set[str] = set()

    def do(self, kind: str, details: Any) -> None:
        """Do the same on both sides and compare how it ends."""
        act, meant = getattr(self, f"_{kind.replace(' ', '_')}")(details)
        savepoint = self.session.begin_nested()
        try:
            answer = act()
        except PlatformError as refused:
            savepoint.rollback()
            self._compare_refusal(refused, meant)
        else:
            savepoint.commit()
            written = meant()
            if written is not None:
                assert [each.record_id for each in answer] == written
                assert [each.revision for each in answer] == [self.model.records[key].revision for key in written]
        self.compare_records()

    def _compare_refusal(self, refused: PlatformError, meant: Callable[[], Any]) -> None:
        with pytest.raises(Refusal) as expected:
            meant()
        assert refused.code in expected.value.codes
        if refused.code == "CB_VA01":
            spoken = {key: [each.in_language(Language.JA) for each in found] for key, found in refused.errors.items()}
            assert spoken == expected.value.errors

    def compare_records(self) -> None:
        """Compare all that is kept; rows that are new take the fresh ids they got."""
        found = list_records(self.session, caller(), self.app, query="order by $id asc", now=NOW).records
        assert [int(record["$id"]["value"]) for record in found] == sorted(self.model.records)
        for record in found:
            kept = self.model.records[int(record["$id"]["value"])]
            assert record["$revision"]["value"] == str(kept.revision)
            assert {code: record[code]["value"] for code in kept.values} == kept.values
            shown = [
                (row["id"], {code: cell["value"] for code, cell in row["value"].items()})
                for row in record["明細"]["value"]
            ]
            assert [row for _, row in shown] == [row for _, row in kept.rows]
            for (row_id, _), (before, _) in zip(shown, kept.rows, strict=True):
                assert row_id == before if before is not None else row_id not in self.row_ids
                self.row_ids.add(row_id)
            kept.rows = shown

    def _sides(self, number: int | None, cells: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return cells as they are sent, and as the model reads them: row ids in place of places."""
        if "明細" not in cells:
            return values(**cells), cells
        present = self.model.records[number].rows if number in self.model.records else []
        rows = []
        for place, row in cells["明細"]:
            known = place is not None and place < len(present)
            rows.append((present[place][0] if known else None if place is None else str(10**9 + place), row))
        sent = [{**({} if key is None else {"id": key}), "value": values(**row)} for key, row in rows]
        return {**values(**cells), "明細": {"value": sent}}, {**cells, "明細": rows}

    def _add(self, cells):
        sent, read = self._sides(None, cells)
        return (
            lambda: [add_record(self.session, caller(), self.app, sent, NOW)],
            lambda: self.model.add([read], ["record"]),
        )

    def _add_many(self, bodies):
        sides = [self._sides(None, cells) for cells in bodies]
        return (
            lambda: add_records(self.session, caller(), self.app, [sent for sent, _ in sides], NOW),
            lambda: self.model.add([read for _, read in sides], [f"records[{n}]" for n in range(len(sides))]),
        )

    def _change(self, details):
        number, cells, revision = details
        sent, read = self._sides(number, cells)
        body = {"id": number, "record": sent} | ({} if revision is None else {"revision": revision})
        return (
            lambda: [update_record(self.session, caller(), self.app, body, NOW)],
            lambda: self.model.write([("record", number, read, revision)]),
        )

    def _change_by_key(self, details):
        name, cells = details
        number = self.model.find(name)
        sent, read = self._sides(number, cells)
        body = {"updateKey": {"field": "番号", "value": name}, "record": sent}

        def meant():
            if number is None:
                raise Refusal({"GAIA_RE20"})
            return self.model.write([("record", number, read, None)])

        return lambda: [update_record(self.session, caller(), self.app, body, NOW)], meant

    def _change_many(self, changes):
        wanted, bodies = [], []
        for position, (record_id, cells, revision) in enumerate(changes):
            sent, read = self._sides(record_id, cells)
            bodies.append({"id": record_id, "record": sent, "revision": revision})
            wanted.append((f"records[{position}]", record_id, read, revision))
        return (
            lambda: update_records(self.session, caller(), self.app, bodies, NOW),
            lambda: self.model.write(wanted),
        )

    def _upsert(self, changes):
        wanted, bodies = [], []
        for position, (name, cells) in enumerate(changes):
            number = self.model.find(name)
            sent, read = self._sides(number, cells)
            bodies.append({"updateKey": {"field": "番号", "value": name}, "record": sent})
            read = {**read, "番号": name} if number is None else read
            wanted.append((f"records[{position}]", number, read, None))
        return (
            lambda: upsert_records(self.session, caller(), self.app, bodies, NOW),
            lambda: self.model.write(wanted),
        )

    def _delete(self, wanted):
        ids, revisions = [number for number, _ in wanted], [revision for _, revision in wanted]
        return (
            lambda: delete_records(self.session, caller(), self.app, ids, revisions),
            lambda: self.model.delete(ids, revisions),
        )


@MANY
@given(operations=st.lists(OPERATIONS, min_size=1, max_size=12))
def test_writes_leave_what_plain_python_keeps(session, app, operations):
    savepoint = session.begin_nested()
    pair = Pair(session, app)
    try:
        for kind, details in operations:
            pair.do(kind, details)
    finally:
        savepoint.rollback()
