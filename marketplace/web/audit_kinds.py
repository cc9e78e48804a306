"""The kinds of acts that the log can be narrowed to, in words, and what they are called in the log."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.kernel.text import Text


@dataclass(frozen=True, slots=True)
class ActKind:
    """Some acts that people think of as one kind."""

    label: Text
    names: tuple[str, ...]
    """What stands before the point in the names of the acts."""


KINDS: dict[str, ActKind] = {
    "members": ActKind(Text("構成員と招待", "Members and invitations"), ("member", "invitation", "handover")),
    "municipality": ActKind(Text("団体の設定", "The municipality itself"), ("municipality",)),
    "workspaces": ActKind(Text("ワークスペース", "Workspaces"), ("workspace",)),
    "apps": ActKind(
        Text("アプリの設定とレコード", "Apps and records"),
        ("app-rights", "app-code", "app-token", "webhook", "records"),
    ),
    "installs": ActKind(Text("導入と照合", "Installing and checking"), ("import", "installation", "tryout")),
    "publishing": ActKind(Text("下書きと公開", "Drafts and releases"), ("draft", "version", "finding", "export")),
    "community": ActKind(
        Text("評価・活用事例・欲しいアプリ", "Reviews, stories, wanted apps"),
        ("review", "story", "wanted-app", "wanted-answer"),
    ),
    "tokens": ActKind(Text("APIトークン", "API tokens"), ("token",)),
    "data": ActKind(Text("データの書き出し", "Export of all data"), ("takeout",)),
    "accounts": ActKind(
        Text("アカウントとログイン", "Accounts and signing in"),
        (
            "person",
            "authenticator",
            "passkey",
            "recovery-codes",
            "second-factors",
            "session",
            "sign-in",
            "password-reset",
        ),
    ),
    "service": ActKind(Text("サービスの運営", "Running the service"), ("service",)),
    "reports": ActKind(Text("運営者への報告", "Reports to the operator"), ("report",)),
}
