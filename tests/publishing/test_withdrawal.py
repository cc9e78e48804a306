from __future__ import annotations

from collections.abc import Callable

import pytest
from marshmallow import ValidationError
from sqlalchemy import select

from marketplace.audit.models import AuditEvent
from marketplace.catalog import queries as catalog
from marketplace.catalog.errors import TemplateNotFoundError, VersionNotFoundError, VersionWithdrawnError
from marketplace.kernel.actor import ANONYMOUS, Actor, Permission
from marketplace.kernel.context import Context
from marketplace.kernel.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from marketplace.publishing.services import withdraw_version
from tests.catalog_domain.factories import ASAHIKAWA, SHIMOTSUMA, SLUG, make_actor, make_version

ContextOf = Callable[[Actor], Context]


@pytest.fixture
def author(context_of: ContextOf, ctx: Context) -> Context:
    """The publisher of a template in two versions."""
    make_version(ctx)
    make_version(ctx, "1.0.1")
    return context_of(make_actor())


def test_a_withdrawn_version_is_hidden_from_new_installs(author: Context) -> None:
    withdraw_version(author, ASAHIKAWA, SLUG, "1.0.1", " 計算式の誤り ")
    assert catalog.resolve_version(author, ASAHIKAWA, SLUG, None).number == "1.0.0"
    with pytest.raises(VersionWithdrawnError):
        catalog.resolve_version(author, ASAHIKAWA, SLUG, "1.0.1")


def test_the_reason_is_shown_and_audited(author: Context) -> None:
    withdraw_version(author, ASAHIKAWA, SLUG, "1.0.1", {"reason": "計算式の誤り"})
    assert catalog.get_version(author, ASAHIKAWA, SLUG, "1.0.1").withdrawal_reason == "計算式の誤り"
    audited = author.session.scalars(select(AuditEvent).where(AuditEvent.act == "version.withdrawn")).one()
    assert audited.facts["reason"] == "計算式の誤り"


def test_withdrawing_twice_changes_nothing(author: Context) -> None:
    withdraw_version(author, ASAHIKAWA, SLUG, "1.0.1", "最初")
    assert withdraw_version(author, ASAHIKAWA, SLUG, "1.0.1", "次").withdrawal_reason == "最初"
    assert len(list(author.session.scalars(select(AuditEvent).where(AuditEvent.act == "version.withdrawn")))) == 1


@pytest.mark.parametrize("reason", ["", "  ", "あ" * 501, "\x00", "\ud800", None, 1])
def test_a_reason_of_at_most_500_characters_is_required(author: Context, reason: object) -> None:
    with pytest.raises(ValidationError):
        withdraw_version(author, ASAHIKAWA, SLUG, "1.0.1", {"reason": reason})


def test_only_its_publisher_withdraws_a_version(author: Context, context_of: ContextOf) -> None:
    with pytest.raises(NotFoundError):
        withdraw_version(context_of(make_actor(SHIMOTSUMA)), ASAHIKAWA, SLUG, "1.0.1", "理由")
    with pytest.raises(ForbiddenError):
        withdraw_version(context_of(make_actor(ASAHIKAWA, Permission.REVIEWS_WRITE)), ASAHIKAWA, SLUG, "1.0.1", "理由")
    with pytest.raises(UnauthenticatedError):
        withdraw_version(context_of(ANONYMOUS), ASAHIKAWA, SLUG, "1.0.1", "理由")


def test_what_is_not_there_can_not_be_withdrawn(author: Context) -> None:
    with pytest.raises(VersionNotFoundError):
        withdraw_version(author, ASAHIKAWA, SLUG, "9.9.9", "理由")
    with pytest.raises(TemplateNotFoundError):
        withdraw_version(author, ASAHIKAWA, "x", "1.0.0", "理由")
