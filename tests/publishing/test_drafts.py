from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from marketplace.audit.models import AuditEvent
from marketplace.bundle.errors import BundleRefusedError
from marketplace.bundle.limits import STORED_ZIP_BYTES
from marketplace.bundle.writing import write_zip
from marketplace.catalog import queries as catalog
from marketplace.catalog.errors import VersionExistsError, VersionTooSmallError
from marketplace.kernel.actor import ANONYMOUS, Actor, Permission
from marketplace.kernel.context import Context
from marketplace.kernel.errors import ForbiddenError, UnauthenticatedError
from marketplace.kernel.pages import CursorInvalidError
from marketplace.publishing import queries, services
from marketplace.publishing.errors import (
    BundleTooLargeError,
    DraftClosedError,
    DraftHasErrorsError,
    DraftNotFoundError,
    TooManyDraftsError,
)
from marketplace.publishing.models import Draft, DraftState
from tests.bundle.factories import make_bundle, make_files, make_manifest, make_simple_app, pack
from tests.catalog_domain.factories import ASAHIKAWA, SHIMOTSUMA, SLUG, make_actor, make_municipality, with_fields
from tests.fakes import FixedClock
from tests.publishing.factories import make_draft, make_upload, make_waiting_draft, verify

ContextOf = Callable[[Actor], Context]


@pytest.fixture
def author(context_of: ContextOf) -> Context:
    """Somebody who publishes for a municipality."""
    ctx = context_of(make_actor())
    verify(ctx, make_municipality(ctx.session))
    make_municipality(ctx.session, SHIMOTSUMA)
    return ctx


def acts(ctx: Context) -> list[str]:
    return list(ctx.session.scalars(select(AuditEvent.act).order_by(AuditEvent.at, AuditEvent.act)))


def broken_upload() -> bytes:
    """Make a bundle that can be read, with a layout that places a field twice."""
    app = make_simple_app()
    app["layout"]["layout"] += app["layout"]["layout"][:1]
    return pack(make_files({"request": app}, manifest=make_manifest("request")))


def test_an_upload_is_kept_as_a_draft_in_canonical_form(author: Context) -> None:
    files = make_files()
    draft = services.upload_draft(author, pack(files))
    assert draft.state is DraftState.OPEN
    assert (draft.slug, draft.number, draft.municipality_code) == (SLUG, "1.0.0", ASAHIKAWA)
    assert author.ports.blobs.get(draft.digest) == write_zip(make_bundle())
    assert draft.can_be_released
    assert acts(author) == ["draft.uploaded"]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"PK\x03\x04", id="torn"),
        pytest.param(pack({"../../etc/passwd": b"x", **make_files()}), id="parent-path"),
        pytest.param(pack({**make_files(), "template.json": "{}".encode("utf-16")}), id="wrong-encoding"),
        pytest.param(pack({**make_files(), "template.json": b'{"format": 1}'}), id="manifest-incomplete"),
        pytest.param(pack({"README.md": b"x"}), id="no-manifest"),
    ],
)
def test_a_hostile_or_unreadable_file_leaves_nothing_behind(author: Context, data: bytes) -> None:
    with pytest.raises(BundleRefusedError) as refused:
        services.upload_draft(author, data)
    assert refused.value.details
    assert author.session.scalar(select(func.count()).select_from(Draft)) == 0
    assert acts(author) == []


def test_a_zip_bomb_is_refused(author: Context) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.md", b"0" * 80_000_000)
    with pytest.raises(BundleRefusedError):
        services.upload_draft(author, target.getvalue())


def test_a_file_over_the_limit_is_refused_unread(author: Context) -> None:
    with pytest.raises(BundleTooLargeError):
        services.upload_draft(author, bytes(STORED_ZIP_BYTES + 1))


@pytest.mark.parametrize("text", ["\x00", "\ud800"])
def test_text_that_no_database_stores_is_refused(author: Context, text: str) -> None:
    manifest = json.dumps(make_manifest("request", name={"ja": f"備{text}品", "en": "x"}))
    with pytest.raises(BundleRefusedError):
        services.upload_draft(author, pack(make_files(files={"template.json": manifest})))


def test_a_draft_with_errors_can_be_looked_at_but_not_released(author: Context) -> None:
    draft = services.upload_draft(author, broken_upload())
    assert queries.get_draft(author, draft.id).errors
    assert not draft.can_be_released
    with pytest.raises(DraftHasErrorsError) as refused:
        services.release_draft(author, draft.id)
    assert refused.value.details == draft.errors


def test_releasing_makes_a_version(author: Context) -> None:
    draft = make_draft(author)
    version = services.release_draft(author, draft.id)
    assert catalog.get_version(author, ASAHIKAWA, SLUG, "1.0.0").digest == draft.digest
    assert (draft.state, draft.version_id) == (DraftState.RELEASED, version.id)
    assert "version.released" in acts(author)


def test_a_draft_tells_what_changed_and_the_least_number(author: Context) -> None:
    services.release_draft(author, services.upload_draft(author, write_zip(with_fields("1.0.0", "件名"))).id)
    changes = {"CHANGELOG.md": "## 1.0.1\n"}
    draft = services.upload_draft(author, write_zip(with_fields("1.0.1", "件名", "備考", files=changes)))
    assert draft.least_version == "1.1.0"
    assert draft.changes.base == "1.0.0"
    assert [finding["code"] for finding in draft.errors] == ["version-number-too-small"]
    with pytest.raises(VersionTooSmallError):
        services.release_draft(author, draft.id)


def test_a_used_number_is_found_at_the_upload(author: Context) -> None:
    services.release_draft(author, make_draft(author).id)
    draft = make_draft(author)
    assert [finding["code"] for finding in draft.errors] == ["version-number-used"]
    with pytest.raises(VersionExistsError):
        services.release_draft(author, draft.id)
    assert draft.state is DraftState.OPEN


def test_a_number_used_after_the_upload_is_refused_at_the_release(author: Context) -> None:
    first, second = make_draft(author), make_draft(author)
    services.release_draft(author, first.id)
    with pytest.raises(VersionExistsError):
        services.release_draft(author, second.id)


def test_the_slug_of_another_publisher_is_free(author: Context, context_of: ContextOf) -> None:
    services.release_draft(author, make_draft(author).id)
    other = context_of(make_actor(SHIMOTSUMA))
    assert make_draft(other).errors == []


def test_a_version_number_too_long_to_sort_is_a_finding(author: Context) -> None:
    try:
        draft = make_draft(author, version="1" * 99 + "0.0.0")
    except BundleRefusedError:
        return
    assert [finding["code"] for finding in draft.errors] == ["version-number-unusable"]


@pytest.mark.parametrize("close", [services.release_draft, services.discard_draft])
def test_a_closed_draft_stays_closed(author: Context, close: Callable[[Context, str], object]) -> None:
    draft = make_draft(author)
    close(author, draft.id)
    with pytest.raises(DraftClosedError):
        services.release_draft(author, draft.id)
    with pytest.raises(DraftClosedError):
        services.discard_draft(author, draft.id)


def test_discarding_is_audited(author: Context) -> None:
    services.discard_draft(author, make_draft(author).id)
    assert sorted(acts(author)) == ["draft.discarded", "draft.uploaded"]


@pytest.mark.parametrize("act", [queries.get_draft, services.release_draft, services.discard_draft])
def test_drafts_of_others_do_not_exist(
    author: Context, context_of: ContextOf, act: Callable[[Context, str], object]
) -> None:
    draft = make_draft(author)
    with pytest.raises(DraftNotFoundError):
        act(context_of(make_actor(SHIMOTSUMA)), draft.id)


@pytest.mark.parametrize("draft_id", ["x", "\x00", "\ud800"])
def test_an_unknown_draft_is_refused(author: Context, draft_id: str) -> None:
    with pytest.raises(DraftNotFoundError):
        queries.get_draft(author, draft_id)


def test_a_stranger_can_not_upload(context_of: ContextOf) -> None:
    with pytest.raises(UnauthenticatedError):
        make_draft(context_of(ANONYMOUS))


def test_an_installer_can_not_upload(context_of: ContextOf) -> None:
    with pytest.raises(ForbiddenError):
        make_draft(context_of(make_actor(ASAHIKAWA, Permission.INSTALLS_WRITE)))


def test_open_drafts_are_limited(author: Context) -> None:
    drafts = [make_waiting_draft(author) for _ in range(services.MAX_OPEN_DRAFTS)]
    with pytest.raises(TooManyDraftsError):
        make_draft(author)
    services.discard_draft(author, drafts[0].id)
    make_draft(author)


def test_drafts_are_listed_newest_first_page_by_page(author: Context, clock: FixedClock) -> None:
    numbers = ["1.0.0", "1.0.1", "1.0.2"]
    for number in numbers:
        services.upload_draft(author, make_upload(version=number))
        clock.advance(minutes=1)
    first = queries.list_drafts(author, limit=2)
    rest = queries.list_drafts(author, limit=2, cursor=first.next_cursor)
    assert [draft.number for draft in [*first.items, *rest.items]] == numbers[::-1]
    assert rest.next_cursor is None


def test_drafts_are_filtered_by_state(author: Context) -> None:
    services.discard_draft(author, make_draft(author).id)
    assert queries.list_drafts(author, DraftState.OPEN).items == []
    assert len(queries.list_drafts(author, DraftState.DISCARDED).items) == 1


def test_a_strange_cursor_is_refused(author: Context) -> None:
    with pytest.raises(CursorInvalidError):
        queries.list_drafts(author, cursor="x")
