"""The pages on which the operator hides what was written, shows it again, and withdraws versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from marketplace.accounts.policy import require_operator
from marketplace.catalog import queries as catalog
from marketplace.edge.context import context, language
from marketplace.kernel.text import Text
from marketplace.operating import moderating
from marketplace.web.catalog_cards import publisher_name, template_address
from marketplace.web.forms import FormState, filled
from marketplace.web.operating.place import START, pages
from marketplace.web.operating.reasoned import act_with_reason, told_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

WRITTEN, TEMPLATES = f"{START}/written", f"{START}/templates"
DONE: dict[str, Text] = {
    "hidden": Text("非表示にしました。", "It is hidden."),
    "shown": Text("もう一度、表示しました。", "It is shown again."),
    "withdrawn": Text("公開を停止しました。", "It is withdrawn."),
}


@pages.get(f"{WRITTEN}/<kind>/<subject_id>")
def show_written(kind: str, subject_id: str) -> ResponseReturnValue:
    """Show what somebody wrote, and ask why it is to be hidden or shown again."""
    return _render_written(kind, subject_id, filled())


@pages.post(f"{WRITTEN}/<kind>/<subject_id>/hide")
def hide_written(kind: str, subject_id: str) -> ResponseReturnValue:
    """Hide it, or show why that can't be."""
    return act_with_reason(
        lambda data: moderating.hide_thing(context(), kind, subject_id, data),
        f"{WRITTEN}/{kind}/{subject_id}",
        "hidden",
        lambda form: _render_written(kind, subject_id, form),
    )


@pages.post(f"{WRITTEN}/<kind>/<subject_id>/show")
def show_written_again(kind: str, subject_id: str) -> ResponseReturnValue:
    """Show it again, or show why that can't be."""
    return act_with_reason(
        lambda data: moderating.show_thing(context(), kind, subject_id, data),
        f"{WRITTEN}/{kind}/{subject_id}",
        "shown",
        lambda form: _render_written(kind, subject_id, form),
    )


@pages.get(f"{TEMPLATES}/<publisher>/<slug>")
def show_template(publisher: str, slug: str) -> ResponseReturnValue:
    """Show the versions of a template, and ask which is to be withdrawn and why."""
    return _render_template(publisher, slug, filled())


@pages.post(f"{TEMPLATES}/<publisher>/<slug>/withdraw")
def withdraw_version(publisher: str, slug: str) -> ResponseReturnValue:
    """Withdraw a version, or show why that can't be."""
    return act_with_reason(
        lambda data: moderating.withdraw_version_of(context(), publisher, slug, request.form.get("number", ""), data),
        f"{TEMPLATES}/{publisher}/{slug}",
        "withdrawn",
        lambda form: _render_template(publisher, slug, form),
    )


def _render_written(kind: str, subject_id: str, form: FormState) -> str:
    thing = moderating.get_thing(context(), kind, subject_id)
    return render_template(
        "operating/written.html",
        thing=thing,
        kind=moderating.NAMES[thing.kind].in_language(language()),
        action=f"{WRITTEN}/{kind}/{subject_id}",
        form=form,
        done=told_of(DONE),
    )


def _render_template(publisher: str, slug: str, form: FormState) -> str:
    ctx = context()
    require_operator(ctx.actor)
    detail = catalog.get_template(ctx, publisher, slug)
    return render_template(
        "operating/template.html",
        name=detail.name.in_language(language()),
        publisher=publisher_name(detail.publisher),
        address=template_address(publisher, slug),
        versions=detail.versions,
        options=[(version.number, version.number) for version in detail.versions if not version.is_withdrawn],
        action=f"{TEMPLATES}/{publisher}/{slug}",
        form=form,
        done=told_of(DONE),
    )
