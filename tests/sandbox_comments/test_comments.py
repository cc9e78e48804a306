"""Comments as their services keep them, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.sandbox.comments.errors import CommentNotFoundError, CommentOfAnotherError, CommentsDisabledError
from marketplace.sandbox.comments.inputs import NewComment
from marketplace.sandbox.comments.models import Comment
from marketplace.sandbox.comments.services import add_comment, delete_comment, list_comments, may_comment
from marketplace.sandbox.errors import AppNotFoundError, RecordNotFoundError
from marketplace.sandbox.models import AppSettings, Part, Stage
from marketplace.sandbox.records.deleting import delete_records
from marketplace.sandbox.records.errors import (
    GroupNotFoundError,
    OrganizationNotFoundError,
    TokenNotAllowedError,
    UserNotFoundError,
)
from marketplace.sandbox.records.writing import add_records
from marketplace.sandbox.settings.store import INITIAL
from tests.sandbox_records.factories import NOW, caller, make_app, text, values


@pytest.fixture
def app(session):
    """An app with two records."""
    made = make_app(session, 件名=text())
    add_records(session, caller(), made, [values(件名="一"), values(件名="二")], NOW)
    return made


def write(session, app, words="確認しました。", record_id=1, by="sato", mentions=()):
    return add_comment(session, caller(by), app, record_id, NewComment(words, tuple(mentions)), NOW)


def ids(page):
    return [int(each["id"]) for each in page.comments]


def test_a_comment_is_shown_with_its_writer_and_one_blank_behind_its_text(session, app):
    write(session, app, "一行目\n二行目")
    (shown,) = list_comments(session, caller(), app, 1).comments
    assert shown == {
        "id": "1",
        "text": "一行目\n二行目 ",
        "createdAt": "2026-11-23T01:30:45Z",
        "creator": {"code": "sato", "name": "佐藤"},
        "mentions": [],
    }


def test_each_record_numbers_its_own_comments(session, app):
    assert [write(session, app), write(session, app), write(session, app, record_id=2)] == [1, 2, 1]


def test_a_number_is_not_given_again_after_the_comment_is_gone(session, app):
    delete_comment(session, caller(), app, 1, write(session, app))
    assert write(session, app) == 2


@pytest.mark.parametrize(
    ("options", "shown", "older", "newer"),
    [
        ({}, [5, 4, 3, 2, 1], False, False),
        ({"limit": 2}, [5, 4], True, False),
        ({"limit": 2, "offset": 2}, [3, 2], True, True),
        ({"limit": 2, "offset": 4}, [1], False, True),
        ({"newest_first": False, "limit": 2}, [1, 2], False, True),
        ({"newest_first": False, "limit": 2, "offset": 1}, [2, 3], True, True),
        ({"newest_first": False, "offset": 3}, [4, 5], True, False),
        ({"limit": 0}, [], False, False),
        ({"offset": 5}, [], False, False),
    ],
)
def test_older_and_newer_tell_of_smaller_and_larger_numbers_whatever_the_order(
    session, app, options, shown, older, newer
):
    for _ in range(5):
        write(session, app)
    page = list_comments(session, caller(), app, 1, **options)
    assert (ids(page), page.older, page.newer) == (shown, older, newer)


def test_those_mentioned_stand_before_the_text(session, app):
    mentions = [("USER", "suzuki"), ("ORGANIZATION", "soumu"), ("GROUP", "everyone")]
    write(session, app, "お願いします。", mentions=mentions)
    (shown,) = list_comments(session, caller(), app, 1).comments
    assert shown["text"] == "鈴木 総務課 Everyone お願いします。 "
    assert shown["mentions"] == [{"code": code, "type": kind} for kind, code in mentions]


@pytest.mark.parametrize(
    ("kind", "code", "refusal"),
    [
        ("USER", "nobody", UserNotFoundError),
        ("GROUP", "soumu", GroupNotFoundError),
        ("ORGANIZATION", "everyone", OrganizationNotFoundError),
    ],
)
def test_somebody_the_site_does_not_know_can_not_be_mentioned(session, app, kind, code, refusal):
    with pytest.raises(refusal):
        write(session, app, mentions=[(kind, code)])
    assert list_comments(session, caller(), app, 1).comments == []


def test_only_the_writer_deletes_a_comment(session, app):
    written = write(session, app)
    for other in ("suzuki", "admin"):
        with pytest.raises(CommentOfAnotherError):
            delete_comment(session, caller(other), app, 1, written)
    delete_comment(session, caller("sato"), app, 1, written)
    with pytest.raises(CommentNotFoundError):
        delete_comment(session, caller("sato"), app, 1, written)


def test_a_comment_of_another_record_does_not_exist(session, app):
    written = write(session, app)
    with pytest.raises(CommentNotFoundError):
        delete_comment(session, caller(), app, 2, written)


@pytest.mark.parametrize("comment_id", [2, 2**31, 2**63 - 1])
def test_a_comment_that_is_not_there_can_not_be_deleted(session, app, comment_id):
    write(session, app)
    with pytest.raises(CommentNotFoundError):
        delete_comment(session, caller(), app, 1, comment_id)


def test_comments_go_with_their_record(session, app):
    write(session, app)
    write(session, app, record_id=2)
    delete_records(session, caller(), app, [1])
    assert session.scalars(select(Comment.record_id)).all() == [2]


@pytest.mark.parametrize("record_id", [3, 0, 2**40])
def test_a_record_that_is_not_there_has_no_comments(session, app, record_id):
    with pytest.raises(RecordNotFoundError):
        write(session, app, record_id=record_id)
    with pytest.raises(RecordNotFoundError):
        list_comments(session, caller(), app, record_id)
    with pytest.raises(RecordNotFoundError):
        delete_comment(session, caller(), app, record_id, 1)


def test_an_app_may_have_comments_switched_off(session, app):
    written = write(session, app)
    assert may_comment(session, app)
    settings = INITIAL[Part.SETTINGS] | {"enableComments": False}
    session.add(AppSettings(app_pk=app.pk, stage=Stage.LIVE, part=Part.SETTINGS, document=settings))
    session.flush()
    assert not may_comment(session, app)
    for refused in (
        lambda: write(session, app),
        lambda: list_comments(session, caller(), app, 1),
        lambda: delete_comment(session, caller(), app, 1, written),
    ):
        with pytest.raises(CommentsDisabledError):
            refused()


def test_a_token_writes_as_administrator_if_it_may_see_records(session, app):
    for permissions, refusal in ((frozenset({"add", "edit"}), TokenNotAllowedError), (frozenset({"view"}), None)):
        by_token = caller("Administrator", token_permissions={app.app_id: permissions})
        if refusal:
            with pytest.raises(refusal):
                add_comment(session, by_token, app, 1, NewComment("x"), NOW)
        else:
            add_comment(session, by_token, app, 1, NewComment("x"), NOW)
    assert list_comments(session, caller(), app, 1).comments[0]["creator"]["code"] == "Administrator"


def test_the_app_of_another_site_does_not_exist(session, app):
    stranger = caller().__class__(site_id="elsewhere", code="sato", name="sato")
    with pytest.raises(AppNotFoundError):
        list_comments(session, stranger, app, 1)
