"""Which tables go into a takeout, and what each is; never a secret, and nothing of other municipalities but names."""

from __future__ import annotations

from sqlalchemy.orm import aliased

from marketplace.accounts.factors.queries import factor_of
from marketplace.accounts.models import Person
from marketplace.audit.models import AuditEvent
from marketplace.audit.queries import UNSHOWN
from marketplace.holdings.models import Caretaker
from marketplace.holdings.takeouts.contents_of_community import tables_of_community
from marketplace.holdings.takeouts.contents_of_templates import tables_of_templates
from marketplace.holdings.takeouts.tables import Columns, Table, rows_of
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Invitation, Membership
from marketplace.workspaces.domains.models import Connection
from marketplace.workspaces.models import ApiToken, Workspace


def tables_of(code: str) -> list[Table]:
    """Return the tables of a municipality."""
    return [
        _members(code),
        _invitations(code),
        _caretakers(code),
        _workspaces(code),
        _tokens(code),
        *tables_of_templates(code),
        *tables_of_community(code),
        _log(code),
    ]


def _members(code: str) -> Table:
    columns: Columns = {
        "person_id": ("ID", Person.id),
        "name": ("氏名", Person.name),
        "email": ("メールアドレス", Person.email),
        "role": ("役割", Membership.role),
        "joined_at": ("加わった日時", Membership.joined_at),
        "second_factor": ("二段階認証", factor_of(Person.id)),
        "disabled_at": ("停止された日時", Person.disabled_at),
    }
    rows = rows_of(columns).join(Membership, Membership.person_id == Person.id)
    rows = rows.where(Membership.municipality_code == code).order_by(Membership.joined_at, Person.id)
    return Table("members", Text("構成員と役割", "Members and their roles"), columns, rows)


def _invitations(code: str) -> Table:
    inviter = aliased(Person)
    columns: Columns = {
        "id": ("ID", Invitation.id),
        "email": ("宛先", Invitation.email),
        "role": ("役割", Invitation.role),
        "invited_by": ("招待した人", inviter.name),
        "sent_at": ("送信日時", Invitation.created_at),
        "expires_at": ("期限", Invitation.expires_at),
        "ending": ("終わり方", Invitation.ending),
        "ended_at": ("終わった日時", Invitation.ended_at),
    }
    rows = rows_of(columns).join(inviter, inviter.id == Invitation.invited_by)
    rows = rows.where(Invitation.municipality_code == code).order_by(Invitation.created_at, Invitation.id)
    return Table("invitations", Text("招待（最近のもの）", "Invitations (recent ones)"), columns, rows)


def _caretakers(code: str) -> Table:
    columns: Columns = {
        "kind": ("種類", Caretaker.kind),
        "subject_id": ("対象のID", Caretaker.subject_id),
        "person": ("担当", Person.name),
        "given_at": ("引き継いだ日時", Caretaker.given_at),
    }
    rows = rows_of(columns).join(Person, Person.id == Caretaker.person_id)
    rows = rows.where(Caretaker.municipality_code == code)
    rows = rows.order_by(Caretaker.given_at, Caretaker.kind, Caretaker.subject_id)
    return Table("caretakers", Text("引き継いだ担当", "What was handed over, and to whom"), columns, rows)


def _workspaces(code: str) -> Table:
    columns: Columns = {
        "id": ("ID", Workspace.id),
        "name": ("名前", Workspace.name),
        "kind": ("種類", Workspace.kind),
        "address": ("kintoneのアドレス", Connection.address),
        "login": ("接続用アカウント", Connection.login),
        "created_at": ("作成日時", Workspace.created_at),
        "closed_at": ("閉じた日時", Workspace.closed_at),
    }
    rows = rows_of(columns).outerjoin(Connection, Connection.workspace_id == Workspace.id)
    rows = rows.where(Workspace.municipality_code == code).order_by(Workspace.created_at, Workspace.id)
    about = Text("ワークスペース（パスワードは入りません）", "Workspaces (without passwords)")
    return Table("workspaces", about, columns, rows)


def _tokens(code: str) -> Table:
    columns: Columns = {
        "id": ("ID", ApiToken.id),
        "name": ("名前", ApiToken.name),
        "scopes": ("許した操作", ApiToken.scopes),
        "workspace_id": ("ワークスペースのID", ApiToken.workspace_id),
        "created_at": ("発行日時", ApiToken.created_at),
        "expires_at": ("期限", ApiToken.expires_at),
        "revoked_at": ("失効させた日時", ApiToken.revoked_at),
        "last_used_at": ("最後に使われた日時", ApiToken.last_used_at),
    }
    rows = rows_of(columns).where(ApiToken.municipality_code == code).order_by(ApiToken.created_at, ApiToken.id)
    about = Text("APIトークン（秘密の値は入りません）", "API tokens (without their secrets)")
    return Table("tokens", about, columns, rows)


def _log(code: str) -> Table:
    columns: Columns = {
        "id": ("ID", AuditEvent.id),
        "at": ("日時", AuditEvent.at),
        "actor_kind": ("操作者の種類", AuditEvent.actor_kind),
        "actor_id": ("操作者のID", AuditEvent.actor_id),
        "actor_name": ("操作者", AuditEvent.actor_name),
        "act": ("操作", AuditEvent.act),
        "subject_kind": ("対象の種類", AuditEvent.subject_kind),
        "subject_id": ("対象のID", AuditEvent.subject_id),
        "facts": ("内容", AuditEvent.facts),
    }
    rows = rows_of(columns).where(AuditEvent.municipality_code == code, AuditEvent.act.not_in(UNSHOWN))
    rows = rows.order_by(AuditEvent.at, AuditEvent.id)
    return Table("log", Text("操作の記録", "The log of acts"), columns, rows)
