"""Record conditions and orders that settings hold, checked against the form they are about."""

from __future__ import annotations

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.form import Form, build_form
from marketplace.sandbox.models import App, Part, Stage
from marketplace.sandbox.query import compile_query, parse_query
from marketplace.sandbox.settings import Preview, read_part
from marketplace.sandbox.sites import get_site

ONLY_A_CONDITION = Text(
    "絞り込み条件だけを指定してください。", "Specify only a condition, without order, limit or offset."
)
ONLY_AN_ORDER = Text("並び順だけを指定してください。", "Specify only an order.")


def check_condition(preview: Preview, condition: str, key: str) -> None:
    """Check a `filterCond` against the preview form. Raises InvalidInputError and the errors of the query language."""
    if condition.strip():
        _check(preview, preview_form(preview), condition, key)


def check_order(preview: Preview, order: str, key: str) -> None:
    """Check a `sort` against the preview form. Raises InvalidInputError and the errors of the query language."""
    if not order.strip():
        return
    query = parse_query(f"order by {order}")
    if query.condition is not None or query.limit is not None or query.offset is not None:
        raise InvalidInputError({key: [ONLY_AN_ORDER]})
    compile_query(query, preview_form(preview), preview.caller, preview.now)


def preview_form(preview: Preview) -> Form:
    """Return the form as the preview settings describe it."""
    return form_at(preview, preview.app, Stage.PREVIEW)


def form_at(preview: Preview, app: App, stage: Stage) -> Form:
    """Return the form of an app of the preview's site at a stage."""
    parts = (Part.FIELDS, Part.STATUS, Part.SETTINGS)
    documents = {part: read_part(preview.session, app, stage, part) for part in parts}
    return build_form(app, documents, get_site(preview.session, app.site_id).timezone)


def _check(preview: Preview, form: Form, condition: str, key: str) -> None:
    query = parse_query(condition)
    if query.order or query.limit is not None or query.offset is not None:
        raise InvalidInputError({key: [ONLY_A_CONDITION]})
    compile_query(query, form, preview.caller, preview.now)
