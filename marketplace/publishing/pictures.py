"""The pictures of an open draft: added, described, put in order, removed, and freed of what photographs tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError

from marketplace.bundle.assembling import build_manifest
from marketplace.bundle.checks.svg import check_svg
from marketplace.bundle.limits import IMAGE_BYTES, MEGABYTE
from marketplace.bundle.model import Bundle, JsonObject
from marketplace.bundle.picture_data import PictureUnreadableError, kind_of, without_notes
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.publishing.editing import load_draft_bundle, open_for_editing, rewrite
from marketplace.publishing.errors import PictureNotFoundError
from marketplace.publishing.models import Draft
from marketplace.publishing.pictures_inputs import MOST_PICTURES, TOO_MANY, PictureInput, PicturesInput

SVG = "svg"
KINDS = frozenset({SVG, "png", "jpg", "webp"})
ICON_KINDS = frozenset({SVG, "png"})
FOLDER = "images"
NO_FILE = Text("画像のファイルを選んでください。", "Choose a picture.")
NOT_A_PICTURE = Text(
    "使える画像ではありません。PNG、JPEG、WebP、SVGのどれかを選んでください。",
    "This is no picture that can be used. Choose a PNG, JPEG, WebP or SVG.",
)
NOT_AN_ICON = Text("アイコンには、SVGかPNGを選んでください。", "Choose an SVG or PNG for the icon.")
TOO_LARGE = Text(
    f"画像が大きすぎます。{IMAGE_BYTES // MEGABYTE}MB以内に縮めてから、選び直してください。",
    f"The picture is too large; make it {IMAGE_BYTES // MEGABYTE} MB or smaller and choose it again.",
)
DAMAGED = Text(
    "画像のファイルが壊れているようです。画像ソフトで保存し直してください。",
    "The file seems to be damaged. Save it again with a picture editor.",
)


def add_picture(
    ctx: Context, draft_id: str, data: bytes, about: Mapping[str, Any], *, revision: str | None = None
) -> Draft:
    """Put a picture behind the others of the template's page, less what it tells beside what it shows.

    `about` is {"alt": {"ja", "en"}}. Raises DraftNotFoundError, DraftClosedError, DraftChangedError, ValidationError
    (also about "picture", the file), or BundleRefusedError.
    """
    draft, bundle = _open(ctx, draft_id, revision)
    faults: dict[str, Any] = PictureInput().validate(about)
    if wrong := faults_of(data, KINDS):
        faults["picture"] = wrong
    if faults:
        raise ValidationError(faults)
    listed = bundle.manifest.raw.get("pictures", [])
    if len(listed) >= MOST_PICTURES:
        raise ValidationError({"picture": [TOO_MANY]})
    path = _free_path(bundle, kind_of(data) or "")
    pictures = [*listed, {"file": path, **PictureInput().load(about)}]
    return rewrite(ctx, draft, _with(bundle, {**bundle.images, path: _clean(data)}, {"pictures": pictures}))


def arrange_pictures(ctx: Context, draft_id: str, data: Mapping[str, Any], *, revision: str | None = None) -> Draft:
    """Describe the pictures of the template's page and put them in order; `data` is {"pictures": [{"file", "alt"}]}.

    A picture of the draft that is not named is not shown there, and stays. Raises as add_picture, and
    PictureNotFoundError.
    """
    draft, bundle = _open(ctx, draft_id, revision)
    pictures = PicturesInput().load(data)["pictures"]
    for picture in pictures:
        _require(bundle, picture["file"])
    return rewrite(ctx, draft, _with(bundle, bundle.images, {"pictures": pictures}))


def remove_picture(ctx: Context, draft_id: str, path: str, *, revision: str | None = None) -> Draft:
    """Take a picture out of a draft. The icon is replaced, never removed.

    Raises DraftNotFoundError, DraftClosedError, DraftChangedError or PictureNotFoundError.
    """
    draft, bundle = _open(ctx, draft_id, revision)
    _require(bundle, path)
    if path == bundle.manifest.icon:
        raise PictureNotFoundError
    images = {name: content for name, content in bundle.images.items() if name != path}
    pictures = [each for each in bundle.manifest.raw.get("pictures", []) if each["file"] != path]
    return rewrite(ctx, draft, _with(bundle, images, {"pictures": pictures}))


def replace_icon(ctx: Context, draft_id: str, data: bytes, *, revision: str | None = None) -> Draft:
    """Give a draft another icon. Raises as add_picture, with "icon" for the file."""
    draft, bundle = _open(ctx, draft_id, revision)
    if wrong := faults_of(data, ICON_KINDS):
        raise ValidationError({"icon": wrong})
    before, path = bundle.manifest.icon, f"{FOLDER}/icon.{kind_of(data)}"
    images = {name: each for name, each in bundle.images.items() if name != before or _is_used(bundle, name)}
    return rewrite(ctx, draft, _with(bundle, {**images, path: _clean(data)}, {"icon": path}))


def clean_pictures(ctx: Context, draft_id: str, *, revision: str | None = None) -> Draft:
    """Free every picture of a draft of what it tells beside what it shows; one that can't be read stays.

    Raises DraftNotFoundError, DraftClosedError or DraftChangedError.
    """
    draft, bundle = _open(ctx, draft_id, revision)
    return rewrite(ctx, draft, replace(bundle, images={path: _clean(data) for path, data in bundle.images.items()}))


def faults_of(data: bytes, kinds: frozenset[str]) -> list[Any]:
    """Return why a file can't be a picture of one of these kinds: nothing, if it can."""
    kind = kind_of(data)
    if not data:
        return [NO_FILE]
    if len(data) > IMAGE_BYTES:
        return [TOO_LARGE]
    if kind not in kinds:
        return [NOT_A_PICTURE if kinds is KINDS else NOT_AN_ICON]
    if kind == SVG:
        return [_joined(finding.title, finding.remedy) for finding in check_svg("", data)]
    try:
        without_notes(data)
    except PictureUnreadableError:
        return [DAMAGED]
    return []


def _open(ctx: Context, draft_id: str, revision: str | None) -> tuple[Draft, Bundle]:
    draft = open_for_editing(ctx, draft_id, revision)
    return draft, load_draft_bundle(ctx, draft)


def _with(bundle: Bundle, images: Mapping[str, bytes], said: JsonObject) -> Bundle:
    raw = {name: value for name, value in {**bundle.manifest.raw, **said}.items() if value != [] or name not in said}
    return replace(bundle, manifest=build_manifest(raw), images=images)


def _require(bundle: Bundle, path: str) -> None:
    if path not in bundle.images:
        raise PictureNotFoundError


def _free_path(bundle: Bundle, kind: str) -> str:
    taken: Iterable[str] = {path.casefold().rpartition(".")[0] for path in bundle.images}
    number = next(number for number in range(1, len(bundle.images) + 2) if f"{FOLDER}/picture-{number}" not in taken)
    return f"{FOLDER}/picture-{number}.{kind}"


def _is_used(bundle: Bundle, path: str) -> bool:
    is_listed = any(picture.file == path for picture in bundle.manifest.pictures)
    return is_listed or any(path in text for text in bundle.documents.values())


def _clean(data: bytes) -> bytes:
    with suppress(PictureUnreadableError):
        return without_notes(data)
    return data


def _joined(title: Text, remedy: Text) -> Text:
    return Text(f"{title.ja}{remedy.ja}", f"{title.en} {remedy.en}")
