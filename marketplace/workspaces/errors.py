"""Refusals about workspaces and API tokens."""

from __future__ import annotations

from marketplace.kernel.errors import ConflictError, ForbiddenError, NotFoundError
from marketplace.kernel.text import Text


class WorkspaceNotFoundError(NotFoundError):
    """There is no such workspace, or it is another municipality's."""

    code = "workspace-not-found"
    title = Text("ワークスペースが見つかりません。", "There is no such workspace.")
    remedy = Text(
        "ワークスペースの一覧で、識別子を確かめてください。",
        "Check the identifier in the list of your workspaces.",
    )


class WorkspaceLimitError(ConflictError):
    """A municipality holds only so many open workspaces."""

    code = "workspace-limit"
    title = Text("ワークスペースは{maximum}個までです。", "A municipality can have at most {maximum} workspaces.")
    remedy = Text(
        "今あるワークスペースを使うか、サービスの運営者に相談してください。",
        "Use one of your workspaces, or ask the operator of the service.",
    )


class TokenNotFoundError(NotFoundError):
    """There is no such token, or it is another municipality's."""

    code = "token-not-found"
    title = Text("APIトークンが見つかりません。", "There is no such API token.")
    remedy = Text("APIトークンの一覧を確かめてください。", "Check the list of your API tokens.")


class TokenLimitError(ConflictError):
    """A municipality holds only so many tokens that count."""

    code = "token-limit"
    title = Text(
        "有効なAPIトークンは{maximum}個までです。", "A municipality can have at most {maximum} valid API tokens."
    )
    remedy = Text("使っていないAPIトークンを無効にしてください。", "Revoke tokens that are no longer used.")


class ScopeNotHeldError(ForbiddenError):
    """Nobody can hand on more than they may do themselves."""

    code = "scope-not-held"
    title = Text(
        "自分にない権限をAPIトークンに与えることはできません。",
        "A token can't be given permissions that you don't have.",
    )
    remedy = Text("次の権限を外してください：{needs}", "Leave out these permissions: {needs}")
