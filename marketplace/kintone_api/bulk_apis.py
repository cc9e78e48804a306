"""Several requests in one call, all of which take place or none."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from marketplace.kernel.text import Text
from marketplace.kintone_api.bulk_failure import BulkFailedError
from marketplace.kintone_api.calls import Body, Call, read_space_number
from marketplace.kintone_api.table import api, find_api
from marketplace.sandbox.caller import NORMAL_PATH
from marketplace.sandbox.errors import InvalidInputError, PlatformError
from marketplace.sandbox.settings.shapes import ListOf, MapOf, Obj, Problems, Txt, need, one_of

MOST_REQUESTS = 20
ALLOWED = frozenset(
    {
        ("POST", "record.json"),
        ("PUT", "record.json"),
        ("POST", "records.json"),
        ("PUT", "records.json"),
        ("DELETE", "records.json"),
        ("PUT", "record/status.json"),
        ("PUT", "records/status.json"),
        ("PUT", "record/assignees.json"),
    }
)
NOT_IN_BULK = Text("このAPIは一括リクエストでは実行できません。", "This API cannot be run in a bulk request.")
_PATH = re.compile(r"/k/(?:guest/(?P<guest>[^/]+)/)?v1/(?P<name>.+)")


class AnyValue:
    """Any JSON value; the API that gets it checks it."""

    def read(self, value: object, key: str, problems: Problems) -> object:  # noqa: ARG002 - the interface of a shape
        """Return the value."""
        return value


_REQUEST = Obj(
    {
        "method": need(one_of("POST PUT DELETE")),
        "api": need(Txt(shortest=1)),
        "payload": need(MapOf(AnyValue())),
    }
)


@api("POST", "bulkRequest")
def run_bulk(call: Call) -> Body:
    """Run the requests in order.

    The paths they name lie in the site of this call, whatever its address; each may be that of a guest space.
    """
    requests = call.read(requests=need(ListOf(_REQUEST, most=MOST_REQUESTS, least=1)))["requests"]
    results: list[Any] = []
    for index, request in enumerate(requests):
        try:
            results.append(_run(call, request, f"requests[{index}].api"))
        except PlatformError as error:
            # Raised on, so that the transaction around the call takes back what was done before.
            raise BulkFailedError(error, index, len(requests)) from error
    return {"results": results}


def _run(call: Call, request: dict[str, Any], key: str) -> Any:
    path = _PATH.fullmatch(request["api"])
    if path is None or (request["method"], path["name"]) not in ALLOWED:
        raise InvalidInputError({key: [NOT_IN_BULK]})
    function = find_api(request["method"], path["name"])
    # Webhooks hear nothing of bulk requests, as on kintone.
    caller = replace(call.caller, is_silent=True)
    space = NORMAL_PATH if path["guest"] is None else read_space_number(path["guest"])
    return function(Call(ctx=call.ctx, caller=caller, data=request["payload"]).on_path(path["name"], space))
