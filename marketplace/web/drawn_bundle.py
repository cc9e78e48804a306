"""What the page of a template shows of its bundle, which never changes: drawn once, and kept until room is needed."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from flask import render_template
from markupsafe import Markup

from marketplace.bundle.model import Bundle, PartName, PersonalData
from marketplace.catalog import queries
from marketplace.catalog.requirements import requirements_of
from marketplace.catalog.summaries import Member, TemplateDetail
from marketplace.kernel.context import Context
from marketplace.kernel.keeping import Keeping
from marketplace.kernel.limits import MEGABYTE
from marketplace.kernel.text import Language
from marketplace.web.app_pictures.links import picture_links
from marketplace.web.app_pictures.page import app_address, miniature_address
from marketplace.web.app_sheets import describe_apps
from marketplace.web.catalog_cards import image_address, template_address
from marketplace.web.markdown import render_markdown

MOST_MINIATURES = 3
DOCUMENTS = {Language.JA: ("README.md",), Language.EN: ("README.en.md", "README.md")}
MOST_BYTES = 16 * MEGABYTE
OVERHEAD = 4_000
"""What stands beside the HTML of one: names, pictures, objects."""
FindImage = Callable[[str], str | None]
"""Returns the address of a picture of the bundle."""
SEPARATOR = "\0"
"""Is in no text of a bundle."""
QUICKLY = 1
"""Level of compression: a tenth of the HTML stays."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A picture of the screens, and what it shows in words."""

    address: str
    alt: str


@dataclass(frozen=True, slots=True)
class Miniature:
    """An app at a glance: its name, its page, and where its small picture is."""

    name: str
    address: str
    picture: str


class Parts(NamedTuple):
    """What is long, as HTML."""

    readme: Markup
    apps: Markup
    rights: Markup


@dataclass(frozen=True, slots=True)
class DrawnBundle:
    """A bundle on the page of its template, in one language."""

    name: str
    summary: str
    laws: tuple[str, ...]
    personal_data: PersonalData | None
    needs_plugins: bool
    has_script: bool
    pictures: tuple[PagePicture, ...]
    app_names: tuple[tuple[str, str], ...]
    """With the key of each before it."""
    miniatures: tuple[Miniature, ...]
    has_links: bool
    packed: bytes
    """The parts, compressed."""

    def parts(self) -> Parts:
        """Return what is long."""
        return Parts(*map(Markup, zlib.decompress(self.packed).decode().split(SEPARATOR)))


Key = tuple[str, str, Language, tuple[tuple[str, str], ...]]
kept: Keeping[Key, DrawnBundle] = Keeping(MOST_BYTES, lambda drawn: len(drawn.packed) + OVERHEAD)
"""By digest, address, language, and what the templates in a set are called."""


def draw_bundle(ctx: Context, detail: TemplateDetail, language: Language) -> DrawnBundle:
    """Return what the version shown holds, read and drawn only if it is not at hand."""
    address = template_address(detail.publisher.code, detail.slug)
    names = _names_of(detail.includes, language)
    key = (detail.shown.digest, address, language, tuple(names.items()))
    found = kept.find(key)
    if found is None:
        bundle = queries.load_bundle(ctx, detail.shown)
        found = _draw(bundle, address, _image_finder(detail, bundle), names, language)
        kept.keep(key, found)
    return found


def _draw(
    bundle: Bundle, address: str, find_image: FindImage, names: Mapping[str, str], language: Language
) -> DrawnBundle:
    manifest, asked, apps = bundle.manifest, requirements_of(bundle), describe_apps(bundle)
    links = picture_links(bundle, names, language)
    parts = Parts(
        _readme(bundle, language, find_image),
        Markup(render_template("catalog/_apps.html", address=address, links=links, apps=apps)),  # noqa: S704 - escaped
        Markup(render_template("catalog/_rights.html", apps=apps)),  # noqa: S704 - a template escapes
    )
    return DrawnBundle(
        name=manifest.name.in_language(language),
        summary=manifest.summary.in_language(language),
        laws=manifest.laws,
        personal_data=manifest.personal_data,
        needs_plugins=bool(asked.plugins),
        has_script=asked.has_script,
        pictures=pictures_of(bundle, language, find_image),
        app_names=tuple((app.key, app.name) for app in bundle.apps),
        miniatures=tuple(_miniatures(address, bundle, language)),
        has_links=links is not None,
        packed=zlib.compress(SEPARATOR.join(parts).encode(), QUICKLY),
    )


def _names_of(members: tuple[Member, ...], language: Language) -> dict[str, str]:
    """Return the names of the templates in a set by the keys of the apps that come from them."""
    return {key: each.name.in_language(language) if each.name else each.slug for each in members for key in each.apps}


def _miniatures(address: str, bundle: Bundle, language: Language) -> Iterator[Miniature]:
    """Show the apps with a process first: the work goes on in them, others are what they look up."""
    by_weight = sorted(bundle.apps, key=lambda app: (app.part(PartName.PROCESS) is None, -len(app.fields)))
    for app in by_weight[:MOST_MINIATURES]:
        picture = miniature_address(address, bundle.manifest.version, app.key, language)
        yield Miniature(app.name, app_address(address, app.key), picture)


def _readme(bundle: Bundle, language: Language, find_image: FindImage) -> Markup:
    for name in DOCUMENTS[language]:
        if name in bundle.documents:
            return readme_of(bundle.documents[name], find_image)
    return Markup()


def pictures_of(bundle: Bundle, language: Language, find_image: FindImage) -> tuple[PagePicture, ...]:
    """Return the pictures that the page shows, in the author's order."""
    found = ((find_image(picture.file), picture.alt.in_language(language)) for picture in bundle.manifest.pictures)
    return tuple(PagePicture(address, alt) for address, alt in found if address is not None)


def readme_of(text: str, find_image: FindImage) -> Markup:
    """Return a README as the page shows it, without its title line: the page already has that as its heading."""
    first, _, rest = text.lstrip().partition("\n")
    return render_markdown(rest if first.startswith("# ") else text, find_image)


def _image_finder(detail: TemplateDetail, bundle: Bundle) -> FindImage:
    def find(path: str) -> str | None:
        path = path.removeprefix("./")
        if path not in bundle.images:
            return None
        return image_address(detail.publisher.code, detail.slug, detail.shown.number, path)

    return find
