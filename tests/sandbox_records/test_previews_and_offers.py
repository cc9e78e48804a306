"""What a record would become if it were saved, and which actions of the process are open to whom."""

from __future__ import annotations

from sqlalchemy import func, select

from marketplace.sandbox.files import find_uploads, store_upload
from marketplace.sandbox.form import live_form
from marketplace.sandbox.models import App, Record
from marketplace.sandbox.principals import USER, search_principals
from marketplace.sandbox.records.offers import list_offers
from marketplace.sandbox.records.previewing import UnknownKey, preview_addition, preview_change
from marketplace.sandbox.records.writing import add_record
from tests.fakes import MemoryBlobStore
from tests.sandbox_records.factories import (
    NOW,
    SITE,
    calc,
    caller,
    candidates,
    lookup,
    make_app,
    make_process,
    make_site,
    number,
    row,
    table,
    text,
    values,
)


def test_a_preview_has_defaults_lookups_and_formulas_and_writes_nothing(session):
    program = make_app(session, コード=text(unique=True), 制度名=text())
    add_record(session, caller(), program, values(コード="S-01", 制度名="創業"), NOW)
    app = make_app(
        session,
        制度=lookup(program, "コード", 名称="制度名"),
        名称=text(),
        数=number(defaultValue="3"),
        倍=calc("数*2"),
    )
    preview = preview_addition(session, caller(), app, live_form(session, app), values(制度="S-01"), NOW)
    assert {code: preview.record[code]["value"] for code in ("名称", "数", "倍")} == {
        "名称": "創業",
        "数": "3",
        "倍": "6",
    }
    assert session.scalar(select(func.count()).select_from(Record).where(Record.app_pk == app.pk)) == 0
    assert session.get_one(App, app.pk).last_record_id == 0


def test_a_preview_tells_unknown_keys_instead_of_refusing(session):
    program = make_app(session, コード=text(unique=True), 制度名=text())
    inner = {"制度": lookup(program, "コード", 名称="制度名"), "名称": text()}
    app = make_app(session, 明細=table(**inner))
    sent = values(明細=[row(制度=""), row(制度="S-99")])
    preview = preview_addition(session, caller(), app, live_form(session, app), sent, NOW)
    assert preview.unknown == (UnknownKey("制度", 1),)
    assert [each["value"]["名称"]["value"] for each in preview.record["明細"]["value"]] == ["", ""]


def test_a_preview_of_a_change_keeps_what_was_not_sent(session):
    app = make_app(session, 題=text(), 数=number(), 倍=calc("数*2"))
    add_record(session, caller(), app, values(題="元", 数="1"), NOW)
    preview = preview_change(session, caller(), app, live_form(session, app), 1, values(数="5"), NOW)
    assert [preview.record[code]["value"] for code in ("題", "数", "倍")] == ["元", "5", "10"]
    assert session.scalar(select(Record.revision).where(Record.app_pk == app.pk)) == 1


def test_an_action_is_offered_to_assignees_whose_record_meets_its_condition(session):
    status = make_process(
        "受付",
        "審査",
        "完了",
        actions=[
            {"name": "審査へ", "from": "受付", "to": "審査"},
            {"name": "すぐ完了", "from": "受付", "to": "完了", "filterCond": "数 > 10"},
        ],
        審査=candidates("ONE", "sato", "suzuki", "gone"),
    )
    app = make_app(session, status, 数=number())
    add_record(session, caller(), app, values(数="5"), NOW)
    form = live_form(session, app)
    found = list_offers(session, caller(), app, form, 1, NOW)
    assert [(each.name, each.must_choose, [person.name for person in each.people]) for each in found.offers] == [
        ("審査へ", True, ["佐藤", "鈴木"])
    ]
    assert found.closed == ("すぐ完了",)
    session.scalars(select(Record).where(Record.app_pk == app.pk)).one().assignees = ["suzuki"]
    session.flush()
    refused = list_offers(session, caller(), app, form, 1, NOW)
    assert (refused.is_assignee, refused.offers, refused.closed) == (False, (), ())
    assert list_offers(session, caller("suzuki"), app, form, 1, NOW).offers != ()


def test_people_are_found_by_name_or_code_whatever_stands_in_the_text(session):
    make_site(session)
    assert search_principals(session, SITE, USER, "佐", 10) == [("sato", "佐藤")]
    assert search_principals(session, SITE, USER, "SUZU", 10) == [("suzuki", "鈴木")]
    assert search_principals(session, SITE, USER, "%", 10) == []
    assert search_principals(session, SITE, "ORGANIZATION", "", 10) == [("soumu", "総務課")]
    assert search_principals(session, "elsewhere", USER, "", 10) == []


def test_an_upload_is_found_by_its_own_site_only(session):
    make_site(session)
    key = store_upload(
        session, MemoryBlobStore(), SITE, name="要綱.pdf", content_type="application/pdf", data=b"%PDF", now=NOW
    )
    assert find_uploads(session, SITE, [key, "unknown", "\x00"])[key].name == "要綱.pdf"
    assert find_uploads(session, "elsewhere", [key]) == {}
