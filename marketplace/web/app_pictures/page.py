"""An app of a template on a page of its own, and its pictures, which are drawn once a day at most."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from flask import Response, render_template
from markupsafe import Markup

from marketplace.bundle.model import AppDefinition, Bundle
from marketplace.catalog import queries
from marketplace.catalog.models import TemplateVersion
from marketplace.edge.context import context, language
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFoundError
from marketplace.kernel.keeping import Keeping
from marketplace.kernel.limits import MEGABYTE
from marketplace.kernel.text import Language
from marketplace.showcase.setting_up import open_showcase
from marketplace.web.app_pictures.miniature import draw_miniature
from marketplace.web.app_pictures.process import picture_process
from marketplace.web.app_pictures.stand import list_without_records, take_list, take_pictures
from marketplace.web.app_sheets import describe_app
from marketplace.web.catalog_cards import template_address
from marketplace.web.dates import local_day
from marketplace.web.pictures import picture_answer

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MOST_BYTES = 8 * MEGABYTE
"""Of either kind; a picture takes some 12 kB."""
Key = tuple[str, str, Language, object]


@dataclass(frozen=True, slots=True)
class AppPage:
    """What stands around an app on its own page."""

    template: str
    address: str
    """Of the template."""
    category: str
    category_id: str
    number: str
    others: tuple[tuple[str, str | None], ...]
    """The apps of the template with their pages; None for this one."""


class KeptPictures:
    """Pictures as HTML, compressed; sample records have dates, so a day makes new ones."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """Keep the limit."""
        self.kept: Keeping[Key, bytes] = Keeping(most_bytes, len)
        self._at_work = Lock()

    def get(self, key: Key, draw: Callable[[], str]) -> Markup:
        """Return a picture, drawn only if it is not at hand; one is drawn at a time, since that takes a while."""
        found = self.kept.find(key)
        if found is None:
            with self._at_work:
                found = self.kept.find(key) or self._keep(key, draw())
        return Markup(zlib.decompress(found).decode())  # noqa: S704 - written by a template, which escapes

    def _keep(self, key: Key, html: str) -> bytes:
        compressed = zlib.compress(html.encode())
        self.kept.keep(key, compressed)
        return compressed


pages, miniatures = KeptPictures(), KeptPictures()


def app_address(template: str, key: str) -> str:
    """Return the page of an app of a template."""
    return f"{template}/apps/{key}"


def miniature_address(template: str, number: str, key: str, spoken: Language) -> str:
    """Return the small picture of an app of a version; it is kept for ever, so its dates are those of one day."""
    return f"{template}/versions/{number}/apps/{key}/{spoken.value}.svg"


def show_app(publisher: str, slug: str, key: str) -> ResponseReturnValue:
    """Show one app of a template as it will look."""
    ctx, spoken = context(), language()
    detail = queries.get_template(ctx, publisher, slug)
    version = queries.get_version(ctx, publisher, slug, detail.shown.number)
    bundle = queries.load_bundle(ctx, version)
    if bundle.find_app(key) is None:
        raise NotFoundError
    address = template_address(publisher, slug)
    page = AppPage(
        template=bundle.manifest.name.in_language(spoken),
        address=address,
        category=detail.category.name.in_language(spoken),
        category_id=detail.category.id,
        number=detail.shown.number,
        others=tuple((app.name, None if app.key == key else app_address(address, app.key)) for app in bundle.apps),
    )
    pictures = draw_app(ctx, version, bundle, key)
    return render_template("catalog/app.html", page=page, app=describe_app(bundle, key), pictures=pictures)


def show_miniature(publisher: str, slug: str, number: str, key: str, spoken: Language) -> Response:
    """Show the first list of an app as an image."""
    ctx = context()
    version = queries.get_version(ctx, publisher, slug, number)
    bundle = queries.load_bundle(ctx, version)
    app = bundle.find_app(key)
    if app is None:
        raise NotFoundError
    drawn = miniatures.get((version.digest, key, spoken, None), lambda: _draw_small(ctx, bundle, app, spoken))
    return picture_answer(str(drawn), "image/svg+xml")


def draw_app(ctx: Context, version: TemplateVersion, bundle: Bundle, key: str) -> Markup:
    """Return the pictures of an app as HTML."""
    spoken = language()
    mark = (version.digest, key, spoken, local_day(ctx.now()))
    return pages.get(mark, lambda: _draw(ctx, bundle, key, spoken))


def _draw_small(ctx: Context, bundle: Bundle, app: AppDefinition, spoken: Language) -> str:
    with open_showcase(bundle, app.key, ctx.now(), spoken) as showcase:
        shown = None if showcase is None else take_list(ctx, showcase, app.key, spoken)
    return draw_miniature(app.name, shown or list_without_records(app))


def _draw(ctx: Context, bundle: Bundle, key: str, spoken: Language) -> str:
    app = bundle.app(key)
    with open_showcase(bundle, key, ctx.now(), spoken) as showcase:
        pictures = None if showcase is None else take_pictures(ctx, showcase, key, spoken)
        return render_template(
            "catalog/_pictures.html",
            app=describe_app(bundle, key),
            pictures=pictures,
            process=picture_process(app, bundle.manifest, spoken),
        )
