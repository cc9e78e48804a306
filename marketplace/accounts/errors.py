"""Refusals about people and signing in."""

from __future__ import annotations

from marketplace.kernel.errors import ConflictError, InvalidError, RateLimitedError, UnauthenticatedError
from marketplace.kernel.text import Text


class SignInRefusedError(UnauthenticatedError):
    """E-mail and password do not belong together; which of them was wrong is never told."""

    code = "sign-in-refused"
    title = Text("メールアドレスまたはパスワードが違います。", "The e-mail address or the password is wrong.")
    remedy = Text(
        "入力した内容を確かめて、もう一度お試しください。",
        "Check what you entered and try again.",
    )


class SignInThrottledError(RateLimitedError):
    """Too many wrong guesses came for this e-mail address, or from this network."""

    code = "sign-in-throttled"
    title = Text(
        "ログインの失敗が続いたため、しばらく受け付けられません。",
        "After too many failed tries, sign-in is paused.",
    )
    remedy = Text(
        "{retry_after}秒ほど待ってから、もう一度お試しください。",
        "Wait about {retry_after} seconds and try again.",
    )


class EmailTakenError(ConflictError):
    """The address already belongs to a person."""

    code = "email-taken"
    title = Text("このメールアドレスはすでに登録されています。", "This e-mail address is already registered.")
    remedy = Text(
        "別のメールアドレスを使うか、登録済みの利用者を所属団体に追加してください。",
        "Use another address, or add the registered person to your municipality.",
    )


class WrongPasswordError(InvalidError):
    """The present password, asked for before a change, is not right."""

    code = "wrong-password"
    title = Text("現在のパスワードが違います。", "The present password is wrong.")
    remedy = Text("現在のパスワードを入力し直してください。", "Enter your present password again.")
