"""Publishing in one act: what earlier versions ask of the number is found once, unless others release meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from marketplace.bundle.writing import write_zip
from marketplace.catalog import numbering
from marketplace.catalog.errors import VersionTooSmallError
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.kernel.actor import Actor
from marketplace.kernel.context import Context
from marketplace.publishing import services
from marketplace.publishing.models import Draft, DraftState
from tests.bundle.factories import make_app, make_bundle, make_field
from tests.catalog_domain.factories import make_actor, make_municipality
from tests.publishing.factories import verify

ContextOf = Callable[[Actor], Context]


def make_next(version: str, *fields: str) -> bytes:
    app = make_app("申請", *(make_field("SINGLE_LINE_TEXT", name) for name in fields))
    changes = f"## {version}\n\n- 欄を足しました。\n"
    return write_zip(make_bundle({"request": app}, version=version, files={"CHANGELOG.md": changes}))


@pytest.fixture
def author(context_of: ContextOf) -> Context:
    """Somebody who publishes for a municipality."""
    ctx = context_of(make_actor())
    verify(ctx, make_municipality(ctx.session))
    return ctx


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Each comparison of two bundles, as it is made."""
    made: list[Any] = []
    compare = numbering.compare
    monkeypatch.setattr(numbering, "compare", lambda old, new: made.append(compare(old, new)) or made[-1])
    return made


def test_a_bundle_is_compared_with_the_version_before_it_once(author: Context, compared: list[Any]) -> None:
    services.publish_bundle(author, make_next("1.0.0", "件名"))
    version = services.publish_bundle(author, make_next("1.1.0", "件名", "備考")).version
    assert version is not None
    assert version.changes["base"] == "1.0.0"
    assert len(compared) == 1


def test_a_version_that_others_release_meanwhile_counts(
    author: Context, compared: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    services.publish_bundle(author, make_next("1.0.0", "件名"))
    other = make_next("1.2.0", "件名", "備考", "場所")
    look = services.require_pace

    def release_another(*_given: object) -> None:
        monkeypatch.setattr(services, "require_pace", look)
        assert services.publish_bundle(author, other).version

    monkeypatch.setattr(services, "require_pace", release_another)
    published = services.publish_bundle(author, make_next("1.1.0", "件名", "備考"))
    assert isinstance(published.refusal, VersionTooSmallError)
    assert author.session.get_one(Draft, published.refusal.params["draft"]).state is DraftState.OPEN
    assert len(compared) == 3


def test_a_template_that_others_begin_meanwhile_meets_the_constraint(
    author: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_next("1.0.0", "件名", "備考")
    look = services.require_pace

    def release_another(*_given: object) -> None:
        monkeypatch.setattr(services, "require_pace", look)
        assert services.publish_bundle(author, other).version

    monkeypatch.setattr(services, "require_pace", release_another)
    with pytest.raises(IntegrityError):  # The door begins again, and meets the other's version.
        services.publish_bundle(author, make_next("1.0.0", "件名"))


def test_a_pre_release_that_is_first_hides_its_template(author: Context) -> None:
    version = services.publish_bundle(author, make_next("1.0.0-beta.1", "件名")).version
    assert version is not None
    template = author.session.get_one(Template, version.template_id)
    assert template.latest_version_id is None
    stable = services.publish_bundle(author, make_next("1.0.0", "件名")).version
    assert stable is not None
    author.session.expire_all()
    assert template.latest_version_id == stable.id
    assert author.session.get_one(TemplateVersion, version.id).is_prerelease
