"""Spaces: making, reading, changing, their members and threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketplace.kintone_api.app_apis import shown_apps
from marketplace.kintone_api.calls import Body, Call
from marketplace.kintone_api.table import api
from marketplace.sandbox import apps
from marketplace.sandbox.principals import USER, find_principals
from marketplace.sandbox.settings.entities import flag
from marketplace.sandbox.settings.shapes import Flag, Obj, Txt, Whole, may, need, one_of
from marketplace.sandbox.spaces import members, services, threads
from marketplace.sandbox.spaces.membership import crowd_behind, members_of, users_of

if TYPE_CHECKING:
    from marketplace.sandbox.spaces.members import Member
    from marketplace.sandbox.spaces.models import Space

ID = need(Whole(least=1))
NAME = Txt(longest=128, shortest=1)
HTML = Txt(longest=threads.LONGEST_TEXT)
PRESET_COVER = "GREEN"


@api("POST", "template/space")
def add_space(call: Call) -> Body:
    """Make a space of a template."""
    given = call.read(
        id=ID,
        name=need(NAME),
        members=need(members.MEMBERS),
        isPrivate=flag(),
        isGuest=flag(),
        fixedMember=flag(),
    )
    new = services.NewSpace(given["name"], given["isPrivate"], given["isGuest"], given["fixedMember"])
    space = services.create_space(call.ctx.session, call.caller, given["id"], new, call.ctx.now())
    members.enter_members(call.ctx.session, space, given["members"])
    return {"id": str(space.space_id)}


@api("GET", "space")
def get_space(call: Call) -> Body:
    """Return one space with the apps in it."""
    space = services.get_space(call.ctx.session, call.caller, call.read(id=ID)["id"])
    return _shown(call, space)


@api("PUT", "space")
def change_space(call: Call) -> Body:
    """Change the settings of a space that are given."""
    given = call.read(
        id=ID,
        name=may(NAME),
        isPrivate=may(Flag()),
        fixedMember=may(Flag()),
        useMultiThread=may(Flag()),
        permissions=may(Obj({"createApp": may(one_of("EVERYONE ADMIN"))})),
        **{panel: may(Flag()) for panel in services.PANELS},
    )
    services.change_space(call.ctx.session, call.caller, given["id"], given, call.ctx.now())
    return {}


@api("DELETE", "space")
def delete_space(call: Call) -> Body:
    """Delete a space and the apps in it."""
    services.delete_space(call.ctx.session, call.caller, call.read(id=ID)["id"], call.ctx.now())
    return {}


@api("PUT", "space/body")
def change_body(call: Call) -> Body:
    """Replace the announcement of a space."""
    given = call.read(id=ID, body=need(HTML))
    services.change_body(call.ctx.session, call.caller, given["id"], given["body"], call.ctx.now())
    return {}


@api("GET", "space/members")
def list_members(call: Call) -> Body:
    """Return the members of a space."""
    found = members.list_members(call.ctx.session, call.caller, call.read(id=ID)["id"])
    return {"members": [_shown_member(member) for member in found]}


@api("PUT", "space/members")
def replace_members(call: Call) -> Body:
    """Replace the members of a space."""
    given = call.read(id=ID, members=need(members.MEMBERS))
    members.replace_members(call.ctx.session, call.caller, given["id"], given["members"], call.ctx.now())
    return {}


@api("POST", "space/thread")
def add_thread(call: Call) -> Body:
    """Add a thread."""
    given = call.read(space=ID, name=need(NAME))
    thread = threads.add_thread(call.ctx.session, call.caller, given["space"], given["name"], call.ctx.now())
    return {"id": str(thread.thread_id)}


@api("PUT", "space/thread")
def change_thread(call: Call) -> Body:
    """Change the name or the body of a thread."""
    given = call.read(id=ID, name=may(NAME), body=may(HTML))
    threads.change_thread(call.ctx.session, call.caller, given["id"], given.get("name"), given.get("body"))
    return {}


@api("POST", "space/thread/comment")
def add_comment(call: Call) -> Body:
    """Write a comment into a thread."""
    given = call.read(space=ID, thread=ID, comment=need(threads.COMMENT))
    comment = threads.add_comment(
        call.ctx.session, call.caller, given["space"], given["thread"], given["comment"], call.ctx.now()
    )
    return {"id": str(comment.comment_id)}


def _shown(call: Call, space: Space) -> Body:
    session, site_id = call.ctx.session, call.caller.site_id
    inside = apps.list_apps(session, call.caller, apps.AppFilter(space_ids=[space.space_id]))
    entries = members_of(session, space)
    people = find_principals(session, site_id, [(USER, space.creator), (USER, space.modifier)])
    attached = [{key: value for key, value in app.items() if key != "spaceId"} for app in shown_apps(call, inside)]
    # The panels can be hidden only where several threads are used.
    panels = {panel: space.shown.get(panel, True) if space.use_multi_thread else None for panel in services.PANELS}
    return {
        "id": str(space.space_id),
        "name": space.name,
        "defaultThread": str(space.default_thread),
        "isPrivate": space.is_private,
        "creator": people.shown(USER, space.creator),
        "modifier": people.shown(USER, space.modifier),
        "memberCount": str(len(users_of(entries, crowd_behind(session, site_id, entries)))),
        "coverType": "PRESET",
        "coverKey": PRESET_COVER,
        "coverUrl": "",
        "body": space.body or None,
        "useMultiThread": space.use_multi_thread,
        "isGuest": space.is_guest,
        "attachedApps": attached,
        "fixedMember": space.fixed_member,
        **panels,
        "permissions": {"createApp": space.app_creators.value},
    }


def _shown_member(member: Member) -> Body:
    shown: Body = {"entity": {"type": member.kind, "code": member.code}, "isAdmin": member.is_admin}
    if member.kind == USER:
        shown["isImplicit"] = member.is_implicit
    if member.kind == "ORGANIZATION":
        shown["includeSubs"] = member.include_subs
    return shown
