"""An open draft is changed where it stands, checked and scanned anew, and nobody overwrites what others saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from marshmallow import ValidationError
from sqlalchemy import select

from marketplace.audit.models import AuditEvent
from marketplace.bundle.model import Bundle
from marketplace.bundle.reading import read_zip
from marketplace.bundle.writing import write_zip
from marketplace.catalog import queries as catalog
from marketplace.kernel.actor import ANONYMOUS, Actor, ActorKind, Permission
from marketplace.kernel.context import Context
from marketplace.kernel.errors import ForbiddenError, UnauthenticatedError
from marketplace.publishing import answers, editing, services
from marketplace.publishing.errors import (
    DraftChangedError,
    DraftClosedError,
    DraftNotFoundError,
    SecondPersonNeededError,
)
from marketplace.publishing.models import Draft, DraftEdit
from marketplace.publishing.proposing import propose_number
from marketplace.publishing.texts import apply_texts, texts_of
from marketplace.publishing.texts_inputs import load_texts
from marketplace.storage.models import AbandonedBlob
from marketplace.workspaces.tokens import issue_token
from tests.bundle.factories import make_app, make_bundle, make_field, make_joined_bundle, make_manifest
from tests.catalog_domain.factories import ASAHIKAWA, SHIMOTSUMA, SLUG, make_actor, make_municipality, with_fields
from tests.publishing.factories import make_draft, verify

ContextOf = Callable[[Actor], Context]
PHONE = "0166-26-1111"
FULL: dict[str, Any] = {
    "placeholders": [
        {
            "key": "chief",
            "kind": "USER",
            "label": {"ja": "所属長"},
            "hint": {"ja": "課長を選びます。", "en": "The head."},
        }
    ],
    "localise": [{"app": "request", "field": "地区"}],
    "personal_data": {"handles": True, "kinds": ["氏名"], "notice": {"ja": "注意"}},
    "laws": ["地方自治法第232条の2"],
    "hours_saved": {"per_year": 120, "basis": {"ja": "聞き取り"}},
}


@pytest.fixture
def author(context_of: ContextOf) -> Context:
    """Somebody who publishes for a municipality."""
    ctx = context_of(make_actor())
    verify(ctx, make_municipality(ctx.session))
    make_municipality(ctx.session, SHIMOTSUMA)
    return ctx


@pytest.fixture
def second(context_of: ContextOf, author: Context) -> Context:
    """Somebody else of the same municipality."""
    return context_of(make_actor(person_id="second"))


def bundle_of(ctx: Context, draft: Draft) -> Bundle:
    return read_zip(ctx.ports.blobs.get(draft.digest))


def waiting(ctx: Context, draft: Draft) -> list[str]:
    listed = answers.list_answers(ctx, draft, draft.findings)
    return [one.finding["held"]["id"] for one in listed if one.answer is None]


def answer(ctx: Context, draft: Draft, finding_id: str) -> None:
    answers.answer_finding(ctx, draft.id, {"finding": finding_id, "answer": "meant"})


def codes(draft: Draft) -> list[str]:
    return [finding["code"] for finding in draft.findings]


def test_what_changes_is_written_into_a_new_bundle_and_everything_else_stays(author: Context) -> None:
    draft = make_draft(author, **FULL)
    before, digest = bundle_of(author, draft), draft.digest
    editing.edit_texts(author, draft.id, {"name": {"ja": "補助金の受付"}, "readme": {"en": "# Grants\n"}}, draft.digest)
    after = bundle_of(author, draft)
    assert (draft.name_ja, draft.name_en) == ("補助金の受付", "Subsidy management")
    assert after.documents == {**before.documents, "README.en.md": "# Grants\n"}
    assert after.apps == before.apps
    assert after.images == before.images
    assert after.manifest.raw == {**before.manifest.raw, "name": {"ja": "補助金の受付", "en": "Subsidy management"}}
    assert author.session.scalar(select(AbandonedBlob.digest)) == digest
    assert author.session.scalars(select(AuditEvent.act)).all() == ["draft.uploaded", "draft.edited"]


def test_saving_what_was_shown_changes_nothing(author: Context) -> None:
    draft = make_draft(author, **FULL)
    digest = draft.digest
    editing.edit_texts(author, draft.id, editing.get_texts(author, draft.id), digest)
    assert draft.digest == digest
    assert author.session.scalar(select(DraftEdit.position)) is None


@pytest.mark.parametrize(
    "bundle", [make_bundle(**FULL), make_bundle(), make_joined_bundle()], ids=["full", "plain", "set"]
)
def test_texts_that_are_read_and_written_again_give_the_same_bundle(bundle: Bundle) -> None:
    texts = texts_of(bundle)
    assert write_zip(apply_texts(bundle, load_texts(texts, texts))) == write_zip(bundle)


def test_every_text_can_be_emptied_that_a_bundle_may_do_without(author: Context) -> None:
    draft = make_draft(author, **FULL)
    emptied = {
        **dict.fromkeys(("departments", "keywords", "laws")),
        **dict.fromkeys(("personal_data", "hours_saved")),
        "name": {"en": None},
        "placeholders": {"chief": {"hint": None}},
    }
    editing.edit_texts(author, draft.id, emptied)
    raw = bundle_of(author, draft).manifest.raw
    assert {"departments", "keywords", "laws", "personal_data", "hours_saved"} & set(raw) == set()
    assert raw["name"] == {"ja": "補助金申請管理"}
    assert raw["placeholders"] == [{"key": "chief", "kind": "USER", "label": {"ja": "所属長"}}]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"name": {"ja": " "}}, ["name", "ja"]),
        ({"name": {"ja": "あ" * 101}}, ["name", "ja"]),
        ({"name": "補助金"}, ["name"]),
        ({"summary": None}, ["summary"]),
        ({"version": "1.0"}, ["version"]),
        ({"category": "x"}, ["category"]),
        ({"license": "CC BY 4.0"}, ["license"]),
        ({"keywords": ["a", "a"]}, ["keywords"]),
        ({"keywords": "補助金"}, ["keywords"]),
        ({"departments": ["課"] * 51}, ["departments"]),
        ({"readme": {"ja": "\x00"}}, ["readme", "ja"]),
        ({"personal_data": {"handles": "yes"}}, ["personal_data", "handles"]),
        ({"personal_data": {"kinds": ["氏名"]}}, ["personal_data", "handles"]),
        ({"personal_data": {"handles": True, "notice": {"en": "x"}}}, ["personal_data", "notice", "ja"]),
        ({"hours_saved": {"per_year": -1}}, ["hours_saved", "per_year"]),
        ({"hours_saved": {"per_year": "多い"}}, ["hours_saved", "per_year"]),
        ({"slug": "other"}, ["slug"]),
        ({"apps": []}, ["apps"]),
        ({"placeholders": {"other": {"label": {"ja": "x"}}}}, ["placeholders", "other"]),
        ({"localise": {"request/x": {"ja": "x"}}}, ["localise", "request/x"]),
    ],
    ids=str,
)
def test_what_no_bundle_may_hold_is_refused_at_its_place(
    author: Context, data: dict[str, Any], place: list[str]
) -> None:
    draft = make_draft(author)
    digest = draft.digest
    with pytest.raises(ValidationError) as refused:
        editing.edit_texts(author, draft.id, data)
    messages: Any = refused.value.messages
    for step in place:
        messages = messages[step]
    assert draft.digest == digest


def test_the_later_of_two_is_told_and_overwrites_nothing(author: Context, second: Context) -> None:
    draft = make_draft(author)
    seen = draft.digest
    editing.edit_texts(author, draft.id, {"name": {"ja": "先の名前"}}, seen)
    with pytest.raises(DraftChangedError):
        editing.edit_texts(second, draft.id, {"name": {"ja": "後の名前"}}, seen)
    assert draft.name_ja == "先の名前"
    base = editing.find_replaced_texts(second, draft, seen)
    assert base is not None
    assert base["name"]["ja"] == "補助金申請管理"


def test_what_another_draft_held_is_no_base_to_compare_with(author: Context) -> None:
    draft, other = make_draft(author), make_draft(author, slug="other")
    assert editing.find_replaced_texts(author, draft, other.digest) is None
    assert editing.find_replaced_texts(author, draft, "") is None


def test_only_those_who_publish_for_the_municipality_may_edit(author: Context, context_of: ContextOf) -> None:
    draft = make_draft(author)
    callers = {
        DraftNotFoundError: make_actor(SHIMOTSUMA),
        ForbiddenError: make_actor(ASAHIKAWA, Permission.WORKSPACES_READ),
        UnauthenticatedError: ANONYMOUS,
    }
    for refusal, actor in callers.items():
        with pytest.raises(refusal):
            editing.edit_texts(context_of(actor), draft.id, {"name": {"ja": "x"}})
        with pytest.raises(refusal):
            editing.get_texts(context_of(actor), draft.id)


@pytest.mark.parametrize("close", [services.release_draft, services.discard_draft])
def test_a_closed_draft_stays_as_it_is(author: Context, close: Callable[[Context, str], object]) -> None:
    draft = make_draft(author)
    close(author, draft.id)
    with pytest.raises(DraftClosedError):
        editing.edit_texts(author, draft.id, {"name": {"ja": "x"}})


def test_a_finding_goes_when_its_text_is_corrected(author: Context) -> None:
    draft = make_draft(author, summary={"ja": f"電話は{PHONE}です。"})
    assert draft.unanswered == 1
    editing.edit_texts(author, draft.id, {"summary": {"ja": "補助金の受付。"}})
    assert (draft.findings, draft.unanswered, draft.can_be_released) == ([], 0, True)


def test_nobody_answers_for_what_they_wrote_into_the_draft_of_somebody_else(author: Context, second: Context) -> None:
    draft = make_draft(author)
    editing.edit_texts(second, draft.id, {"summary": {"ja": f"電話は{PHONE}です。"}})
    (finding,) = waiting(author, draft)
    with pytest.raises(SecondPersonNeededError):
        answer(second, draft, finding)
    answer(author, draft, finding)
    assert draft.can_be_released


def test_an_answer_still_counts_after_its_giver_mended_something_else(author: Context, second: Context) -> None:
    draft = make_draft(author, summary={"ja": f"電話は{PHONE}です。"})
    (finding,) = waiting(author, draft)
    answer(second, draft, finding)
    editing.edit_texts(second, draft.id, {"name": {"ja": "補助金の受付"}})
    assert waiting(author, draft) == []
    with pytest.raises(SecondPersonNeededError):
        answer(author, draft, finding)


def test_a_changed_value_needs_an_answer_of_its_own(author: Context, second: Context) -> None:
    draft = make_draft(author, summary={"ja": f"電話は{PHONE}です。"})
    answer(second, draft, waiting(author, draft)[0])
    editing.edit_texts(author, draft.id, {"summary": {"ja": "電話は0166-26-2222です。"}})
    assert draft.unanswered == 1
    assert not draft.can_be_released


def test_a_value_that_is_taken_out_and_put_back_is_of_whoever_put_it_back(author: Context, second: Context) -> None:
    draft = make_draft(author, summary={"ja": f"電話は{PHONE}です。"})
    editing.edit_texts(author, draft.id, {"summary": {"ja": "補助金の受付。"}})
    editing.edit_texts(second, draft.id, {"summary": {"ja": f"電話は{PHONE}です。"}})
    (finding,) = waiting(author, draft)
    with pytest.raises(SecondPersonNeededError):
        answer(second, draft, finding)


def test_a_token_edits_in_the_name_of_who_issued_it(author: Context, context_of: ContextOf) -> None:
    issuer = context_of(make_actor(person_id="issuer"))
    token = issue_token(issuer, {"name": "CI", "scopes": [Permission.TEMPLATES_PUBLISH.value]}).token
    program = context_of(
        Actor(
            ActorKind.TOKEN,
            token_id=token.id,
            municipality_code=ASAHIKAWA,
            permissions=frozenset({Permission.TEMPLATES_PUBLISH}),
            name="CI",
        )
    )
    draft = make_draft(author)
    editing.edit_texts(program, draft.id, {"summary": {"ja": f"電話は{PHONE}です。"}})
    with pytest.raises(SecondPersonNeededError):
        answer(issuer, draft, waiting(author, draft)[0])


def test_what_was_not_shown_for_its_number_is_of_everybody_who_wrote(author: Context, second: Context) -> None:
    many = "、".join(f"0166-26-{number}" for number in range(2000, 2150))
    draft = services.upload_draft(author, write_zip(make_bundle()))
    editing.edit_texts(author, draft.id, {"readme": {"ja": many}})
    assert "personal-data-too-many" in codes(draft)
    shown = set(waiting(author, draft))
    editing.edit_texts(second, draft.id, {"readme": {"ja": "、".join(f"0166-26-{n}" for n in range(2100, 2150))}})
    hidden_before = set(waiting(author, draft)) - shown
    assert hidden_before
    for ctx in (author, second):
        with pytest.raises(SecondPersonNeededError):
            answer(ctx, draft, min(hidden_before))


def test_the_least_number_that_follows_is_proposed_with_its_reason(author: Context) -> None:
    services.release_draft(author, services.upload_draft(author, write_zip(with_fields("1.0.0", "件名", "備考"))).id)
    draft = services.upload_draft(author, write_zip(with_fields("1.0.0", "件名")))
    proposal = propose_number(author, ASAHIKAWA, bundle_of(author, draft))
    assert (proposal.number, proposal.changes.base, proposal.changes.bump) == ("2.0.0", "1.0.0", "major")
    assert ["備考" in change.text.ja for change in proposal.reasons] == [True]


def test_a_number_that_will_do_is_left_as_it_is(author: Context) -> None:
    services.release_draft(author, make_draft(author).id)
    draft = make_draft(author, version="3.0.0", summary={"ja": "別の概要。"})
    assert propose_number(author, ASAHIKAWA, bundle_of(author, draft)).number == "3.0.0"


def test_a_number_that_is_too_small_is_kept_and_found(author: Context) -> None:
    services.release_draft(author, make_draft(author).id)
    draft = make_draft(author, version="1.1.0", license="MIT")
    editing.edit_texts(author, draft.id, {"version": "1.0.1", "changelog": "## 1.0.1\n\n- 利用条件を変えました。\n"})
    assert codes(draft) == ["version-number-too-small"]
    editing.edit_texts(author, draft.id, {"version": "1.1.0", "changelog": "## 1.1.0\n\n- 利用条件を変えました。\n"})
    assert codes(draft) == []
    services.release_draft(author, draft.id)
    assert catalog.get_version(author, ASAHIKAWA, SLUG, "1.1.0").digest == draft.digest


def test_an_app_of_its_own_is_untouched_by_its_texts(author: Context) -> None:
    app = make_app("申請", make_field("SINGLE_LINE_TEXT", "件名"))
    bundle = make_bundle({"request": app}, manifest=make_manifest("request", **{**FULL, "localise": None}))
    draft = services.upload_draft(author, write_zip(bundle))
    editing.edit_texts(author, draft.id, {"placeholders": {"chief": {"label": {"ja": "承認者"}}}})
    assert bundle_of(author, draft).apps == bundle.apps
    assert bundle_of(author, draft).manifest.placeholders[0].label.ja == "承認者"
