"""Validates a report: a file that was carried by hand, and so may say anything."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from marketplace.bundle.model import JsonObject
from marketplace.installs.models import StepKind, StepState
from marketplace.installs.offline.errors import ReportUnfitError
from marketplace.installs.verification import LONGEST_VALUE, MOST_DIFFERENCES
from marketplace.kernel.limits import MEGABYTE

MOST_BYTES = 4 * MEGABYTE
MOST_LEFT = 1000
MOST_IDS = 1000
SHORT = validate.Length(max=LONGEST_VALUE)
LONG = validate.Length(max=4 * LONGEST_VALUE)
NUMBER = validate.Regexp(re.compile(r"[1-9][0-9]{0,14}\Z"))


class _Kept(Schema):
    """Of what nobody reads, nothing is kept."""

    class Meta:
        unknown = EXCLUDE


class _Words(_Kept):
    ja = fields.String(required=True, validate=LONG)
    en = fields.String(required=True, validate=LONG)


class _Created(_Kept):
    app = fields.String(required=True, validate=NUMBER)


class _Records(_Kept):
    ids = fields.List(fields.String(validate=NUMBER), required=True, validate=validate.Length(max=MOST_IDS))


class _LeftPlugin(_Kept):
    plugin = fields.String(required=True, validate=SHORT)
    code = fields.String(required=True, validate=SHORT)
    message = fields.String(required=True, validate=LONG)


class _Plugins(_Kept):
    left = fields.List(fields.Nested(_LeftPlugin), required=True, validate=validate.Length(max=MOST_LEFT))


class _LeftRecord(_Kept):
    record = fields.String(required=True, validate=NUMBER)
    wanted = fields.String(required=True, validate=SHORT)
    code = fields.String(required=True, validate=SHORT)


class _Statuses(_Kept):
    moved = fields.Integer(required=True, strict=True)
    left = fields.List(fields.Nested(_LeftRecord), required=True, validate=validate.Length(max=MOST_LEFT))


class _Difference(_Kept):
    app = fields.String(required=True, validate=SHORT)
    part = fields.String(required=True, validate=SHORT)
    pointer = fields.String(required=True, validate=LONG)
    wanted = fields.String(required=True, allow_none=True, validate=SHORT)
    found = fields.String(required=True, allow_none=True, validate=SHORT)


class _Unread(_Kept):
    app = fields.String(required=True, validate=SHORT)
    part = fields.String(required=True, validate=SHORT)
    subject = fields.String(required=True, validate=LONG)
    reason = fields.Nested(_Words, required=True)


class _Verified(_Kept):
    result = fields.String(required=True, validate=validate.OneOf(["identical", "different", "incomplete"]))
    count = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    differences = fields.List(fields.Nested(_Difference), required=True, validate=validate.Length(max=MOST_DIFFERENCES))
    unread = fields.List(fields.Nested(_Unread), required=True, validate=validate.Length(max=MOST_LEFT))


OUTCOMES: Mapping[StepKind, type[Schema]] = {
    StepKind.CREATE_APP: _Created,
    StepKind.RECORDS: _Records,
    StepKind.PLUGINS: _Plugins,
    StepKind.STATUSES: _Statuses,
    StepKind.VERIFY: _Verified,
}


class StepReport(_Kept):
    """What became of one step."""

    position = fields.Integer(required=True, strict=True)
    kind = fields.Enum(StepKind, by_value=True, required=True)
    state = fields.Enum(StepState, by_value=True, required=True)
    attempts = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=100_000))
    outcome = fields.Dict(required=True, allow_none=True)
    started_at = fields.AwareDateTime(required=True, allow_none=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)


class FailureReport(_Kept):
    """Why it stopped."""

    reason = fields.Nested(_Words, required=True)
    remedy = fields.Nested(_Words, required=True)
    code = fields.String(required=True, validate=SHORT)
    message = fields.String(required=True, validate=LONG)


class ReportInput(Schema):
    """The report that installing a package leaves (`….report.json`): every step, and how it ended."""

    class Meta:
        """What a newer installer adds is not read."""

        unknown = EXCLUDE

    format = fields.String(required=True)
    import_ = fields.String(required=True, data_key="import")
    digest = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["succeeded", "failed"]))
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    failure = fields.Nested(FailureReport, required=True, allow_none=True)
    steps = fields.List(fields.Nested(StepReport), required=True)


@dataclass(frozen=True, slots=True)
class Report:
    """A report that could be one."""

    import_id: str
    digest: str
    has_succeeded: bool
    failure: JsonObject | None
    steps: list[dict[str, Any]]


def read_document(content: bytes) -> Mapping[str, object]:
    """Return the object in the file of a report. Raises ReportUnfitError."""
    try:
        document = json.loads(content) if len(content) <= MOST_BYTES else None
    except (ValueError, RecursionError) as error:
        raise ReportUnfitError(place="JSON") from error
    if not isinstance(document, dict):
        raise ReportUnfitError(place="JSON")
    return document


def read_report(data: Mapping[str, object]) -> Report:
    """Return what a report says. Raises ReportUnfitError, which names the first place that is wrong."""
    try:
        told: dict[str, Any] = ReportInput().load(dict(data))
        for step in told["steps"]:
            if step["state"] is StepState.DONE:
                step["outcome"] = OUTCOMES.get(step["kind"], _Kept)().load(step["outcome"] or {})
            else:
                step["outcome"] = None
    except ValidationError as error:
        raise ReportUnfitError(place=_place(error.messages)) from error
    return Report(told["import_"], told["digest"], told["state"] == "succeeded", told["failure"], told["steps"])


def _place(messages: object) -> str:
    names: list[str] = []
    while isinstance(messages, dict) and messages:
        name, messages = next(iter(messages.items()))
        names.append(str(name)[:40])
    return ".".join(names)
