"""Kinds of refusal; the edge alone knows which HTTP status each kind has."""

from __future__ import annotations

from typing import ClassVar

from marketplace.kernel.text import Language, Text


class DomainError(Exception):
    """A refusal with a stable code, what happened, and what to do about it.

    Subclass one of the kinds below, never this class. `title` and `remedy` may name parameters
    in braces; the parameters must be safe to show to the caller.
    """

    code: ClassVar[str]
    title: ClassVar[Text]
    remedy: ClassVar[Text]

    def __init__(self, **params: object) -> None:
        """Keep the facts that fill in the sentences."""
        super().__init__(self.code)
        self.params = params

    def says(self, language: Language) -> str:
        """Return what happened, in one language."""
        return self.title.in_language(language, **self.params)

    def advises(self, language: Language) -> str:
        """Return what to do, in one language."""
        return self.remedy.in_language(language, **self.params)


class UnauthenticatedError(DomainError):
    """Nobody is signed in, or the token does not count."""

    code = "unauthenticated"
    title = Text("ログインが必要です。", "You need to sign in.")
    remedy = Text(
        "ログインするか、有効なAPIトークンを指定してください。",
        "Sign in, or send a valid API token.",
    )


class NotFoundError(DomainError):
    """It does not exist, or not for this caller."""

    code = "not-found"
    title = Text("見つかりませんでした。", "Not found.")
    remedy = Text(
        "アドレスと、操作している団体を確かめてください。",
        "Check the address and the municipality you act for.",
    )


class ForbiddenError(DomainError):
    """The caller may see it but not do this."""

    code = "forbidden"
    title = Text("この操作を行う権限がありません。", "You may not do this.")
    remedy = Text(
        "必要な権限：{needs}。団体の管理者に相談してください。",
        "Needed permission: {needs}. Ask an administrator of your municipality.",
    )


class SecondFactorOwedError(ForbiddenError):
    """The municipality requires a second factor, and the caller has none yet."""

    code = "second-factor-required"
    title = Text("この団体では、二段階認証の登録が必要です。", "Your municipality requires a second factor.")
    remedy = Text(
        "アカウントのページで、認証アプリかパスキーを登録してください。登録すると、すぐに続けられます。",
        "Set up an authenticator app or a passkey on the page of your account, and you can go on at once.",
    )


class ConflictError(DomainError):
    """It contradicts what is already there."""


class InvalidError(DomainError):
    """The input was understood but can't be accepted."""


class PreconditionFailedError(DomainError):
    """The caller worked from an older state (If-Match)."""


class TooLargeError(DomainError):
    """The input is over a size limit."""


class RateLimitedError(DomainError):
    """Too many tries in a short time."""


class UnavailableError(DomainError):
    """A part the work needs does not answer; trying again later may help."""


class ReadOnlyError(UnavailableError):
    """The operator lets nothing be changed for a while: maintenance."""

    code = "read-only"
    title = Text("メンテナンス中のため、いまは変更できません。", "Nothing can be changed during maintenance.")
    remedy = Text(
        "送った内容は保存されていません。しばらくしてから、もう一度お試しください。探すことと読むことは、いまもできます。",
        "What you sent was not saved. Please try again later. Searching and reading work as usual.",
    )


class OutageError(UnavailableError):
    """A part of the service itself is away for a while: it says nothing about what was asked for."""


class OutOfSpaceError(OutageError):
    """The disk that holds the database or the files is full."""

    code = "out-of-space"
    title = Text("サービスの保存先がいっぱいです。", "The service has run out of space.")
    remedy = Text(
        "送った内容は保存されていません。サービスの運営者に知らせてください。空きができるまで、探すことと読むことだけができます。",
        "What you sent was not saved. Tell the operator of the service. Until there is room, you can search and read.",
    )
