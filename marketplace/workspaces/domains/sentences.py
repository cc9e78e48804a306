"""What is said about a connection, for officials who never saw an HTTP status."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.kernel.text import Text
from marketplace.kintone.blocked import BLOCKED, GATE
from marketplace.kintone.errors import FailureKind, KintoneFailure, KintoneUncallableError, KintoneUnreachableError

SIGNS_IN = Text("ログインできました。", "The account can sign in.")
CREATION_CANNOT_BE_ASKED = Text(
    "アプリを作成できるかどうかは、作ってみるまでkintoneからは分かりません。kintoneシステム管理の「アクセス権」で、"
    "このアカウントに「アプリの作成」が許可されているか確かめてください。",
    "Whether the account may create apps can't be asked of kintone without creating one. Check in kintone's system "
    "administration, under permissions, that this account may create apps.",
)
PASSWORD = Text(
    "ログイン名とパスワードを確かめて、アカウントを入れ替えてください。何度も間違えると、アカウントがロックされます。",
    "Check the login and the password and replace the credentials. After too many wrong tries the account is locked.",
)
NETWORK = Text(
    "アドレスに間違いがないか、このサービスから外のネットワークに出られるかを確かめて、時間をおいて試してください。",
    "Check the address, and that this service may reach the outside network, and try again later.",
)
WITH_REMEDY: Mapping[str, tuple[Text, Text]] = {
    "CB_WA01": (Text("ログイン名またはパスワードが違います。", "The login or the password is wrong."), PASSWORD),
    "CB_AU01": (Text("ログインできませんでした。", "The account could not sign in."), PASSWORD),
    "CB_TW02": (
        Text(
            "このアカウントは2要素認証が有効なため、パスワードだけではログインできません。",
            "The account uses two-factor authentication, so the password alone does not sign it in.",
        ),
        Text(
            "2要素認証を使わない、接続専用のアカウントを用意してください。",
            "Use an account of its own for the connection, without two-factor authentication.",
        ),
    ),
    "CB_NO02": (
        Text(
            "ログインはできますが、kintoneを使う権限がありません。",
            "The account can sign in but has no right to use kintone.",
        ),
        Text(
            "cybozu.com共通管理で、このアカウントにkintoneの利用を許可してください。",
            "Allow the account to use kintone in the administration of cybozu.com.",
        ),
    ),
    GATE: (
        Text("Basic認証で止められました。", "Basic authentication stands before the domain."),
        Text(
            "Basic認証のユーザー名とパスワードを、接続用アカウントと一緒に入力してください。",
            "Enter the user and the password of the Basic authentication together with the account.",
        ),
    ),
    BLOCKED: (
        Text(
            "kintoneの手前で接続が拒否されました。IPアドレス制限がかかっている可能性があります。",
            "The connection was refused before it came to kintone, perhaps by a restriction of IP addresses.",
        ),
        Text(
            "cybozu.com共通管理の「IPアドレス制限」に、このサービスのIPアドレスを加えてください。",
            "Add the IP address of this service to those that cybozu.com's administration lets in.",
        ),
    ),
    "certificate": (
        Text("接続先の証明書を確認できませんでした。", "The certificate of the host could not be verified."),
        Text(
            "アドレスに間違いがないか、通信を検査する装置が間に入っていないか、運営者に確かめてください。",
            "Check the address, and ask the operator whether a device on the way inspects the traffic.",
        ),
    ),
}


def explain(failure: KintoneFailure) -> tuple[Text, Text]:
    """Return what a failure means and what to do about it."""
    known = WITH_REMEDY.get(failure.code)
    if known is not None:
        return known
    if isinstance(failure, KintoneUnreachableError | KintoneUncallableError):
        return failure.message, NETWORK
    if failure.kind is FailureKind.RETRYABLE:
        busy = Text("kintoneが混み合っているか、メンテナンス中です。", "kintone is busy or being maintained.")
        return busy, Text("時間をおいて試してください。", "Try again later.")
    told = Text(
        f"kintoneから、想定していない応答がありました：{failure.message.ja}",
        f"The answer was not the one expected of a kintone: {failure.message.en}",
    )
    return told, Text("アドレスがkintoneのものか確かめてください。", "Check that the address is that of a kintone.")


def sees_apps(count: int, *, is_more: bool) -> Text:
    """Return how many apps the account sees."""
    if is_more:
        return Text(f"{count}個以上のアプリが見えます。", f"The account sees {count} apps or more.")
    return Text(f"{count}個のアプリが見えます。", f"The account sees {count} apps.")


def manages(tried: int, managed: int) -> Text:
    """Return what the apps looked at tell of the right to make others."""
    if not tried:
        return Text(
            "アプリを作成できるかは分かりません（手がかりになるアプリがありません）。",
            "Whether the account may create apps is not known: there is no app to judge by.",
        )
    return Text(
        f"アプリを作成できるかは分かりません（見えるアプリ{tried}個のうち、{managed}個の設定を開けました）。",
        f"Whether the account may create apps is not known: of {tried} apps tried, it opens the settings of {managed}.",
    )


def guest_space(number: str) -> Text:
    """Return that a guest space can be reached."""
    return Text(f"ゲストスペース（番号{number}）に入れます。", f"The account can enter guest space {number}.")


def no_guest_space(number: str, failure: KintoneFailure) -> Text | None:
    """Return that it can't, where that is what the failure means."""
    refused = failure.status is not None and failure.kind is FailureKind.PERMANENT
    if not refused:
        return None
    return Text(
        f"ゲストスペース（番号{number}）に入れません。番号と、アカウントがスペースに参加しているかを確かめてください。",
        f"The account can't enter guest space {number}. Check the number, and that the account is a member of it.",
    )
