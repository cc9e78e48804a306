"""Apps: information, lists, creation and deploy."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from marketplace.kintone_api.calls import APP, REVISION, Body, Call, one_or_more
from marketplace.kintone_api.deploying import enqueue_deploy
from marketplace.kintone_api.table import api
from marketplace.sandbox import apps, policy
from marketplace.sandbox.deploys.queries import deploy_status
from marketplace.sandbox.deploys.services import MOST_APPS, deploy_apps
from marketplace.sandbox.errors import REQUIRED_PARAMETER, InvalidInputError
from marketplace.sandbox.models import Part, Stage
from marketplace.sandbox.principals import USER, find_principals
from marketplace.sandbox.settings.shapes import Flag, ListOf, Obj, Txt, Whole, may, need
from marketplace.sandbox.settings.store import read_part_of_each
from marketplace.sandbox.spaces.placing import move_app as move

if TYPE_CHECKING:
    from marketplace.sandbox.models import App

MOST_WANTED = 100
_MANY_IDS = may(one_or_more(Whole(least=1), MOST_WANTED), otherwise=list)


@api("GET", "app")
def get_app(call: Call) -> Body:
    """Return one deployed app."""
    app_id = call.read(id=APP)["id"]
    return shown_apps(call, [apps.get_app_at(call.ctx.session, call.caller, app_id, Stage.LIVE, "view")])[0]


@api("GET", "apps")
def list_apps(call: Call) -> Body:
    """Return the deployed apps that satisfy all filters given."""
    given = call.read(
        ids=_MANY_IDS,
        codes=may(one_or_more(Txt(longest=64), MOST_WANTED), otherwise=list),
        name=may(Txt(longest=64)),
        spaceIds=_MANY_IDS,
        limit=may(Whole(least=1, most=MOST_WANTED), otherwise=MOST_WANTED),
        offset=may(Whole(least=0, most=2**31 - 1), otherwise=0),
    )
    wanted = apps.AppFilter(given["ids"], given["codes"], given.get("name"), given["spaceIds"])
    found = apps.list_apps(call.ctx.session, call.caller, wanted, offset=given["offset"], limit=given["limit"])
    return {"apps": shown_apps(call, found)}


@api("POST", "preview/app")
def create_app(call: Call) -> Body:
    """Add an app in preparation."""
    given = call.read(name=need(apps.NAME), space=may(Whole(least=1)), thread=may(Whole(least=1)))
    app = apps.create_app(
        call.ctx.session, call.caller, given["name"], given.get("space"), given.get("thread"), call.ctx.now()
    )
    return {"app": str(app.app_id), "revision": str(app.preview_revision)}


@api("POST", "app/move")
def move_app(call: Call) -> Body:
    """Move an app to another space, or out of every space."""
    policy.require_login(call.caller)
    app = apps.get_app(call.ctx.session, call.caller, call.read(app=APP)["app"])
    policy.require_app_right(call.ctx.session, call.caller, app, "admin")
    if "space" not in call.data:
        raise InvalidInputError({"space": [REQUIRED_PARAMETER]})
    move(call.ctx.session, call.caller, app, call.read(space=may(Whole(least=1))).get("space"))
    return {}


@api("POST", "preview/app/deploy")
def deploy(call: Call) -> Body:
    """Put preview settings into use, or throw them away; where many records change, a job does it."""
    item = Obj({"app": APP, "revision": REVISION})
    given = call.read(apps=need(ListOf(item, most=MOST_APPS, least=1)), revert=may(Flag(), otherwise=False))
    wanted = [(each["app"], each.get("revision")) for each in given["apps"]]
    enqueue_deploy(call, deploy_apps(call.ctx.session, call.caller, wanted, given["revert"], call.ctx.now()))
    return {}


@api("GET", "preview/app/deploy")
def get_deploy_status(call: Call) -> Body:
    """Tell how the latest deploys ended."""
    wanted = call.read(apps=need(one_or_more(Whole(least=1), MOST_APPS)))["apps"]
    found = deploy_status(call.ctx.session, call.caller, wanted)
    return {"apps": [{"app": str(each.app_id), "status": each.status.value} for each in found]}


def shown_apps(call: Call, found: list[App]) -> list[Body]:
    """Describe apps with two further queries, however many they are."""
    settings = read_part_of_each(call.ctx.session, found, Stage.LIVE, Part.SETTINGS)
    people = ((USER, code) for app in found for code in (app.creator, app.modifier))
    directory = find_principals(call.ctx.session, call.caller.site_id, people)
    return [
        {
            "appId": str(app.app_id),
            "code": app.code,
            "name": app.name,
            "description": settings[app.pk]["description"],
            "createdAt": shown_moment(app.created_at),
            "creator": directory.shown(USER, app.creator),
            "modifiedAt": shown_moment(app.modified_at),
            "modifier": directory.shown(USER, app.modifier),
            "spaceId": None if app.space_id is None else str(app.space_id),
            "threadId": None if app.thread_id is None else str(app.thread_id),
        }
        for app in found
    ]


def shown_moment(moment: datetime) -> str:
    """Return a moment as answers about apps and spaces write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
