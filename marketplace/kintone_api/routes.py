"""The two doors into the table of APIs: the plain path, and that of guest spaces."""

from __future__ import annotations

from flask import Blueprint, Response, g, request
from werkzeug.wrappers import Response as AnyResponse

from marketplace.edge.app import SAFE_METHODS, writes_when
from marketplace.edge.context import context
from marketplace.kintone_api import (  # noqa: F401 - importing enters their APIs into the table
    acl_apis,
    app_apis,
    bulk_apis,
    comment_apis,
    cursor_apis,
    file_apis,
    form_apis,
    guest_apis,
    part_apis,
    plugin_apis,
    record_apis,
    space_apis,
    statistics_apis,
)
from marketplace.kintone_api.answers import answer, register_refusals
from marketplace.kintone_api.calls import Call, read_space_number
from marketplace.kintone_api.concurrency import LIMIT, InFlight
from marketplace.kintone_api.requests import asks_to_read, method_asked_for, read_parameters
from marketplace.kintone_api.table import WRITING_READS, find_api
from marketplace.sandbox.caller import NORMAL_PATH
from marketplace.sandbox.errors import PathNotFoundError, TooManyRequestsError

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


def _writes() -> bool:
    """Tell whether the call under way changes something: some GETs do, and a POST may carry a GET."""
    method = "GET" if asks_to_read() else request.method
    return method not in SAFE_METHODS or (method, (request.view_args or {}).get("name")) in WRITING_READS


@blueprint.route("/v1/<path:name>", methods=METHODS)
@writes_when(_writes)
def call(site_id: str, name: str) -> AnyResponse:  # noqa: ARG001 - the door has read it
    """Answer an API call."""
    return _answer(name, NORMAL_PATH)


@blueprint.route("/guest/<space>/v1/<path:name>", methods=METHODS)
@writes_when(_writes)
def call_in_guest_space(site_id: str, space: str, name: str) -> AnyResponse:  # noqa: ARG001 - the door has read it
    """Answer an API call into a guest space."""
    return _answer(name, read_space_number(space))


@blueprint.route("/", defaults={"_rest": ""}, methods=METHODS)
@blueprint.route("/<path:_rest>", methods=METHODS)
def refuse_unknown_path(site_id: str, _rest: str) -> AnyResponse:  # noqa: ARG001 - the door has read it
    """Answer in JSON also where no API is."""
    raise PathNotFoundError


def _answer(name: str, path: int) -> AnyResponse:
    function = find_api(method_asked_for(), name)
    call = Call(ctx=context(), caller=g.caller, data=read_parameters()).on_path(name, path)
    result = function(call)
    return answer(result) if isinstance(result, dict) else result
