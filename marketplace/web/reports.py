"""The page on which anybody who is signed in reports something to the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request

from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.kernel.text import Text
from marketplace.operating import reports
from marketplace.operating.models import ReportedKind, ReportReason
from marketplace.operating.moderating import NAMES
from marketplace.web.catalog_cards import template_address
from marketplace.web.forms import FormState, filled, refused
from marketplace.web.story_pages import story_address

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_reports", __name__)

REASONS: dict[ReportReason, Text] = {
    ReportReason.PERSONAL_DATA: Text("個人情報が書かれている", "It holds personal data"),
    ReportReason.UNLAWFUL: Text("法令や利用規約に反する", "It breaks the law or the terms of use"),
    ReportReason.RIGHTS: Text("著作権などの権利を侵している", "It violates copyright or other rights"),
    ReportReason.MISLEADING: Text("事実と違う、まぎらわしい", "It is false or misleading"),
    ReportReason.HARMFUL: Text("使うと害がある（安全でない設定など）", "It does harm, such as by unsafe settings"),
    ReportReason.OTHER: Text("その他", "Something else"),
}


@pages.get("/reports/<kind>/<subject_id>")
def new(kind: str, subject_id: str) -> ResponseReturnValue:
    """Ask what is wrong."""
    return _render(kind, subject_id, filled())


@pages.post("/reports/<kind>/<subject_id>")
def create(kind: str, subject_id: str) -> ResponseReturnValue:
    """Send it to the operator, or show why that can't be."""
    data = {name: request.form.get(name, "") for name in ("reason", "text")}
    with attempt() as tried:
        reports.send_report(context(), kind, subject_id, data)
        return redirect(f"/reports/{kind}/{subject_id}?done=sent", 303)
    form = refused(tried.error, request.form)
    return _render(kind, subject_id, form), form.status


def subject_address(kind: ReportedKind, subject_id: str, publisher: str, slug: str, wanted_id: str | None) -> str:
    """Return where what is reported stands."""
    if kind is ReportedKind.STORY:
        return story_address(subject_id)
    if wanted_id is not None:
        return f"/wanted/{wanted_id}" + ("#answers" if kind is ReportedKind.WANTED_ANSWER else "")
    return template_address(publisher, slug) + ("#reviews" if kind is ReportedKind.REVIEW else "")


def _render(kind: str, subject_id: str, form: FormState) -> str:
    subject = reports.get_subject(context(), kind, subject_id)
    return render_template(
        "reports/new.html",
        kind=NAMES[subject.kind].in_language(language()),
        title=subject.title,
        back=subject_address(subject.kind, subject.id, subject.publisher_code, subject.slug, subject.wanted_id),
        action=f"/reports/{kind}/{subject_id}",
        reasons=[(reason.value, label.in_language(language())) for reason, label in REASONS.items()],
        form=form,
        is_sent=request.args.get("done") == "sent" and not form.refused,
    )
