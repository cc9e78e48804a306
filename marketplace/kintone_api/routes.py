"""The two doors into the table of APIs: the plain path, and that of guest spaces."""

from __future__ import annotations

from flask import Blueprint, Response, g, request
from werkzeug.wrappers import Response as AnyResponse

from marketplace.edge.context import context
from marketplace.kintone_api import (  # noqa: F401 - importing enters their APIs into the table
    acl_apis,
    app_apis,
    bulk_apis,
    file_apis,
    form_apis,
    part_apis,
    record_apis,
)
from marketplace.kintone_api.answers import answer, register_refusals
from marketplace.kintone_api.calls import Call
from marketplace.kintone_api.concurrency import LIMIT, InFlight
from marketplace.kintone_api.requests import method_asked_for, read_parameters
from marketplace.kintone_api.table import find_api
from marketplace.sandbox.errors import NoPrivilegeError, PathNotFoundError, TooManyRequestsError

METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]

blueprint = Blueprint("kintone_api", __name__, url_prefix="/w/<site_id>/k")
register_refusals(blueprint)
_in_flight = InFlight()


@blueprint.before_request
def _count_in() -> None:
    """Refuse the call that is one too many."""
    g.counted_site = str((request.view_args or {}).get("site_id", ""))
    g.running = _in_flight.enter(g.counted_site)
    if g.running > LIMIT:
        raise TooManyRequestsError


@blueprint.teardown_request
def _count_out(_error: BaseException | None) -> None:
    site_id = g.pop("counted_site", None)
    if site_id is not None:
        _in_flight.leave(site_id)


@blueprint.after_request
def _tell_concurrency(response: Response) -> Response:
    if response.status_code in {200, 429}:
        response.headers["X-ConcurrencyLimit-Limit"] = str(LIMIT)
        response.headers["X-ConcurrencyLimit-Running"] = str(g.get("running", 1))
    return response


@blueprint.route("/v1/<path:name>", methods=METHODS)
def call(site_id: str, name: str) -> AnyResponse:  # noqa: ARG001 - the door has read it
    """Answer an API call."""
    function = find_api(method_asked_for(), name)
    result = function(Call(ctx=context(), caller=g.caller, data=read_parameters()))
    return answer(result) if isinstance(result, dict) else result


@blueprint.route("/guest/<space>/v1/<path:name>", methods=METHODS)
def call_in_guest_space(site_id: str, space: str, name: str) -> AnyResponse:  # noqa: ARG001 - the door has read it
    """Refuse a call into a guest space: a built-in workspace has none."""
    find_api(method_asked_for(), name)
    raise NoPrivilegeError


@blueprint.route("/", defaults={"_rest": ""}, methods=METHODS)
@blueprint.route("/<path:_rest>", methods=METHODS)
def refuse_unknown_path(site_id: str, _rest: str) -> AnyResponse:  # noqa: ARG001 - the door has read it
    """Answer in JSON also where no API is."""
    raise PathNotFoundError
