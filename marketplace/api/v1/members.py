"""Members and pending invitations of the caller's municipality."""

from __future__ import annotations

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.operation import Result, operation
from marketplace.edge.context import context
from marketplace.kernel.text import Text
from marketplace.municipalities import invitations, queries, services
from marketplace.municipalities.inputs import InvitationInput, RoleInput
from marketplace.municipalities.policy import require_manager_of_own


class StaffMemberOut(Schema):
    """A member, and whether they have a second factor."""

    id = fields.String(required=True, attribute="person_id")
    name = fields.String(required=True)
    email = fields.String(required=True)
    role = fields.String(required=True)
    joined_at = fields.AwareDateTime(required=True)
    second_factor = fields.Boolean(required=True, attribute="has_second_factor")


class StaffListOut(Schema):
    """All members, by name."""

    items = fields.List(fields.Nested(StaffMemberOut), required=True)


class InvitationOut(Schema):
    """An invitation that nobody has followed yet; its link is in the mail alone."""

    id = fields.String(required=True)
    email = fields.String(required=True)
    role = fields.String(required=True)
    inviter = fields.String(required=True)
    sent_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)


class InvitationListOut(Schema):
    """The pending invitations, newest first."""

    items = fields.List(fields.Nested(InvitationOut), required=True)


@bp.get("/members")
@operation(Text("構成員の一覧", "List members"), answer=StaffListOut())
def list_members() -> Result:
    ctx = context()
    code = require_manager_of_own(ctx.actor)
    return Result({"items": queries.find_members(ctx.session, code)})


@bp.get("/members/<person_id>")
@operation(Text("構成員", "Read a member"), answer=StaffMemberOut())
def read_member(person_id: str) -> Result:
    ctx = context()
    return Result(queries.get_member(ctx, require_manager_of_own(ctx.actor), person_id))


@bp.patch("/members/<person_id>")
@operation(
    Text("構成員の役割を変える", "Change the role of a member"),
    body=RoleInput(),
    answer=StaffMemberOut(),
    refusals=(409,),
)
def change_member(person_id: str, data: dict[str, object]) -> Result:
    ctx = context()
    code = require_manager_of_own(ctx.actor)
    given = RoleInput().load(data)
    services.change_role(ctx, code, person_id, given["role"].value)
    return Result(queries.get_member(ctx, code, person_id))


@bp.delete("/members/<person_id>")
@operation(Text("構成員を外す", "Remove a member"), status=204, refusals=(409,))
def remove_member(person_id: str) -> Result:
    ctx = context()
    services.remove_member(ctx, require_manager_of_own(ctx.actor), person_id)
    return Result()


@bp.get("/invitations")
@operation(Text("返事を待っている招待の一覧", "List pending invitations"), answer=InvitationListOut())
def list_invitations() -> Result:
    ctx = context()
    return Result({"items": invitations.list_pending(ctx, require_manager_of_own(ctx.actor))})


@bp.post("/invitations")
@operation(
    Text("構成員をメールで招待する", "Invite somebody by mail"),
    body=InvitationInput(),
    answer=InvitationOut(),
    status=201,
    creates=True,
    refusals=(409, 429),
)
def invite(data: dict[str, object]) -> Result:
    ctx = context()
    code = require_manager_of_own(ctx.actor)
    sent = invitations.invite(ctx, code, data)
    return Result(invitations.get_pending(ctx, code, sent.id), {"Location": f"/api/v1/invitations/{sent.id}"})


@bp.get("/invitations/<invitation_id>")
@operation(Text("返事を待っている招待", "Read a pending invitation"), answer=InvitationOut())
def read_invitation(invitation_id: str) -> Result:
    ctx = context()
    return Result(invitations.get_pending(ctx, require_manager_of_own(ctx.actor), invitation_id))


@bp.delete("/invitations/<invitation_id>")
@operation(Text("招待を取り消す", "Withdraw an invitation"), status=204)
def withdraw_invitation(invitation_id: str) -> Result:
    ctx = context()
    invitations.withdraw(ctx, require_manager_of_own(ctx.actor), invitation_id)
    return Result()
