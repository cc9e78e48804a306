"""Refusals about the people of a workspace."""

from __future__ import annotations

from marketplace.kernel.errors import ForbiddenError
from marketplace.kernel.text import Text


class WorkspaceUserDisabledError(ForbiddenError):
    """The managers of the workspace have disabled the user that this member acts as."""

    code = "workspace-user-disabled"
    title = Text(
        "このワークスペースでは、あなたの利用が停止されています。", "You have been disabled in this workspace."
    )
    remedy = Text(
        "ワークスペースの管理者に、利用の再開を相談してください。",
        "Ask those who manage the workspace to enable you again.",
    )


class MembersOnlyError(ForbiddenError):
    """Only a person acts inside a workspace's pages; tokens have the kintone API."""

    code = "members-only"
    title = Text("この操作は、団体の構成員だけが行えます。", "Only members of the municipality can do this.")
    remedy = Text("ログインしてから、もう一度お試しください。", "Sign in and try again.")
