"""Refusals about people and signing in."""

from __future__ import annotations

from marketplace.kernel.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    RateLimitedError,
    UnauthenticatedError,
)
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
        "別のメールアドレスを使うか、登録済みの利用者を所属団体に招待してください。",
        "Use another address, or invite the registered person to your municipality.",
    )


class WrongPasswordError(InvalidError):
    """The present password, asked for before a change, is not right."""

    code = "wrong-password"
    title = Text("現在のパスワードが違います。", "The present password is wrong.")
    remedy = Text("現在のパスワードを入力し直してください。", "Enter your present password again.")


class ResetThrottledError(RateLimitedError):
    """Too many mails were asked for, for this e-mail address or from this network."""

    code = "reset-throttled"
    title = Text(
        "再設定の依頼が続いたため、しばらく受け付けられません。", "After too many requests, resets are paused."
    )
    remedy = Text(
        "届いているメールを確かめるか、{retry_after}秒ほど待ってから、もう一度お試しください。",
        "See whether a mail has arrived, or wait about {retry_after} seconds and try again.",
    )


class ResetLinkInvalidError(NotFoundError):
    """The link was never given out, has been used, or its time is over."""

    code = "reset-link-invalid"
    title = Text("このリンクは使えません。", "This link can't be used.")
    remedy = Text(
        "期限（{minutes}分）が過ぎたか、すでに使われています。再設定をもう一度依頼してください。",
        "It is older than {minutes} minutes or was used already. Ask for another mail.",
    )


class MailUnavailableError(ConflictError):
    """The operator has set no way to send mail."""

    code = "mail-unavailable"
    title = Text("このサービスからはメールを送れません。", "This service can't send mail.")
    remedy = Text(
        "パスワードの再設定は、サービスの運営者に依頼してください。",
        "Ask the operator of the service to set a new password.",
    )


class SecondFactorRefusedError(UnauthenticatedError):
    """The code is wrong, too old, or was used already."""

    code = "second-factor-refused"
    title = Text("確認コードが違います。", "The code is not right.")
    remedy = Text(
        "認証アプリに今表示されている新しいコードか、まだ使っていない回復コードを入力してください。",
        "Enter the newest code of your authenticator app, or a recovery code you have not used.",
    )


class PasskeyRefusedError(UnauthenticatedError):
    """What the device answered does not prove that it holds a passkey of this account."""

    code = "passkey-refused"
    title = Text("パスキーを確認できませんでした。", "The passkey could not be checked.")
    remedy = Text(
        "もう一度お試しください。登録していない端末では、パスワードでログインしてください。",
        "Try again. On a device without your passkey, sign in with your password.",
    )


class AuthenticatorCodeWrongError(InvalidError):
    """The code that should prove that the app was set up is not right."""

    code = "authenticator-code-wrong"
    title = Text("確認コードが違うため、まだ登録していません。", "The code is not right, so nothing was set up yet.")
    remedy = Text(
        "認証アプリに今表示されている6桁のコードを入力してください。端末の時刻も確かめてください。",
        "Enter the six digits your app shows now, and check the clock of your device.",
    )


class PageExpiredError(ConflictError):
    """What a page carries for its next step is too old, was used already, or belongs to somebody else."""

    code = "page-expired"
    title = Text(
        "画面を開いてから時間が経ちすぎたか、すでに送信されています。", "This page is too old, or was sent already."
    )
    remedy = Text("はじめからやり直してください。", "Please start again.")


class AuthenticatorExistsError(ConflictError):
    """There is an authenticator app already."""

    code = "authenticator-exists"
    title = Text("認証アプリはすでに登録されています。", "An authenticator app is already set up.")
    remedy = Text("入れ替えるときは、先に今の登録を外してください。", "To change it, remove the present one first.")


class PasskeyLimitError(ConflictError):
    """The account holds as many passkeys as it may."""

    code = "passkey-limit"
    title = Text("登録できるパスキーは{most}個までです。", "An account holds at most {most} passkeys.")
    remedy = Text("使わなくなったパスキーを外してください。", "Remove passkeys you no longer use.")


class NoFactorError(ConflictError):
    """Recovery codes stand in for a second factor, and there is none."""

    code = "no-second-factor"
    title = Text("二段階認証がまだ設定されていません。", "No second factor is set up yet.")
    remedy = Text("先に認証アプリかパスキーを登録してください。", "Set up an authenticator app or a passkey first.")
