"""Rights on fields: what is shown, found, ordered by and changed."""

from __future__ import annotations

import pytest

from marketplace.sandbox.errors import FieldNotFoundError
from marketplace.sandbox.models import Part
from marketplace.sandbox.query.errors import QueryFieldNotFoundError
from marketplace.sandbox.records.errors import FieldNotEditableError
from marketplace.sandbox.records.reading import get_record, list_records
from marketplace.sandbox.records.writing import add_record, add_records, update_record
from tests.sandbox_records.factories import NOW, row, values
from tests.sandbox_rights.factories import (
    EVERYONE,
    OWNER,
    allows,
    field_right,
    make_requests,
    person,
    set_rights,
)

SATO, SUZUKI = person("sato"), person("suzuki")


@pytest.fixture
def app(session):
    made = make_requests(session)
    lines = [row(品名="机", 単価=5), row(品名="椅子", 単価=3)]
    add_records(session, OWNER, made, [
        values(件名="件1", 額=100, 担当=[{"code": "sato"}], 明細=lines),
        values(件名="件2", 額=200, 担当=[{"code": "suzuki"}], 明細=lines[:1]),
    ], NOW)  # fmt: skip
    return made


def restrict(session, app, *rights):
    set_rights(session, app, Part.FIELD_ACL, *rights)


def change(session, app, who, record_id=1, **cells):
    return update_record(session, who, app, {"id": record_id, "record": values(**cells)}, NOW)


def rows_of(session, app, record_id=1):
    return get_record(session, OWNER, app, record_id, NOW)["明細"]["value"]


@pytest.mark.parametrize("access", ["READ", "WRITE"])
def test_a_field_one_may_see_is_shown(session, app, access):
    restrict(session, app, field_right("額", allows("USER", "sato", access)))
    assert get_record(session, SATO, app, 1, NOW)["額"]["value"] == "100"


def test_a_hidden_field_is_missing_from_answers(session, app):
    restrict(session, app, field_right("額", allows("USER", "suzuki", "WRITE")))
    assert "額" not in get_record(session, SATO, app, 1, NOW)
    found = list_records(session, SATO, app, fields=["額", "件名"], now=NOW).records
    assert [set(record) for record in found] == [{"件名"}] * 2


@pytest.mark.parametrize("query", ["額 > 0", "order by 額 asc", '件名 = "a" or 額 = 1'])
def test_a_hidden_field_does_not_exist_for_queries(session, app, query):
    restrict(session, app, field_right("額", allows(*EVERYONE, "NONE")))
    with pytest.raises(QueryFieldNotFoundError):
        list_records(session, SATO, app, query=query, now=NOW)


def test_everyone_comes_last_and_groups_and_organisations_count(session, app):
    restrict(
        session, app,
        field_right("額", allows(*EVERYONE, "NONE"), allows("GROUP", "kacho", "READ"),
                    allows("ORGANIZATION", "jinjibu", "WRITE", subs=True)),
    )  # fmt: skip
    assert "額" not in get_record(session, SATO, app, 1, NOW)
    with pytest.raises(FieldNotEditableError):
        change(session, app, person("sato", groups=("kacho",)), 額=1)
    change(session, app, person("sato", organizations=("kakari",)), 額=1)


def test_a_field_one_may_only_read_stays_but_may_be_sent_unchanged(session, app):
    restrict(session, app, field_right("額", allows(*EVERYONE, "READ")))
    with pytest.raises(FieldNotEditableError) as refusal:
        change(session, app, SATO, 額=101)
    assert refusal.value.params == {"code": "額"}
    change(session, app, SATO, 額="1e2", 件名="別")
    assert get_record(session, OWNER, app, 1, NOW)["件名"]["value"] == "別"


def test_a_hidden_field_is_refused_whatever_is_sent(session, app):
    restrict(session, app, field_right("額", allows(*EVERYONE, "NONE")))
    for guess in (100, 101):
        with pytest.raises(FieldNotEditableError):
            change(session, app, SATO, 額=guess)


def test_a_hidden_field_keeps_its_value_when_others_change(session, app):
    restrict(session, app, field_right("額", allows(*EVERYONE, "NONE")))
    change(session, app, SATO, 件名="別")
    assert get_record(session, OWNER, app, 1, NOW)["額"]["value"] == "100"


def test_a_new_record_takes_the_default_of_a_field_one_may_not_write(session, app):
    restrict(session, app, field_right("額", allows(*EVERYONE, "READ")))
    add_record(session, SATO, app, values(件名="新", 額=""), NOW)
    with pytest.raises(FieldNotEditableError):
        add_record(session, SATO, app, values(件名="新2", 額=5), NOW)


def test_a_hidden_unique_field_can_t_serve_as_update_key(session, app):
    restrict(session, app, field_right("件名", allows(*EVERYONE, "NONE")))
    with pytest.raises(FieldNotFoundError):
        update_record(session, SATO, app, {"updateKey": {"field": "件名", "value": "件1"}, "record": {}}, NOW)


def test_a_list_sent_in_another_order_is_no_change(session, app):
    change(session, app, OWNER, 担当=[{"code": "sato"}, {"code": "suzuki"}])
    restrict(session, app, field_right("担当", allows(*EVERYONE, "READ")))
    change(session, app, SATO, 担当=[{"code": "suzuki"}, {"code": "sato"}])
    with pytest.raises(FieldNotEditableError):
        change(session, app, SATO, 担当=[{"code": "suzuki"}])


def test_the_owner_sees_and_writes_everything(session, app):
    restrict(session, app, field_right("額", allows(*EVERYONE, "NONE")))
    change(session, app, OWNER, 額=7)
    assert list_records(session, OWNER, app, query="額 = 7", now=NOW).records[0]["額"]["value"] == "7"


def test_a_hidden_column_is_missing_from_every_row(session, app):
    restrict(session, app, field_right("単価", allows(*EVERYONE, "NONE")))
    lines = get_record(session, SATO, app, 1, NOW)["明細"]["value"]
    assert [set(line["value"]) for line in lines] == [{"品名"}] * 2
    with pytest.raises(QueryFieldNotFoundError):
        list_records(session, SATO, app, query="単価 > 1", now=NOW)


def test_a_hidden_column_keeps_its_values_when_its_row_changes(session, app):
    restrict(session, app, field_right("単価", allows(*EVERYONE, "NONE")))
    first, second = rows_of(session, app)
    change(session, app, SATO, 明細=[row(first["id"], 品名="棚"), row(second["id"])])
    assert [(line["value"]["品名"]["value"], line["value"]["単価"]["value"]) for line in rows_of(session, app)] == [
        ("棚", "5"), ("椅子", "3"),
    ]  # fmt: skip
    with pytest.raises(FieldNotEditableError):
        change(session, app, SATO, 明細=[row(first["id"], 単価=5)])


def test_a_column_one_may_only_read_stays_in_the_rows_there_are(session, app):
    restrict(session, app, field_right("単価", allows(*EVERYONE, "READ")))
    first, second = rows_of(session, app)
    change(session, app, SATO, 明細=[row(first["id"], 品名="棚", 単価="5"), row(品名="新しい行")])
    with pytest.raises(FieldNotEditableError):
        change(session, app, SATO, 明細=[row(first["id"], 単価="6"), row(second["id"])])
    with pytest.raises(FieldNotEditableError):
        change(session, app, SATO, 明細=[row(単価="6")])


@pytest.mark.parametrize("wanted", ["none", "fewer", "more", "moved", "changed"])
def test_the_rows_of_a_table_one_may_only_read_stay_as_they_are(session, app, wanted):
    restrict(session, app, field_right("明細", allows(*EVERYONE, "READ")))
    first, second = (row(line["id"]) for line in rows_of(session, app))
    changed = row(rows_of(session, app)[0]["id"], 品名="棚")
    sent = {"none": [], "fewer": [first], "more": [first, second, row()], "moved": [second, first],
            "changed": [changed, second]}[wanted]  # fmt: skip
    change(session, app, SATO, 明細=[first, second])
    with pytest.raises(FieldNotEditableError):
        change(session, app, SATO, 明細=sent)


def test_a_hidden_table_hides_its_columns(session, app):
    restrict(session, app, field_right("明細", allows(*EVERYONE, "NONE")))
    assert "明細" not in get_record(session, SATO, app, 1, NOW)
    with pytest.raises(QueryFieldNotFoundError):
        list_records(session, SATO, app, query='品名 in ("机")', now=NOW)
    with pytest.raises(FieldNotEditableError):
        change(session, app, SATO, 明細=[])


BY_RECORD = field_right("額", allows("FIELD_ENTITY", "担当", "WRITE"))


def test_a_field_may_be_shown_in_some_records_only(session, app):
    restrict(session, app, BY_RECORD)
    found = list_records(session, SATO, app, query="order by $id asc", now=NOW).records
    assert ["額" in record for record in found] == [True, False]
    assert "額" not in get_record(session, SATO, app, 2, NOW)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("額 > 0", [1]), ("額 != 100", []), ('額 = 200 or 件名 = "件2"', [2]),
        ("額 in (100, 200) order by 額 asc", [1]),
        ('件名 in ("件1", "件2") and 額 >= 0', [1]),
    ],
)  # fmt: skip
def test_conditions_tell_nothing_of_a_field_where_it_is_hidden(session, app, query, numbers):
    restrict(session, app, BY_RECORD)
    found = list_records(session, SATO, app, query=query, now=NOW).records
    assert [int(record["$id"]["value"]) for record in found] == numbers


def test_an_order_takes_a_hidden_field_for_empty(session, app):
    restrict(session, app, BY_RECORD)
    orders = {
        direction: [
            record["$id"]["value"]
            for record in list_records(session, who, app, query=f"order by 額 {direction}", now=NOW).records
        ]
        for direction in ("asc", "desc")
        for who in (SATO,)
    }
    assert orders == {"asc": ["2", "1"], "desc": ["1", "2"]}


def test_a_field_may_be_written_in_some_records_only(session, app):
    restrict(session, app, field_right("額", allows("FIELD_ENTITY", "担当", "WRITE"), allows(*EVERYONE, "READ")))
    change(session, app, SATO, 1, 額=5)
    with pytest.raises(FieldNotEditableError):
        change(session, app, SATO, 2, 額=5)


def test_naming_oneself_in_the_same_call_opens_no_field(session, app):
    restrict(session, app, field_right("額", allows("FIELD_ENTITY", "担当", "WRITE"), allows(*EVERYONE, "READ")))
    with pytest.raises(FieldNotEditableError):
        change(session, app, SATO, 2, 担当=[{"code": "sato"}], 額=5)


def test_the_creator_of_a_new_record_writes_what_creators_may(session, app):
    restrict(session, app, field_right("額", allows("FIELD_ENTITY", "作成者", "WRITE"), allows(*EVERYONE, "READ")))
    add_record(session, SATO, app, values(件名="新", 額=5), NOW)
    with pytest.raises(FieldNotEditableError):
        change(session, app, SATO, 1, 額=5)


def test_a_table_column_in_some_records_only(session, app):
    restrict(session, app, field_right("単価", allows("FIELD_ENTITY", "担当", "READ")))
    shown = [
        ["単価" in line["value"] for line in get_record(session, SATO, app, number, NOW)["明細"]["value"]]
        for number in (1, 2)
    ]
    assert shown == [[True, True], [False]]
    found = list_records(session, SATO, app, query="単価 > 1", now=NOW).records
    assert [record["$id"]["value"] for record in found] == ["1"]
