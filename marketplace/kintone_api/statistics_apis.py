"""The spaces and apps of a site in numbers, for its administrators."""

from __future__ import annotations

from marketplace.kintone_api.app_apis import shown_moment
from marketplace.kintone_api.calls import Body, Call
from marketplace.kintone_api.table import api
from marketplace.sandbox.principals import USER, Directory, find_principals
from marketplace.sandbox.settings.shapes import Whole, may
from marketplace.sandbox.statistics.apps import AppStatistics, count_apps
from marketplace.sandbox.statistics.spaces import SpaceStatistics, count_spaces

MOST = 100
APP_GROUP = "Public"


@api("GET", "spaces/statistics")
def list_space_statistics(call: Call) -> Body:
    """Return the spaces with their numbers."""
    found = count_spaces(call.ctx.session, call.caller, **_page(call))
    codes = {code for each in found for code in (each.space.creator, each.space.modifier)}
    people = find_principals(call.ctx.session, call.caller.site_id, ((USER, code) for code in codes))
    return {"spaces": [_shown_space(each, people) for each in found]}


@api("GET", "apps/statistics")
def list_app_statistics(call: Call) -> Body:
    """Return the apps with their numbers."""
    found = count_apps(call.ctx.session, call.caller, **_page(call))
    codes = {code for each in found for code in (each.app.creator, each.app.modifier)}
    people = find_principals(call.ctx.session, call.caller.site_id, ((USER, code) for code in codes))
    return {"apps": [_shown_app(each, people) for each in found]}


def _page(call: Call) -> Body:
    return call.read(
        offset=may(Whole(least=0, most=2**31 - 1), otherwise=0),
        limit=may(Whole(least=1, most=MOST), otherwise=MOST),
    )


def _shown_space(found: SpaceStatistics, people: Directory) -> Body:
    space = found.space
    return {
        "id": str(space.space_id),
        "name": space.name,
        "administratorCount": str(found.administrators),
        "memberCount": str(found.members),
        "isPrivate": space.is_private,
        "isGuest": space.is_guest,
        "creator": people.shown(USER, space.creator),
        "createdAt": shown_moment(space.created_at),
        "modifier": people.shown(USER, space.modifier),
        "modifiedAt": shown_moment(space.modified_at),
    }


def _shown_app(found: AppStatistics, people: Directory) -> Body:
    app = found.app
    return {
        "id": str(app.app_id),
        "name": app.name,
        "space": None if app.space_id is None else {"id": str(app.space_id), "name": found.space_name or ""},
        "appGroup": APP_GROUP,
        "status": found.status,
        "recordUpdatedAt": shown_moment(found.record_updated_at),
        "recordCount": str(found.records),
        "fieldCount": str(found.fields),
        # Calls are not counted by app.
        "dailyRequestCount": "0",
        "storageUsage": str(found.storage),
        "customized": found.customized,
        "creator": people.shown(USER, app.creator),
        "createdAt": shown_moment(app.created_at),
        "modifier": people.shown(USER, app.modifier),
        "modifiedAt": shown_moment(app.modified_at),
    }
