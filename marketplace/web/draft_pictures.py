"""The pictures of a draft on a page: the icon, those of the template's page in their order, and those of the README."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.kernel.errors import DomainError
from marketplace.kernel.text import Language, Text
from marketplace.publishing import answers, editing, pictures, queries
from marketplace.publishing.errors import DraftClosedError
from marketplace.web.draft_pages import ShownFinding, read_finding
from marketplace.web.draft_preview import picture_address
from marketplace.web.forms import FormState, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flask.typing import ResponseReturnValue

    from marketplace.bundle.model import Bundle, Picture
    from marketplace.publishing.models import Draft

pages = Blueprint("web_draft_pictures", __name__)

BOTH = ("ja", "en")
NOTES = frozenset({"picture-location", "picture-notes"})


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture of the draft, and what the checks say of it."""

    file: str
    address: str
    size: int
    alt: str
    findings: tuple[ShownFinding, ...]
    can_be_removed: bool = True


@dataclass(frozen=True, slots=True)
class PicturesPage:
    """Everything the page shows."""

    id: str
    name: str
    revision: str
    icon: ShownPicture | None
    listed: tuple[ShownPicture, ...]
    others: tuple[ShownPicture, ...]
    """In the bundle for the README, or for nothing."""
    tells_too_much: bool
    """Whether a photograph holds what can be taken out here."""


@pages.get("/drafts/<draft_id>/pictures")
def index(draft_id: str) -> ResponseReturnValue:
    """Show the pictures of a draft."""
    return _render(draft_id, FormState())


@pages.post("/drafts/<draft_id>/pictures")
def arrange(draft_id: str) -> ResponseReturnValue:
    """Save the words of all pictures, and move or remove the one whose button was pressed."""
    act, _, file = request.form.get("do", "").partition(":")
    wanted = _arranged(_open(draft_id)[1].manifest.pictures, act, file)
    names = {
        f"pictures.{index}.alt.{one}": f"alt-{each['file']}-{one}" for index, each in enumerate(wanted) for one in BOTH
    }

    def change(revision: str) -> None:
        draft = pictures.arrange_pictures(context(), draft_id, {"pictures": wanted}, revision=revision)
        if act == "remove":
            pictures.remove_picture(context(), draft_id, file, revision=draft.digest)

    return _attempt(draft_id, change, names)


@pages.post("/drafts/<draft_id>/pictures/new")
def add(draft_id: str) -> ResponseReturnValue:
    """Add a picture, or show why it can't be used."""
    about = {"alt": {one: request.form.get(f"alt-{one}", "") for one in BOTH}}

    def change(revision: str) -> None:
        pictures.add_picture(context(), draft_id, _file("picture"), about, revision=revision)

    return _attempt(draft_id, change, {f"alt.{one}": f"alt-{one}" for one in BOTH})


@pages.post("/drafts/<draft_id>/icon")
def set_icon(draft_id: str) -> ResponseReturnValue:
    """Replace the icon, or show why the file can't be one."""
    return _attempt(
        draft_id, lambda revision: pictures.replace_icon(context(), draft_id, _file("icon"), revision=revision)
    )


@pages.post("/drafts/<draft_id>/pictures/clean")
def clean(draft_id: str) -> ResponseReturnValue:
    """Take out of all pictures what photographs tell beside what they show."""
    return _attempt(draft_id, lambda revision: pictures.clean_pictures(context(), draft_id, revision=revision))


@pages.post("/drafts/<draft_id>/pictures/remove")
def remove(draft_id: str) -> ResponseReturnValue:
    """Remove a picture that stands in the README or nowhere."""
    file = request.form.get("file", "")
    return _attempt(draft_id, lambda revision: pictures.remove_picture(context(), draft_id, file, revision=revision))


def _attempt(
    draft_id: str, change: Callable[[str], object], names: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    _open(draft_id)
    with attempt() as tried:
        change(request.form.get("revision", ""))
        return redirect(f"/drafts/{draft_id}/pictures", 303)
    form = refused(_named(tried.error, names or {}), MultiDict(request.form))
    return _render(draft_id, form), form.status


def _named(
    error: DomainError | ValidationError | None, names: Mapping[str, str]
) -> DomainError | ValidationError | None:
    """Return a refusal with its messages under the names of the controls."""
    if not isinstance(error, ValidationError):
        return error
    return ValidationError(
        {names.get(place, place.partition(".")[0]): said for place, said in _flat(error.messages, "")}
    )


def _flat(messages: Any, place: str) -> list[tuple[str, Any]]:
    if not isinstance(messages, dict):
        return [(place, messages)]
    return [each for step, inner in messages.items() for each in _flat(inner, f"{place}.{step}".lstrip("."))]


def _arranged(listed: Sequence[Picture], act: str, file: str) -> list[dict[str, Any]]:
    said = [
        {
            "file": each.file,
            "alt": {one: request.form.get(f"alt-{each.file}-{one}", getattr(each.alt, one)) for one in BOTH},
        }
        for each in listed
    ]
    at = next((index for index, each in enumerate(said) if each["file"] == file), None)
    to = None if at is None else at + {"up": -1, "down": 1}.get(act, 0)
    if at is not None and to is not None and 0 <= to < len(said):
        said.insert(to, said.pop(at))
    return said


def _file(name: str) -> bytes:
    upload = request.files.get(name)
    return upload.read() if upload else b""


def _open(draft_id: str) -> tuple[Draft, Bundle]:
    """Return a draft that can be changed, and what it holds. Raises DraftNotFoundError or DraftClosedError."""
    ctx = context()
    draft = queries.get_draft(ctx, draft_id)
    if draft.closed_at is not None:
        raise DraftClosedError
    return draft, editing.load_draft_bundle(ctx, draft)


def _render(draft_id: str, form: FormState) -> str:
    draft, bundle = _open(draft_id)
    page = _show(draft, bundle, answers.findings_of(context(), draft), language())
    values = MultiDict(form.values)
    for picture in bundle.manifest.pictures:
        for one in BOTH:
            values.setdefault(f"alt-{picture.file}-{one}", getattr(picture.alt, one))
    shown = FormState(values, form.title, form.remedy, form.problems, form.errors, form.status)
    return render_template("publishing/pictures.html", page=page, form=shown)


def _show(draft: Draft, bundle: Bundle, findings: Sequence[Mapping[str, Any]], spoken: Language) -> PicturesPage:
    icon, alts = bundle.manifest.icon, {each.file: each.alt.in_language(spoken) for each in bundle.manifest.pictures}

    def show(path: str) -> ShownPicture:
        said = tuple(read_finding(each) for each in findings if each["file"] == path)
        address, size = picture_address(draft.id, path), len(bundle.images.get(path, b""))
        return ShownPicture(path, address, size, alts.get(path, ""), said, can_be_removed=path != icon)

    return PicturesPage(
        id=draft.id,
        name=Text(draft.name_ja, draft.name_en).in_language(spoken),
        revision=draft.digest,
        icon=show(icon) if icon is not None and icon in bundle.images else None,
        listed=tuple(map(show, alts)),
        others=tuple(show(path) for path in sorted(bundle.images) if path != icon and path not in alts),
        tells_too_much=any(each["code"] in NOTES and each["file"] in bundle.images for each in findings),
    )
