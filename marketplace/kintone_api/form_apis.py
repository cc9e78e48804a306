"""The fields of the form, and the form as one list."""

from __future__ import annotations

from functools import partial

from marketplace.kintone_api.calls import Body, Call, one_or_more
from marketplace.kintone_api.table import api, enter_api
from marketplace.sandbox.models import Part, Stage
from marketplace.sandbox.settings import fields
from marketplace.sandbox.settings.form_design import describe_form
from marketplace.sandbox.settings.shapes import Txt, may, one_of
from marketplace.sandbox.settings.store import Preview, read_part, revision_of

STAGES = {"": Stage.LIVE, "preview/": Stage.PREVIEW}
"""The start of a path, and the stage it reads."""
LANG = may(one_of("ja en zh user default"))
"""Whose names to read; the names here have one language, so any answers the same."""


def permission_of(stage: Stage) -> str:
    """Return what a caller needs to read settings: those in preparation are for the app's managers."""
    return "view" if stage is Stage.LIVE else "admin"


def get_fields(call: Call, stage: Stage) -> Body:
    """Return the fields of the form by code."""
    call.read(lang=LANG)
    app = call.app(stage, permission_of(stage))
    properties = read_part(call.ctx.session, app, stage, Part.FIELDS)["properties"]
    return {"properties": fields.shown_properties(properties), "revision": str(revision_of(app, stage))}


def get_form(call: Call, stage: Stage) -> Body:
    """Return the form as one list of fields and decorations."""
    app = call.app(stage, permission_of(stage))
    properties = read_part(call.ctx.session, app, stage, Part.FIELDS)["properties"]
    layout = read_part(call.ctx.session, app, stage, Part.LAYOUT)["layout"]
    return {"properties": describe_form(properties, layout)}


for start, read_stage in STAGES.items():
    enter_api("GET", f"{start}app/form/fields", partial(get_fields, stage=read_stage))
    enter_api("GET", f"{start}form", partial(get_form, stage=read_stage))


@api("POST", "preview/app/form/fields")
def add_fields(call: Call) -> Body:
    """Add fields."""
    preview = call.open_preview()
    fields.add_fields(preview, call.data.get("properties"))
    return advanced(preview)


@api("PUT", "preview/app/form/fields")
def change_fields(call: Call) -> Body:
    """Change or rename fields."""
    preview = call.open_preview()
    fields.change_fields(preview, call.data.get("properties"))
    return advanced(preview)


@api("DELETE", "preview/app/form/fields")
def delete_fields(call: Call) -> Body:
    """Delete fields."""
    codes = call.read(fields=may(one_or_more(Txt()), otherwise=list))["fields"]
    preview = call.open_preview()
    fields.delete_fields(preview, codes)
    return advanced(preview)


def advanced(preview: Preview) -> Body:
    """Count the change and return the answer that most writes give."""
    return {"revision": str(preview.advance())}
