"""Plug-ins: those of the site, and those that an app names."""

from __future__ import annotations

from functools import partial

from marketplace.kintone_api.calls import Body, Call, one_or_more
from marketplace.kintone_api.form_apis import STAGES, advanced
from marketplace.kintone_api.table import api, enter_api
from marketplace.sandbox.errors import REQUIRED_PARAMETER, InvalidInputError
from marketplace.sandbox.models import Stage
from marketplace.sandbox.plugins import queries, services
from marketplace.sandbox.plugins.models import Plugin
from marketplace.sandbox.settings import plugins
from marketplace.sandbox.settings.shapes import Txt, Whole, may, need, one_of
from marketplace.sandbox.settings.store import revision_of

MOST_PLUGINS, MOST_APPS = 100, 500
ID = need(Txt(shortest=1, longest=64))
FILE_KEY = need(Txt(shortest=1))
OFFSET = may(Whole(least=0, most=2**31 - 1), otherwise=0)


@api("POST", "plugin")
def install_plugin(call: Call) -> Body:
    """Install the plug-in of an uploaded package."""
    key = call.read(fileKey=FILE_KEY)["fileKey"]
    plugin = services.install_plugin(call.ctx.session, call.ctx.ports.blobs, call.caller, key, call.ctx.now())
    return {"id": plugin.id, "version": plugin.version}


@api("PUT", "plugin")
def update_plugin(call: Call) -> Body:
    """Replace an installed plug-in by another version."""
    given = call.read(id=ID, fileKey=FILE_KEY)
    plugin = services.update_plugin(
        call.ctx.session, call.ctx.ports.blobs, call.caller, given["id"], given["fileKey"], call.ctx.now()
    )
    return {"id": plugin.id, "version": plugin.version}


@api("DELETE", "plugin")
def uninstall_plugin(call: Call) -> Body:
    """Remove a plug-in from the site."""
    services.uninstall_plugin(call.ctx.session, call.caller, call.read(id=ID)["id"])
    return {}


@api("GET", "plugins")
def list_plugins(call: Call) -> Body:
    """Return the plug-ins of the site."""
    given = call.read(
        ids=may(one_or_more(Txt(longest=64), MOST_PLUGINS), otherwise=list),
        offset=OFFSET,
        limit=may(Whole(least=1, most=MOST_PLUGINS), otherwise=MOST_PLUGINS),
    )
    found = queries.list_plugins(
        call.ctx.session, call.caller, given["ids"], offset=given["offset"], limit=given["limit"]
    )
    return {"plugins": [_shown(plugin) for plugin in found]}


@api("GET", "plugins/required")
def list_missing_plugins(call: Call) -> Body:
    """Return the plug-ins that apps name and the site no longer has."""
    given = call.read(offset=OFFSET, limit=may(Whole(least=1, most=MOST_PLUGINS), otherwise=MOST_PLUGINS))
    found = queries.list_missing(call.ctx.session, call.caller, offset=given["offset"], limit=given["limit"])
    return {"plugins": [{"id": each.id, "name": each.name, "isMarketPlugin": False} for each in found]}


@api("GET", "plugin/apps")
def list_apps_with_plugin(call: Call) -> Body:
    """Return the apps that name a plug-in."""
    given = call.read(id=ID, offset=OFFSET, limit=may(Whole(least=1, most=MOST_APPS), otherwise=100))
    found = queries.list_apps_with(
        call.ctx.session, call.caller, given["id"], offset=given["offset"], limit=given["limit"]
    )
    return {"apps": [{"id": str(app.app_id), "name": app.name} for app in found]}


def get_app_plugins(call: Call, stage: Stage) -> Body:
    """Return the plug-ins of an app."""
    language = call.read(lang=may(one_of("ja en zh es JA EN ZH ES"))).get("lang")
    app = call.app(stage, "admin")
    found = plugins.list_app_plugins(call.ctx.session, app, stage, None if language is None else language.lower())
    return {"plugins": found, "revision": str(revision_of(app, stage))}


for start, read_stage in STAGES.items():
    enter_api("GET", f"{start}app/plugins", partial(get_app_plugins, stage=read_stage))


@api("POST", "preview/app/plugins")
def add_app_plugins(call: Call) -> Body:
    """Add plug-ins to an app."""
    preview = call.open_preview()
    if call.data.get("ids") is None:
        raise InvalidInputError({"ids": [REQUIRED_PARAMETER]})
    plugins.add_plugins(preview, call.data["ids"])
    return advanced(preview)


def _shown(plugin: Plugin) -> Body:
    return {
        "id": plugin.id,
        "name": plugins.name_of(plugin),
        "description": str(plugin.descriptions.get(plugins.DEFAULT_LANGUAGE, "")),
        "isMarketPlugin": False,
        "version": plugin.version,
    }
