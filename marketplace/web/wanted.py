"""The wanted list: looking, writing, wanting too, answering, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request

from marketplace.catalog.categories import CATEGORIES
from marketplace.catalog.filters import TemplateFilter
from marketplace.catalog.queries import list_templates
from marketplace.community.wanted import queries, services
from marketplace.community.wanted.inputs import MONTHS, WantedInput
from marketplace.community.wanted.nearest import Alike, find_alike
from marketplace.community.wanted.policy import require_owner, require_writer
from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.edge.public_answers import public
from marketplace.kernel.text import Text
from marketplace.web.catalog_cards import template_card
from marketplace.web.dates import month_text
from marketplace.web.forms import FormState, filled, refused
from marketplace.web.listing import LONGEST_QUERY
from marketplace.web.wanted_list import read_wanted_filter, show_wanted_list
from marketplace.web.wanted_page import (
    WantedPage,
    show_wanted,
    wanted_card,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

pages = Blueprint("web_wanted", __name__)
FIELDS = ("title", "text", "category", "department")
CHOOSE = Text("選んでください", "Choose")
NOT_FIXED = Text("決まっていない", "Not fixed")
OFFERED_TEMPLATES = 8
"""Templates that the form for an answer offers."""


@pages.get("/wanted")
@public
def index() -> ResponseReturnValue:
    """List, search and filter."""
    found = queries.list_wanted(context(), read_wanted_filter(request.args))
    return render_template("wanted/list.html", listing=show_wanted_list(found, request.args, language()))


@pages.get("/wanted/new")
def new() -> ResponseReturnValue:
    """Ask what is wanted; a search that found nothing gives the title."""
    require_writer(context().actor)
    title = request.args.get("title", "").strip()[:LONGEST_QUERY]
    return _render_form("wanted/new.html", filled(title=title if title.isprintable() else ""))


@pages.post("/wanted/new")
def create() -> ResponseReturnValue:
    """Keep it; what there is already is shown first, once for each title."""
    with attempt() as tried:
        ctx = context()
        require_writer(ctx.actor)
        title = WantedInput().load(_entered())["title"]
        alike = find_alike(ctx, title)
        if alike.is_any and request.form.get("seen") != title:
            return _render_form("wanted/new.html", FormState(request.form), alike, seen=title)
        return redirect(f"/wanted/{services.write_wanted(ctx, _entered()).id}", 303)
    form = refused(tried.error, request.form)
    return _render_form("wanted/new.html", form), form.status


@pages.get("/wanted/<wanted_id>")
@public
def show(wanted_id: str) -> ResponseReturnValue:
    """Show one wanted app."""
    return _render(wanted_id, filled())


@pages.get("/wanted/<wanted_id>/edit")
def edit(wanted_id: str) -> ResponseReturnValue:
    """Ask what to change."""
    detail = _own(wanted_id)
    form = filled(
        title=detail.title,
        text=detail.text,
        category=detail.category.id,
        department=detail.department,
        month=str(detail.month or ""),
    )
    return _render_form("wanted/edit.html", form, page=_page(wanted_id))


@pages.post("/wanted/<wanted_id>/edit")
def rewrite(wanted_id: str) -> ResponseReturnValue:
    """Keep what was changed."""
    with attempt() as tried:
        services.rewrite_wanted(context(), wanted_id, _entered())
        return redirect(f"/wanted/{wanted_id}", 303)
    form = refused(tried.error, request.form)
    return _render_form("wanted/edit.html", form, page=_page(wanted_id)), form.status


@pages.get("/wanted/<wanted_id>/close")
def ask_reason(wanted_id: str) -> ResponseReturnValue:
    """Ask why it is no longer wanted."""
    _own(wanted_id)
    return render_template("wanted/close.html", page=_page(wanted_id), form=filled())


@pages.post("/wanted/<wanted_id>/close")
def close(wanted_id: str) -> ResponseReturnValue:
    """End it with a reason."""
    with attempt() as tried:
        services.close_wanted(context(), wanted_id, {"reason": request.form.get("reason", "")})
        return redirect(f"/wanted/{wanted_id}", 303)
    form = refused(tried.error, request.form)
    return render_template("wanted/close.html", page=_page(wanted_id), form=form), form.status


@pages.post("/wanted/<wanted_id>/delete")
def delete(wanted_id: str) -> ResponseReturnValue:
    """Remove it with its votes and answers."""
    services.delete_wanted(context(), wanted_id)
    return redirect("/wanted", 303)


@pages.post("/wanted/<wanted_id>/vote")
def vote(wanted_id: str) -> ResponseReturnValue:
    """Want it too."""
    return _act(wanted_id, lambda: services.vote(context(), wanted_id))


@pages.post("/wanted/<wanted_id>/vote/delete")
def take_vote_back(wanted_id: str) -> ResponseReturnValue:
    """No longer want it too."""
    return _act(wanted_id, lambda: services.take_vote_back(context(), wanted_id))


@pages.post("/wanted/<wanted_id>/answers")
def answer(wanted_id: str) -> ResponseReturnValue:
    """Name a template that can be used."""
    data = {name: request.form.get(name, "") for name in ("template", "text")}
    return _act(wanted_id, lambda: services.answer_wanted(context(), wanted_id, data), "#answers")


@pages.post("/wanted/<wanted_id>/answers/<answer_id>/delete")
def delete_answer(wanted_id: str, answer_id: str) -> ResponseReturnValue:
    """Take an answer back."""
    return _act(wanted_id, lambda: services.delete_answer(context(), wanted_id, answer_id), "#answers")


@pages.post("/wanted/<wanted_id>/fulfilment")
def fulfil(wanted_id: str) -> ResponseReturnValue:
    """Say which answer fulfilled it."""
    data = {"answer": request.form.get("answer", "")}
    return _act(wanted_id, lambda: services.fulfil_wanted(context(), wanted_id, data))


@pages.post("/wanted/<wanted_id>/reopening")
def reopen(wanted_id: str) -> ResponseReturnValue:
    """Want it again."""
    return _act(wanted_id, lambda: services.reopen_wanted(context(), wanted_id))


def _act(wanted_id: str, act: Callable[[], object], anchor: str = "") -> ResponseReturnValue:
    """Do something to a wanted app and show it again, with the refusal if there was one."""
    require_writer(context().actor)
    with attempt() as tried:
        act()
        return redirect(f"/wanted/{wanted_id}{anchor}", 303)
    form = refused(tried.error, request.form)
    return _render(wanted_id, form), form.status


def _entered() -> dict[str, str]:
    data = {name: request.form.get(name, "") for name in FIELDS}
    month = request.form.get("month", "")
    return {**data, "month": month} if month else data


def _own(wanted_id: str) -> queries.WantedDetail:
    ctx = context()
    detail = queries.get_wanted(ctx, wanted_id)
    require_owner(ctx.actor, detail.municipality.code)
    return detail


def _page(wanted_id: str) -> WantedPage:
    ctx = context()
    return show_wanted(queries.get_wanted(ctx, wanted_id), ctx.actor, language())


def _render(wanted_id: str, form: FormState) -> str:
    page = _page(wanted_id)
    offered = _offered_templates(page.title) if page.may_write and page.is_open else []
    return render_template("wanted/show.html", page=page, form=form, offered=offered)


def _offered_templates(title: str) -> list[tuple[str, str]]:
    """Return the templates that the title finds, as what may be entered and what is shown."""
    found = list_templates(context(), TemplateFilter(q=title, limit=OFFERED_TEMPLATES))
    return [(f"{each.publisher.code}/{each.slug}", each.name.in_language(language())) for each in found.page.items]


def _render_form(
    template: str, form: FormState, alike: Alike | None = None, *, seen: str = "", page: WantedPage | None = None
) -> str:
    spoken = language()
    return render_template(
        template,
        form=form,
        page=page,
        seen=seen,
        wanted=[wanted_card(each, spoken) for each in alike.wanted] if alike else [],
        templates=[template_card(each, spoken) for each in alike.templates] if alike else [],
        categories=[
            ("", CHOOSE.in_language(spoken)),
            *((each.id, each.name.in_language(spoken)) for each in CATEGORIES.values()),
        ],
        departments=[(name, name) for each in CATEGORIES.values() for name in each.departments],
        months=[("", NOT_FIXED.in_language(spoken)), *((str(month), month_text(month, spoken)) for month in MONTHS)],
    )
