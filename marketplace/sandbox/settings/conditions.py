"""Record conditions and orders that settings hold, checked against the form they are about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from marketplace.kernel.text import Text
from marketplace.sandbox.apps import find_linked_app
from marketplace.sandbox.errors import AppNotFoundError, InvalidInputError, PlatformError
from marketplace.sandbox.form import Form, build_form
from marketplace.sandbox.models import App, Part, Stage
from marketplace.sandbox.query import compile_query, parse_order, parse_query
from marketplace.sandbox.query.errors import KEY
from marketplace.sandbox.settings.properties import Property
from marketplace.sandbox.settings.store import Preview, read_part
from marketplace.sandbox.sites import get_site

ONLY_A_CONDITION = Text(
    "絞り込み条件だけを指定してください。", "Specify only a condition, without order, limit or offset."
)


def check_condition(preview: Preview, condition: str, key: str, form: Form | None = None) -> None:
    """Check a `filterCond` against a form, the app's own as prepared unless told otherwise.

    Raises InvalidInputError under the key, and the errors of the query language.
    """
    if not condition.strip():
        return
    with _under(key):
        query = parse_query(condition)
        if query.order or query.limit is not None or query.offset is not None:
            raise InvalidInputError({key: [ONLY_A_CONDITION]})
        compile_query(query, form or preview_form(preview), preview.caller, preview.now)


def check_order(preview: Preview, order: str, key: str, form: Form | None = None) -> None:
    """Check a `sort` against a form, the app's own as prepared unless told otherwise.

    Raises InvalidInputError under the key, and the errors of the query language.
    """
    if not order.strip():
        return
    with _under(key):
        compile_query(parse_order(order), form or preview_form(preview), preview.caller, preview.now)


def check_link_conditions(preview: Preview, touched: dict[str, Property]) -> None:
    """Check the conditions and orders of lookups and related records against the apps they read."""
    for property_ in touched.values():
        key = f"properties[{property_['code']}]"
        _check_link(preview, property_, key)
        for code, column in property_.get("fields", {}).items():
            _check_link(preview, column, f"{key}.fields[{code}]")


def preview_form(preview: Preview) -> Form:
    """Return the form as the preview settings describe it."""
    return form_at(preview, preview.app, Stage.PREVIEW)


def form_at(preview: Preview, app: App, stage: Stage) -> Form:
    """Return the form of an app of the same site at a stage."""
    parts = (Part.FIELDS, Part.STATUS, Part.SETTINGS)
    if app is preview.app and stage is Stage.PREVIEW:
        documents = {part: preview.read(part) for part in parts}
    else:
        documents = {part: read_part(preview.session, app, stage, part) for part in parts}
    return build_form(app, documents, get_site(preview.session, app.site_id).timezone)


def _check_link(preview: Preview, property_: Property, key: str) -> None:
    for name in ("lookup", "referenceTable"):
        link = property_.get(name)
        if link is None:
            continue
        form = _related_form(preview, int(link["relatedApp"]["app"]))
        check_condition(preview, link["filterCond"], f"{key}.{name}.filterCond", form)
        check_order(preview, link["sort"], f"{key}.{name}.sort", form)


def _related_form(preview: Preview, app_id: int) -> Form:
    if app_id == preview.app.app_id:
        return preview_form(preview)
    app = find_linked_app(preview.session, preview.app, app_id)
    if app is None:
        raise AppNotFoundError(id=app_id)
    return form_at(preview, app, Stage.LIVE)


@contextmanager
def _under(key: str) -> Iterator[None]:
    """Tell place and cause of a refusal under the key of the setting."""
    try:
        yield
    except PlatformError as error:
        if KEY in error.errors:
            error.errors[key] = error.errors.pop(KEY)
        raise
