"""What every page template may use: sentences in both languages, dates, numbers, addresses."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Response, request

from marketplace.edge.context import context, is_read_only, language, marketplace_app, reference
from marketplace.edge.signin import OWED_FACTOR, is_visitor_known, owes_second_factor, visitor
from marketplace.kernel.actor import Permission
from marketplace.kernel.text import Text
from marketplace.search.phrases import MAX_QUERY
from marketplace.web.assets import static_url
from marketplace.web.dates import day_text, local_day, moment_text
from marketplace.web.field_labels import label_slot, note_label, with_labels
from marketplace.web.forms import FormState, filled, sentences_of
from marketplace.web.help_index import GROUPS, HOW_TOS, REFERENCES, STATEMENTS
from marketplace.web.problem_page import advice, headline, pause_end, way_back
from marketplace.web.tryout_banner import trail_of, tryout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketplace.edge.app import MarketplaceApp

PAGES = (
    ("/templates", Text("テンプレート", "Templates")),
    ("/stories", Text("活用事例", "Stories")),
    ("/municipalities", Text("自治体", "Municipalities")),
    ("/wanted", Text("欲しいアプリ", "Wanted apps")),
    ("/workspaces", Text("ワークスペース", "Workspaces")),
    ("/publish", Text("公開する", "Publish")),
)
OWN_PAGES = (("/my-municipality", Text("自分の団体", "My municipality")),)
BELOW: Mapping[str, tuple[str, ...]] = {"/my-municipality": ("/members", "/tokens"), "/publish": ("/drafts",)}
"""Pages that belong below a main page, whatever their addresses."""
HELP_PAGE = ("/help", Text("使い方", "How to use"))
KILOBYTE = 1024


def register_rendering(app: MarketplaceApp) -> None:
    """Give the templates their words and functions."""
    app.jinja_env.globals.update(
        _=sentence,
        language=language,
        visitor=visitor,
        may_operate=may_operate,
        is_visitor_known=is_visitor_known,
        owes_second_factor=owes_second_factor,
        owed_factor_address=OWED_FACTOR,
        static_url=static_url,
        note_label=note_label,
        label_slot=label_slot,
        navigation=navigation,
        is_current=is_current,
        language_address=language_address,
        sign_in_address=sign_in_address,
        form_before_sign_in=form_before_sign_in,
        details_of=sentences_of,
        tryout=tryout,
        trail_of=trail_of,
        are_tryouts_offered=are_tryouts_offered,
        is_read_only=is_read_only,
        reference=reference,
        headline=headline,
        advice=advice,
        way_back=way_back,
        pause_end=pause_end,
        help_groups=GROUPS,
        how_tos=HOW_TOS,
        help_references=REFERENCES,
        statements=tuple(STATEMENTS.values()),
        longest_query=MAX_QUERY,
    )
    app.jinja_env.filters.update(with_labels=with_labels, text=spoken, day=day, moment=moment, number=number, size=size)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def sentence(ja: str, en: str, **params: object) -> str:
    """Return a sentence in the language of this page, its parameters filled in."""
    return Text(ja, en).in_language(language(), **params)


def spoken(text: Text) -> str:
    """Return a bilingual text in the language of this page."""
    return text.in_language(language())


def may_operate() -> bool:
    """Tell whether the reader runs the service, for links to the operator's pages; the services decide again."""
    return Permission.SERVICE_OPERATE in context().actor.permissions


def day(value: datetime | date) -> str:
    """Return a date; a moment counts as the day it was in Japan."""
    return day_text(local_day(value) if isinstance(value, datetime) else value, language())


def moment(value: datetime) -> str:
    """Return a date with the time of day in Japan."""
    return moment_text(value, language())


def number(value: float) -> str:
    """Return a number with its thousands set apart."""
    return f"{value:,}"


def size(count: int) -> str:
    """Return a number of bytes as KB or MB."""
    if count < KILOBYTE * KILOBYTE:
        return f"{max(1, round(count / KILOBYTE)):,}KB"
    return f"{count / KILOBYTE / KILOBYTE:.1f}MB"


def are_tryouts_offered() -> bool:
    """Tell whether this service lets anybody try templates out."""
    return marketplace_app().ports.tryouts.most > 0


def navigation() -> list[tuple[str, str]]:
    """Return the main pages for whoever is here."""
    pages = (*PAGES, *(OWN_PAGES if visitor() else ()), HELP_PAGE)
    return [(address, spoken(label)) for address, label in pages]


def is_current(address: str) -> bool:
    """Tell whether the page under way belongs below a main page."""
    places = (address, *BELOW.get(address, ()))
    return any(request.path == place or request.path.startswith(f"{place}/") for place in places)


def language_address(wanted: str) -> str:
    """Return the address that switches the language and comes back here."""
    return "/language?" + urlencode({"to": wanted, "next": _here()})


def sign_in_address() -> str:
    """Return the address of the sign-in page that comes back here."""
    return "/sign-in?" + urlencode({"next": _here()})


def form_before_sign_in() -> FormState:
    """Return the form that signs in and comes back here, for a page that strangers asked for."""
    return filled(next=_here())


def vary_by_reader(response: Response) -> Response:
    """Tell caches that a page differs by language and by who is signed in."""
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Language", language().value)
        response.vary.update(("Accept-Language", "Cookie"))
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-cache"
    return response


def _here() -> str:
    """Return the path under way; a page that a form was sent to is come back to by reading it."""
    if request.path == "/sign-in":
        return request.args.get("next", "/")
    return request.full_path.rstrip("?") if request.query_string else request.path
