"""What is said of apps that can't be read and of exports that stopped."""

from __future__ import annotations

from http import HTTPStatus

from marketplace.bundle.errors import BundleRefusedError
from marketplace.exports.following import HiddenApp
from marketplace.exports.progress import Progress
from marketplace.installs.failures import INTERNAL, INTERNAL_ERROR, Failure
from marketplace.kernel.errors import DomainError
from marketplace.kernel.text import Language, Text
from marketplace.kintone.errors import KintoneFailure
from marketplace.workspaces.domains.sentences import explain

GONE = frozenset({"GAIA_AP01"})
NO_RIGHT = frozenset({"CB_NO02", "GAIA_NO01"})
OFF_PATH = frozenset({"GAIA_IL23", "GAIA_IL25"})
MOST_FINDINGS = 3
AGAIN = Text("そのあと「再開」してください。", "Then resume.")


def hidden_app(hidden: HiddenApp) -> Text:
    """Return why an app could not be read, and which right was missing if it was one."""
    named = f"「{hidden.name}」" if hidden.name else ""
    app = Text(
        f"アプリ{named}（番号{hidden.app_id}）", f"App {hidden.app_id}" + (f" “{hidden.name}”" if hidden.name else "")
    )
    failure = hidden.failure
    if failure.code in GONE:
        return Text(
            f"{app.ja}は、見つかりません。削除された可能性があります。", f"{app.en} was not found; it may be gone."
        )
    if failure.code in OFF_PATH:
        return Text(
            f"{app.ja}は、ゲストスペースの中のアプリです。そのゲストスペースを指定してください。",
            f"{app.en} is in a guest space; name that guest space.",
        )
    if failure.code in NO_RIGHT or failure.status == HTTPStatus.FORBIDDEN:
        return Text(
            f"{app.ja}を読み出す権限がありません。必要な権限：アプリのアクセス権の「アプリ管理」",
            f"The account has no right to read {app.en}. Needed: “Manage app” in the permissions for the app.",
        )
    return Text(
        f"{app.ja}を読み出せませんでした（{failure.code or failure.status}：{failure.message.ja}）。",
        f"{app.en} could not be read ({failure.code or failure.status}: {failure.message.en}).",
    )


def describe_failure(progress: Progress, error: Exception) -> Failure:
    """Return why an export stopped for good; of an error of our own the details are for the log only."""
    if isinstance(error, BundleRefusedError):
        return _describe_findings(error)
    if isinstance(error, DomainError):
        title = Text(error.says(Language.JA), error.says(Language.EN))
        remedy = Text(error.advises(Language.JA), error.advises(Language.EN))
        return Failure(title, remedy, error.code, title.ja)
    if isinstance(error, KintoneFailure):
        told, remedy = explain(error)
        code = error.code or ("no-answer" if error.status is None else f"http-{error.status}")
        place = progress.label
        reason = Text(f"『{place.ja}』で止まりました。{told.ja}", f"Stopped at “{place.en}”. {told.en}")
        return Failure(reason, Text(f"{remedy.ja}{AGAIN.ja}", f"{remedy.en} {AGAIN.en}"), code, error.message.ja)
    return Failure(INTERNAL_ERROR, INTERNAL, "internal", INTERNAL_ERROR.ja)


def _describe_findings(error: BundleRefusedError) -> Failure:
    """Return why what was read is no bundle: the first findings, each with its place."""
    first = error.findings[:MOST_FINDINGS]
    ja = "".join(f"{each.title.ja}（{each.file}{each.pointer}）" for each in first)
    en = " ".join(f"{each.title.en} ({each.file}{each.pointer})" for each in first)
    reason = Text(f"読み出した内容を、バンドルにできませんでした。{ja}", f"What was read can't be a bundle. {en}")
    remedy = Text("".join(each.remedy.ja for each in first), " ".join(each.remedy.en for each in first))
    return Failure(reason, remedy, error.code, reason.ja)
