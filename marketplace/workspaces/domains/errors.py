"""Refusals about connections to kintone domains."""

from __future__ import annotations

from marketplace.kernel.errors import ConflictError
from marketplace.kernel.text import Text


class NotADomainError(ConflictError):
    """The workspace is a built-in one, which has no connection."""

    code = "workspace-not-a-domain"
    title = Text("組み込みのワークスペースには、接続の設定がありません。", "A built-in workspace has no connection.")
    remedy = Text(
        "kintoneのドメインをつないだワークスペースを指定してください。",
        "Name a workspace that is a kintone domain.",
    )


class NotBuiltInError(ConflictError):
    """The workspace is a kintone domain, whose inside is kintone's own matter."""

    code = "workspace-not-built-in"
    title = Text(
        "kintoneのドメインをつないだワークスペースでは、この操作はできません。",
        "This can't be done in a workspace that is a kintone domain.",
    )
    remedy = Text("kintoneの画面で操作してください。", "Do it on the pages of that kintone.")


class CredentialsUnreadableError(ConflictError):
    """The key the credentials were sealed with is gone, or the row was tampered with."""

    code = "credentials-unreadable"
    title = Text(
        "保存されている接続用アカウントのパスワードを読み取れません。",
        "The stored password of the workspace's account can't be read.",
    )
    remedy = Text(
        "接続用アカウントのパスワードを入力し直してください。",
        "Enter the password of the account once more.",
    )
