"""Pictures of a draft: hostile files are refused with the reason, photographs are freed of what they tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from marshmallow import ValidationError

from marketplace.bundle.limits import IMAGE_BYTES
from marketplace.bundle.model import Bundle
from marketplace.bundle.reading import read_zip
from marketplace.bundle.writing import write_zip
from marketplace.kernel.actor import Actor, Permission
from marketplace.kernel.context import Context
from marketplace.kernel.errors import ForbiddenError
from marketplace.publishing import pictures, services
from marketplace.publishing.errors import (
    DraftChangedError,
    DraftClosedError,
    DraftNotFoundError,
    PictureNotFoundError,
)
from marketplace.publishing.models import Draft
from tests.bundle.factories import ICON, make_bundle
from tests.catalog_domain.factories import ASAHIKAWA, SHIMOTSUMA, make_actor, make_municipality
from tests.picture_files import GPS, make_jpeg, make_photograph, make_png
from tests.publishing.factories import make_draft

ContextOf = Callable[[Actor], Context]
ALT = {"alt": {"ja": "申請の一覧", "en": "List of requests"}}
PHOTOGRAPH = make_photograph((GPS, 1))
SCRIPT = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def author(context_of: ContextOf) -> Context:
    """Somebody who publishes for a municipality."""
    ctx = context_of(make_actor())
    make_municipality(ctx.session)
    make_municipality(ctx.session, SHIMOTSUMA)
    return ctx


def bundle_of(ctx: Context, draft: Draft) -> Bundle:
    return read_zip(ctx.ports.blobs.get(draft.digest))


def listed(ctx: Context, draft: Draft) -> list[str]:
    return [picture.file for picture in bundle_of(ctx, draft).manifest.pictures]


def with_three(ctx: Context) -> Draft:
    """Make a draft with three pictures on its page."""
    draft = make_draft(ctx)
    for dots in (b"1", b"2", b"3"):
        pictures.add_picture(ctx, draft.id, make_png((b"pHYs", dots)), ALT)
    return draft


def test_a_photograph_is_added_without_its_place(author: Context) -> None:
    draft = make_draft(author)
    pictures.add_picture(author, draft.id, PHOTOGRAPH, ALT, revision=draft.digest)
    bundle = bundle_of(author, draft)
    assert bundle.images == {"images/icon.svg": ICON, "images/picture-1.jpg": make_jpeg()}
    assert bundle.manifest.raw["pictures"] == [{"file": "images/picture-1.jpg", **ALT}]
    assert (draft.findings, draft.can_be_released) == ([], True)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "選んでください"),
        (b"GIF89a", "使える画像ではありません"),
        (b"<html></html>", "使える画像ではありません"),
        (SCRIPT, "script"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="x"/>', "onload"),
        (make_png()[:30], "壊れている"),
        (make_png((b"pHYs", bytes(IMAGE_BYTES))), "大きすぎます"),
    ],
    ids=["nothing", "other kind", "page", "script", "handler", "half", "too large"],
)
def test_a_hostile_file_is_refused_with_the_reason(author: Context, data: bytes, said: str) -> None:
    draft = make_draft(author)
    digest = draft.digest
    calls = {
        "picture": lambda: pictures.add_picture(author, draft.id, data, ALT),
        "icon": lambda: pictures.replace_icon(author, draft.id, data),
    }
    for name, call in calls.items():
        with pytest.raises(ValidationError) as refused:
            call()
        (message,) = refused.value.messages[name]
        assert said in message.ja or name == "icon"
    assert draft.digest == digest


@pytest.mark.parametrize("alt", [{}, {"alt": {"ja": "一覧", "en": ""}}, {"alt": {"ja": " ", "en": "List"}}], ids=str)
def test_a_picture_needs_words_in_both_languages(author: Context, alt: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        pictures.add_picture(author, make_draft(author).id, make_png(), alt)
    assert set(refused.value.messages) == {"alt"}


def test_pictures_are_put_in_order_and_described(author: Context) -> None:
    draft = with_three(author)
    first, second, third = listed(author, draft)
    order = [{"file": third, "alt": {"ja": "詳細", "en": "Details"}}, {"file": first, **ALT}]
    pictures.arrange_pictures(author, draft.id, {"pictures": order})
    bundle = bundle_of(author, draft)
    assert bundle.manifest.raw["pictures"] == order
    assert second in bundle.images


def test_only_pictures_of_the_draft_are_listed_and_each_once(author: Context) -> None:
    draft = with_three(author)
    first = listed(author, draft)[0]
    with pytest.raises(PictureNotFoundError):
        pictures.arrange_pictures(author, draft.id, {"pictures": [{"file": "apps/request/files/x.png", **ALT}]})
    with pytest.raises(ValidationError):
        pictures.arrange_pictures(author, draft.id, {"pictures": [{"file": first, **ALT}] * 2})


def test_a_removed_picture_leaves_the_page_and_the_file(author: Context) -> None:
    draft = with_three(author)
    first, second, third = listed(author, draft)
    pictures.remove_picture(author, draft.id, second)
    assert listed(author, draft) == [first, third]
    assert second not in bundle_of(author, draft).images
    pictures.add_picture(author, draft.id, make_png(), ALT)
    assert listed(author, draft) == [first, third, second]
    for path in (first, third, second):
        pictures.remove_picture(author, draft.id, path)
    assert "pictures" not in bundle_of(author, draft).manifest.raw


def test_the_icon_is_replaced_and_never_removed(author: Context) -> None:
    draft = make_draft(author)
    pictures.replace_icon(author, draft.id, make_png())
    bundle = bundle_of(author, draft)
    assert (bundle.manifest.icon, bundle.images) == ("images/icon.png", {"images/icon.png": make_png()})
    with pytest.raises(PictureNotFoundError):
        pictures.remove_picture(author, draft.id, "images/icon.png")
    with pytest.raises(ValidationError):
        pictures.replace_icon(author, draft.id, make_jpeg())


def test_an_icon_that_the_readme_shows_stays_beside_the_new_one(author: Context) -> None:
    bundle = make_bundle(files={"README.md": "![図](images/icon.svg)"})
    draft = services.upload_draft(author, write_zip(bundle))
    pictures.replace_icon(author, draft.id, make_png())
    assert set(bundle_of(author, draft).images) == {"images/icon.svg", "images/icon.png"}


def test_a_photograph_that_was_uploaded_is_freed_by_one_act(author: Context) -> None:
    files = {"images/photo.jpg": PHOTOGRAPH, "images/half.jpg": PHOTOGRAPH[:40]}
    draft = services.upload_draft(author, write_zip(make_bundle(files=files)))
    assert [error["code"] for error in draft.errors] == ["picture-location"]
    pictures.clean_pictures(author, draft.id)
    assert draft.errors == []
    assert bundle_of(author, draft).images["images/half.jpg"] == PHOTOGRAPH[:40]


def test_there_are_twenty_pictures_at_most(author: Context) -> None:
    names = [f"images/p{number}.png" for number in range(20)]
    bundle = make_bundle(pictures=[{"file": name, **ALT} for name in names], files=dict.fromkeys(names, make_png()))
    draft = services.upload_draft(author, write_zip(bundle))
    with pytest.raises(ValidationError) as refused:
        pictures.add_picture(author, draft.id, make_png(), ALT)
    assert set(refused.value.messages) == {"picture"}


ACTS: dict[str, Callable[[Context, str, str | None], object]] = {
    "add": lambda ctx, draft_id, seen: pictures.add_picture(ctx, draft_id, make_png(), ALT, revision=seen),
    "arrange": lambda ctx, draft_id, seen: pictures.arrange_pictures(ctx, draft_id, {"pictures": []}, revision=seen),
    "remove": lambda ctx, draft_id, seen: pictures.remove_picture(ctx, draft_id, "images/icon.svg", revision=seen),
    "icon": lambda ctx, draft_id, seen: pictures.replace_icon(ctx, draft_id, make_png(), revision=seen),
    "clean": lambda ctx, draft_id, seen: pictures.clean_pictures(ctx, draft_id, revision=seen),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_only_those_who_publish_change_pictures_and_only_of_what_they_saw(
    author: Context, context_of: ContextOf, act: Callable[[Context, str, str | None], object]
) -> None:
    draft = make_draft(author)
    with pytest.raises(DraftChangedError):
        act(author, draft.id, "0" * 64)
    with pytest.raises(DraftNotFoundError):
        act(context_of(make_actor(SHIMOTSUMA)), draft.id, None)
    with pytest.raises(ForbiddenError):
        act(context_of(make_actor(ASAHIKAWA, Permission.WORKSPACES_READ)), draft.id, None)
    services.discard_draft(author, draft.id)
    with pytest.raises(DraftClosedError):
        act(author, draft.id, None)
