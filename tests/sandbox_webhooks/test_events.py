"""What webhooks hear of, and in which words."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from marketplace.sandbox.models import AppSettings, Part, Stage
from marketplace.sandbox.records import deleting, process, writing
from marketplace.sandbox.records.reading import get_record
from marketplace.sandbox.sites import seal_site
from marketplace.sandbox.webhooks.events import comment_added
from marketplace.sandbox.webhooks.outbox import due_sites
from tests.sandbox_records.factories import NOW, SITE, caller, choice, field, make_app, make_process, text, values
from tests.sandbox_webhooks.factories import deliveries, make_listened_app, make_webhook, messages

WAYS = [{"name": "進める", "from": "未処理", "to": "済"}]


@pytest.fixture
def app(session):
    return make_listened_app(session)


def test_an_added_record_is_told_as_reading_shows_it(session, app):
    writing.add_record(session, caller(), app, values(件名="申請"), NOW)
    [message] = messages(session)
    assert message.pop("id")
    assert message == {
        "type": "ADD_RECORD",
        "app": {"id": "1", "name": "申請"},
        "record": get_record(session, caller(), app, 1),
        "recordTitle": "1",
        "url": "/k/1/show#record=1",
    }


def test_a_changed_record_is_told_as_it_is_afterwards(session, app):
    writing.add_record(session, caller(), app, values(件名="前"), NOW)
    writing.update_record(session, caller(), app, {"id": 1, "record": values(件名="後")}, NOW)
    message = next(each for each in messages(session) if each["type"] == "UPDATE_RECORD")
    assert message["record"]["件名"]["value"] == "後"
    assert message["record"]["$revision"]["value"] == "2"


def test_a_record_moved_on_is_told_with_its_status(session):
    app = make_app(session, make_process("未処理", "済", actions=WAYS), 件名=text())
    make_webhook(session, app, "UPDATE_STATUS")
    writing.add_record(session, caller(), app, {}, NOW)
    process.change_status(session, caller(), app, {"id": 1, "action": "進める"}, NOW)
    [message] = messages(session)
    assert (message["type"], message["record"]["ステータス"]["value"]) == ("UPDATE_STATUS", "済")
    assert message["record"]["$revision"]["value"] == "3"


def test_a_deleted_record_is_told_by_its_number_and_who_deleted_it(session, app):
    writing.add_record(session, caller(), app, {}, NOW)
    deleting.delete_record(session, caller("suzuki"), app, 1, NOW)
    message = next(each for each in messages(session) if each["type"] == "DELETE_RECORD")
    assert message.pop("id")
    assert message == {
        "type": "DELETE_RECORD",
        "app": {"id": "1", "name": "申請"},
        "recordId": "1",
        "deletedBy": {"code": "suzuki", "name": "suzuki"},
        "deletedAt": "2026-11-23T01:30:45Z",
    }


def test_a_comment_is_told_with_the_address_that_leads_to_it(session, app):
    comment = {
        "id": "7",
        "text": "確認しました ",
        "createdAt": "2026-11-23T01:30:45Z",
        "creator": {"code": "sato", "name": "佐藤"},
        "mentions": [],
    }
    comment_added(session, caller(), app, 3, comment, NOW)
    [message] = messages(session)
    assert message.pop("id")
    assert message == {
        "type": "ADD_RECORD_COMMENT",
        "app": {"id": "1", "name": "申請"},
        "recordId": "3",
        "comment": comment,
        "url": "/k/1/show#record=3&comment=7",
    }


def test_each_webhook_gets_a_message_with_an_id_of_its_own(session, app):
    make_webhook(session, app, "ADD_RECORD")
    writing.add_record(session, caller(), app, {}, NOW)
    first, second = messages(session)
    assert first.pop("id") != second.pop("id")
    assert first == second


@pytest.mark.parametrize("event_name", ["UPDATE_RECORD", "DELETE_RECORD", "UPDATE_STATUS", "ADD_RECORD_COMMENT"])
def test_a_webhook_hears_only_of_what_it_asked_for(session, event_name):
    app = make_app(session, 件名=text())
    make_webhook(session, app, event_name)
    writing.add_record(session, caller(), app, {}, NOW)
    assert deliveries(session) == []


def test_a_webhook_that_is_switched_off_hears_nothing(session):
    app = make_app(session)
    make_webhook(session, app, active=False)
    writing.add_record(session, caller(), app, {}, NOW)
    assert deliveries(session) == []


def test_the_webhooks_of_another_app_hear_nothing(session, app):
    writing.add_record(session, caller(), make_app(session), {}, NOW)
    assert deliveries(session) == []


def test_bulk_calls_tell_nothing(session):
    app = make_app(session, make_process("未処理", "済", actions=WAYS), 件名=text(unique=True))
    make_webhook(session, app)
    writing.add_records(session, caller(), app, [values(件名="一"), values(件名="二")], NOW)
    writing.update_records(session, caller(), app, [{"id": 1, "record": values(件名="三")}], NOW)
    upsert = {"updateKey": {"field": "件名", "value": "四"}, "record": {}}
    writing.upsert_records(session, caller(), app, [upsert], NOW)
    process.change_statuses(session, caller(), app, [{"id": 1, "action": "進める"}], NOW)
    deleting.delete_records(session, caller(), app, [1, 2])
    assert deliveries(session) == []


def test_nothing_leaves_a_site_that_is_sealed(session, app):
    writing.add_record(session, caller(), app, values(件名="前"), NOW)
    assert due_sites(session, NOW) == [SITE]
    seal_site(session, SITE)
    writing.add_record(session, caller(), app, values(件名="後"), NOW)
    assert due_sites(session, NOW) == []
    assert len(deliveries(session)) == 1


def test_an_act_that_is_undone_is_not_told(session, app):
    savepoint = session.begin_nested()
    writing.add_record(session, caller(), app, {}, NOW)
    savepoint.rollback()
    assert deliveries(session) == []


def test_an_app_without_webhooks_pays_with_one_statement(session):
    app = make_app(session, 件名=text())
    writing.add_record(session, caller(), app, {}, NOW)
    sent: list[str] = []

    def listen(_connection, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", listen)
    writing.update_record(session, caller(), app, {"id": 1, "record": values(件名="後")}, NOW)
    event.remove(engine, "before_cursor_execute", listen)
    assert len([statement for statement in sent if "webhook" in statement]) == 1


class TestTitles:
    def title_of(self, session, app, cells, settings=None, layout=()):
        documents = {Part.SETTINGS: settings or {}, Part.LAYOUT: {"layout": list(layout)}}
        for part, document in documents.items():
            session.add(AppSettings(app_pk=app.pk, stage=Stage.LIVE, part=part, document=document))
        make_webhook(session, app, "ADD_RECORD")
        writing.add_record(session, caller(), app, cells, NOW)
        return messages(session)[0]["recordTitle"]

    def test_the_field_that_the_app_names(self, session):
        app = make_app(session, 件名=text(), 担当=field("USER_SELECT"))
        named = {"titleField": {"selectionMode": "MANUAL", "code": "担当"}}
        cells = values(件名="申請", 担当=[{"code": "sato"}, {"code": "suzuki"}])
        assert self.title_of(session, app, cells, named) == "佐藤, 鈴木"

    def test_the_first_line_of_text_of_the_form_also_in_a_group(self, session):
        app = make_app(session, 区分=choice("DROP_DOWN", "甲"), 後=text(), 先=text())
        rows = [{"type": "ROW", "fields": [{"type": kind, "code": code}]} for kind, code in
                [("DROP_DOWN", "区分"), ("LABEL", ""), ("SINGLE_LINE_TEXT", "先")]]  # fmt: skip
        layout = [{"type": "GROUP", "code": "囲み", "layout": rows}]
        layout += [{"type": "ROW", "fields": [{"type": "SINGLE_LINE_TEXT", "code": "後"}]}]
        assert self.title_of(session, app, values(先="一", 後="二", 区分="甲"), layout=layout) == "一"

    @pytest.mark.parametrize("mode", ["MANUAL", "AUTO"])
    def test_the_number_of_a_record_whose_title_is_empty(self, session, mode):
        app = make_app(session, 件名=text())
        named = {"titleField": {"selectionMode": mode, "code": "件名"}}
        assert self.title_of(session, app, {}, named) == "1"
