"""The fields of the form."""

from __future__ import annotations

from functools import partial

from marketplace.kintone_api.calls import Body, Call, one_or_more
from marketplace.kintone_api.table import api, enter_api
from marketplace.sandbox.models import Part, Stage
from marketplace.sandbox.settings import fields
from marketplace.sandbox.settings.shapes import Txt, may, one_of
from marketplace.sandbox.settings.store import Preview, read_part, revision_of

STAGES = {"": Stage.LIVE, "preview/": Stage.PREVIEW}
"""The start of a path, and the stage it reads."""
LANGUAGE = may(one_of("ja en zh user default"))


def permission_of(stage: Stage) -> str:
    """Return what a caller needs to read settings: those in preparation are for the app's managers."""
    return "view" if stage is Stage.LIVE else "admin"


def get_fields(call: Call, stage: Stage) -> Body:
    """Return the fields of the form by code."""
    call.read(lang=LANGUAGE)
    app = call.app(stage, permission_of(stage))
    properties = read_part(call.ctx.session, app, stage, Part.FIELDS)["properties"]
    return {"properties": fields.shown_properties(properties), "revision": str(revision_of(app, stage))}


for start, read_stage in STAGES.items():
    enter_api("GET", f"{start}app/form/fields", partial(get_fields, stage=read_stage))


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
