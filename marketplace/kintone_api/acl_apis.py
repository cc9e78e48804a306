"""Rights: writing them straight into use, and what they let the caller do."""

from __future__ import annotations

from functools import partial

from marketplace.kintone_api.calls import Body, Call, one_or_more
from marketplace.kintone_api.deploying import enqueue_deploy
from marketplace.kintone_api.part_apis import PARTS, PartApi, change_part
from marketplace.kintone_api.table import api, enter_api
from marketplace.sandbox import apps, policy
from marketplace.sandbox.deploys.services import deploy_or_refuse
from marketplace.sandbox.models import Part, Stage
from marketplace.sandbox.records.evaluating import evaluate_rights
from marketplace.sandbox.settings.shapes import Whole, need

MOST_RECORDS = 100
WRITTEN_LIVE = frozenset({Part.APP_ACL, Part.RECORD_ACL, Part.FIELD_ACL})


def change_live_part(call: Call, entry: PartApi) -> Body:
    """Change rights and put them into use at once, with all else that stands prepared, as kintone does."""
    app = call.app(Stage.LIVE, "admin")
    answer = change_part(call, entry)
    enqueue_deploy(call, deploy_or_refuse(call.ctx.session, call.caller, app.app_id, call.ctx.now()))
    return answer


for part_api in PARTS:
    if part_api.part in WRITTEN_LIVE:
        enter_api(part_api.method, part_api.name, partial(change_live_part, entry=part_api))


@api("GET", "records/acl/evaluate")
def evaluate(call: Call) -> Body:
    """Tell what the caller may do with some records and their fields."""
    policy.require_login(call.caller)
    given = call.read(app=need(Whole(least=1)), ids=need(one_or_more(Whole(least=1), MOST_RECORDS)))
    app = apps.get_live_app(call.ctx.session, call.caller, given["app"])
    return {"rights": evaluate_rights(call.ctx.session, call.caller, app, given["ids"], call.ctx.now())}
