"""What the page of a template will show of the texts somebody is writing, saved or not."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from marketplace.bundle.model import Bundle, PersonalData
from marketplace.catalog.categories import CATEGORIES
from marketplace.kernel.text import Language, Text
from marketplace.web.draft_controls import FLAG, FLAGS, lines_of
from marketplace.web.drawn_bundle import PagePicture, pictures_of, readme_of

ENGLISH = ("name-en", "summary-en", "readme-en")


@dataclass(frozen=True, slots=True)
class Preview:
    """The part of a template's page that its author writes, in one language."""

    language: Language
    name: str
    summary: str
    icon: str | None
    category: str
    app_count: int
    departments: tuple[str, ...]
    keywords: tuple[str, ...]
    laws: tuple[str, ...]
    license: str
    personal_data: PersonalData | None
    """None when nothing is said about it."""
    readme: Markup
    pictures: tuple[PagePicture, ...]


def show_previews(draft_id: str, bundle: Bundle, values: MultiDict[str, str]) -> tuple[Preview, ...]:
    """Return what the typed texts will look like; in English too where there is any."""
    languages = [Language.JA, *([Language.EN] if any(values.get(name, "").strip() for name in ENGLISH) else [])]
    return tuple(_preview(draft_id, bundle, values, language) for language in languages)


def picture_address(draft_id: str, path: str) -> str:
    """Return the address of a picture of a draft."""
    return f"/drafts/{draft_id}/{quote(path)}"


def _preview(draft_id: str, bundle: Bundle, values: MultiDict[str, str], language: Language) -> Preview:
    def written(name: str) -> str:
        return values.get(f"{name}-{language}", "").strip() or values.get(f"{name}-ja", "")

    def find_picture(path: str) -> str | None:
        path = path.removeprefix("./")
        return picture_address(draft_id, path) if path in bundle.images else None

    category, icon = CATEGORIES.get(values.get("category", "")), bundle.manifest.icon
    return Preview(
        language=language,
        name=written("name"),
        summary=written("summary"),
        icon=picture_address(draft_id, icon) if icon is not None and icon in bundle.images else None,
        category=category.name.in_language(language) if category else "",
        app_count=len(bundle.apps),
        departments=tuple(lines_of(values.get("departments", ""))),
        keywords=tuple(lines_of(values.get("keywords", ""))),
        laws=tuple(lines_of(values.get("laws", ""))),
        license=values.get("license", ""),
        personal_data=_personal_data(values, written("personal_data-notice")),
        readme=readme_of(written("readme"), find_picture),
        pictures=pictures_of(bundle, language, find_picture),
    )


def _personal_data(values: MultiDict[str, str], notice: str) -> PersonalData | None:
    handles = FLAGS.get(values.get(FLAG, ""))
    if handles is None:
        return None
    kinds = tuple(lines_of(values.get("personal_data-kinds", "")))
    return PersonalData(handles, kinds, Text(notice, notice) if notice else None)
