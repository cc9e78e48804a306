"""Which tables go into a takeout, and what each is; never a secret, and nothing of other municipalities but names."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import aliased

from marketplace.accounts.factors.queries import factor_of
from marketplace.accounts.models import Person
from marketplace.audit.models import AuditEvent
from marketplace.audit.queries import UNSHOWN
from marketplace.holdings.models import Caretaker
from marketplace.holdings.takeouts.contents_of_community import tables_of_community, tables_of_wanted
from marketplace.holdings.takeouts.contents_of_templates import tables_of_installs, tables_of_publishing
from marketplace.holdings.takeouts.tables import Table
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Invitation, Membership
from marketplace.workspaces.domains.models import Connection
from marketplace.workspaces.models import ApiToken, Workspace


def tables_of(code: str) -> list[Table]:
    """Return the tables of a municipality."""
    return [
        *_people(code),
        _caretakers(code),
        *_workspaces(code),
        *tables_of_installs(code),
        *tables_of_publishing(code),
        *tables_of_community(code),
        *tables_of_wanted(code),
        _log(code),
    ]


def _people(code: str) -> list[Table]:
    inviter = aliased(Person)
    return [
        Table(
            "members",
            Text("構成員と役割", "Members and their roles"),
            {
                "person_id": "ID",
                "name": "氏名",
                "email": "メールアドレス",
                "role": "役割",
                "joined_at": "加わった日時",
                "second_factor": "二段階認証",
                "disabled_at": "停止された日時",
            },
            select(
                Person.id,
                Person.name,
                Person.email,
                Membership.role,
                Membership.joined_at,
                factor_of(Person.id),
                Person.disabled_at,
            )
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.municipality_code == code)
            .order_by(Membership.joined_at, Person.id),
        ),
        Table(
            "invitations",
            Text("招待（最近のもの）", "Invitations (recent ones)"),
            {
                "id": "ID",
                "email": "宛先",
                "role": "役割",
                "invited_by": "招待した人",
                "sent_at": "送信日時",
                "expires_at": "期限",
                "ending": "終わり方",
                "ended_at": "終わった日時",
            },
            select(
                Invitation.id,
                Invitation.email,
                Invitation.role,
                inviter.name,
                Invitation.created_at,
                Invitation.expires_at,
                Invitation.ending,
                Invitation.ended_at,
            )
            .join(inviter, inviter.id == Invitation.invited_by)
            .where(Invitation.municipality_code == code)
            .order_by(Invitation.created_at, Invitation.id),
        ),
    ]


def _caretakers(code: str) -> Table:
    return Table(
        "caretakers",
        Text("引き継いだ担当", "What was handed over, and to whom"),
        {"kind": "種類", "subject_id": "対象のID", "person": "担当", "given_at": "引き継いだ日時"},
        select(Caretaker.kind, Caretaker.subject_id, Person.name, Caretaker.given_at)
        .join(Person, Person.id == Caretaker.person_id)
        .where(Caretaker.municipality_code == code)
        .order_by(Caretaker.given_at, Caretaker.kind, Caretaker.subject_id),
    )


def _workspaces(code: str) -> list[Table]:
    return [
        Table(
            "workspaces",
            Text("ワークスペース（パスワードは入りません）", "Workspaces (without passwords)"),
            {
                "id": "ID",
                "name": "名前",
                "kind": "種類",
                "address": "kintoneのアドレス",
                "login": "接続用アカウント",
                "created_at": "作成日時",
                "closed_at": "閉じた日時",
            },
            select(
                Workspace.id,
                Workspace.name,
                Workspace.kind,
                Connection.address,
                Connection.login,
                Workspace.created_at,
                Workspace.closed_at,
            )
            .outerjoin(Connection, Connection.workspace_id == Workspace.id)
            .where(Workspace.municipality_code == code)
            .order_by(Workspace.created_at, Workspace.id),
        ),
        Table(
            "tokens",
            Text("APIトークン（秘密の値は入りません）", "API tokens (without their secrets)"),
            {
                "id": "ID",
                "name": "名前",
                "scopes": "許した操作",
                "workspace_id": "ワークスペースのID",
                "created_at": "発行日時",
                "expires_at": "期限",
                "revoked_at": "失効させた日時",
                "last_used_at": "最後に使われた日時",
            },
            select(
                ApiToken.id,
                ApiToken.name,
                ApiToken.scopes,
                ApiToken.workspace_id,
                ApiToken.created_at,
                ApiToken.expires_at,
                ApiToken.revoked_at,
                ApiToken.last_used_at,
            )
            .where(ApiToken.municipality_code == code)
            .order_by(ApiToken.created_at, ApiToken.id),
        ),
    ]


def _log(code: str) -> Table:
    return Table(
        "log",
        Text("操作の記録", "The log of acts"),
        {
            "id": "ID",
            "at": "日時",
            "actor_kind": "操作者の種類",
            "actor_id": "操作者のID",
            "actor_name": "操作者",
            "act": "操作",
            "subject_kind": "対象の種類",
            "subject_id": "対象のID",
            "facts": "内容",
        },
        select(
            AuditEvent.id,
            AuditEvent.at,
            AuditEvent.actor_kind,
            AuditEvent.actor_id,
            AuditEvent.actor_name,
            AuditEvent.act,
            AuditEvent.subject_kind,
            AuditEvent.subject_id,
            AuditEvent.facts,
        )
        .where(AuditEvent.municipality_code == code, AuditEvent.act.not_in(UNSHOWN))
        .order_by(AuditEvent.at, AuditEvent.id),
    )
