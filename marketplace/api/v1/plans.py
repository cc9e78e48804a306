"""The shape of a plan: what an import would do, and what its workspace is like."""

from __future__ import annotations

from marshmallow import Schema, fields

from marketplace.api.v1.journal import LeftoversOut
from marketplace.api.v1.shapes import TextOut, name_of
from marketplace.installs.models import ImportMode


class TargetOut(Schema):
    """The space that the apps go into; of a kintone domain, name and thread are known once it was looked at."""

    space = fields.String(required=True)
    thread = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)


class PlannedAppOut(Schema):
    """An app the import would make."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    template_name = fields.String(required=True)
    fields_ = fields.Integer(required=True, attribute="field_count", data_key="fields")
    views = fields.List(fields.String(), required=True)
    has_process = fields.Boolean(required=True)
    sample_records = fields.Integer(required=True)


class PlannedStepOut(Schema):
    """A step the import would take."""

    kind = fields.String(required=True)
    app = fields.String(required=True, allow_none=True, attribute="app_key")
    label = fields.Nested(TextOut, required=True)
    calls = fields.Integer(required=True)


class PlannedPlaceholderOut(Schema):
    """A user, group or organisation to name; without a code it is dropped where it stands."""

    key = fields.String(required=True)
    kind = fields.String(required=True)
    label = fields.Nested(TextOut, required=True)
    hint = fields.Nested(TextOut, required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True)
    uses = fields.Integer(required=True)


class PlannedListOut(Schema):
    """A choice field whose options may be replaced, or that has to follow one that is copied into it.

    `renamed` tells the new name of each option whose place in the list is taken by a new one.
    """

    app = fields.String(required=True, attribute="app_key")
    field = fields.String(required=True, attribute="field_code")
    hint = fields.Nested(TextOut, required=True, allow_none=True)
    template_options = fields.List(fields.String(), required=True)
    options = fields.List(fields.String(), required=True)
    renamed = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    gone = fields.List(fields.String(), required=True)
    follows = fields.Function(
        lambda one: one.follows and f"{one.follows[0]}/{one.follows[1]}",
        required=True,
        allow_none=True,
        metadata={"type": "string"},
    )


class ScriptOut(Schema):
    """A JavaScript or CSS file that will run in an app."""

    app = fields.String(required=True, attribute="app_key")
    source = fields.String(required=True)


class PlannedPluginOut(Schema):
    """A plug-in that an app names."""

    app = fields.String(required=True, attribute="app_key")
    id = fields.String(required=True, attribute="plugin_id")
    name = fields.String(required=True)


class AppBudgetOut(Schema):
    """The requests that kintone counts against one app."""

    app = fields.String(required=True, attribute="key")
    calls = fields.Integer(required=True)
    share = fields.Float(required=True)


class BudgetOut(Schema):
    """What the import takes of what kintone allows, when nothing goes wrong."""

    calls = fields.Integer(required=True)
    deploys = fields.Integer(required=True)
    seconds = fields.Integer(required=True)
    daily_limit = fields.Integer(required=True)
    at_once = fields.Integer(required=True)
    apps = fields.List(fields.Nested(AppBudgetOut), required=True)


class FoundOut(Schema):
    """One thing found out about the workspace."""

    item = fields.String(required=True)
    outcome = fields.String(required=True, metadata={"enum": ["ok", "lacking", "unknown"]})
    text = fields.Nested(TextOut, required=True)
    remedy = fields.Nested(TextOut, required=True, allow_none=True)


class NamedAlikeOut(Schema):
    """An app that is there already under the name of one to be made."""

    app = fields.String(required=True, attribute="app_key")
    app_id = fields.String(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True)
    installation_id = fields.String(required=True, allow_none=True)


class SurveyOut(Schema):
    """What the workspace is like."""

    was_reached = fields.Boolean(required=True)
    findings = fields.List(fields.Nested(FoundOut), required=True)
    apps_there = fields.Integer(required=True, allow_none=True)
    same_names = fields.List(fields.Nested(NamedAlikeOut), required=True)
    missing_plugins = fields.List(fields.String(), required=True)
    unknown_codes = fields.List(fields.String(), required=True)


class PersonalDataOut(Schema):
    """What the author says about personal data."""

    handles = fields.Boolean(required=True)
    kinds = fields.List(fields.String(), required=True)
    notice = fields.Nested(TextOut, required=True, allow_none=True)


class PlanOut(Schema):
    """What an import would do; nothing has been changed."""

    template = fields.Function(lambda plan: name_of(plan.template), required=True, metadata={"type": "string"})
    version = fields.String(required=True, attribute="version.number")
    workspace_id = fields.String(required=True, attribute="workspace.id")
    target = fields.Nested(TargetOut, required=True, allow_none=True)
    apps = fields.List(fields.Nested(PlannedAppOut), required=True)
    steps = fields.List(fields.Nested(PlannedStepOut), required=True)
    api_calls = fields.Integer(required=True)
    budget = fields.Nested(BudgetOut, required=True)
    placeholders = fields.List(fields.Nested(PlannedPlaceholderOut), required=True)
    localise = fields.List(fields.Nested(PlannedListOut), required=True)
    scripts = fields.List(fields.Nested(ScriptOut), required=True)
    plugins = fields.List(fields.Nested(PlannedPluginOut), required=True)
    personal_data = fields.Nested(PersonalDataOut, required=True, allow_none=True)
    sample_records = fields.Integer(required=True)
    warnings = fields.List(fields.Nested(TextOut), required=True)
    mode = fields.String(required=True, metadata={"enum": [mode.value for mode in ImportMode]})
    leftovers = fields.List(fields.Nested(LeftoversOut), required=True)
    continues = fields.String(required=True, allow_none=True, attribute="continued_id")
    survey = fields.Nested(SurveyOut, required=True, allow_none=True)
