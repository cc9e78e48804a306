"""Says why an import stopped and what to do, in both languages, from what kintone answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from marketplace.bundle.model import JsonObject
from marketplace.installs.models import StepKind
from marketplace.installs.sentences import label_of
from marketplace.installs.steps.writing import ChangedMeanwhileError
from marketplace.kernel.errors import DomainError
from marketplace.kernel.text import Language, Text
from marketplace.kintone.blocked import BLOCKED as ACCESS_BLOCKED
from marketplace.kintone.blocked import GATE
from marketplace.kintone.errors import (
    FailureKind,
    KintoneAnswerError,
    KintoneError,
    KintoneFailure,
    KintoneUncallableError,
)

UNREACHABLE = Text(
    "ワークスペースに接続できるか確かめ、時間をおいて「再開」してください。途中まで作ったアプリはそのまま使われます。",
    "Check that the workspace can be reached and resume later. The apps made so far will be used.",
)
BUSY = Text(
    "ワークスペースが混み合っています。時間をおいて「再開」してください。",
    "The workspace is busy. Resume later.",
)
CREDENTIALS = Text(
    "ワークスペースの接続用アカウント（ログイン名・パスワード）を確かめて入れ替えてください。"
    "入れ替えると、止まったところから自動で進みます。",
    "Check the account the workspace is reached with and replace its credentials; the import then goes on by itself.",
)
PRIVILEGE = Text(
    "接続用アカウントにアプリの作成・管理の権限を付けてから「再開」してください。",
    "Give the account the right to create and manage apps, then resume.",
)
ADDRESS = Text(
    "ワークスペースの接続先のアドレスと、その証明書の期限を確かめてから「再開」してください。",
    "Check the address of the workspace and the certificate of its host, then resume.",
)
BLOCKED = Text(
    "kintoneのIPアドレス制限などで、このサービスからの接続が許可されているか確かめてから「再開」してください。",
    "Check that kintone lets this service in (restriction of IP addresses), then resume.",
)
CONFLICT = Text(
    "ほかの人が同じアプリの設定を変更しています。変更が終わってから「再開」してください。",
    "Somebody else is changing the settings of the same app. Resume when they are done.",
)
CHANGED_MEANWHILE = Text(
    "kintoneのアプリの設定画面で変更の内容を確かめ、今の設定の上に続けるか、導入をやめるかを選んでください。",
    "See what was changed in the settings of the app on kintone, then choose to go on on top of it, or to stop.",
)
NO_KINTONE = Text(
    "ワークスペースのアドレスが正しいか、途中のプロキシや認証画面がさえぎっていないか確かめてください。",
    "Check the workspace's address, and that no proxy or sign-in page stands in between.",
)
DEPLOY = Text(
    "kintoneのアプリ設定画面で該当アプリの「アプリを更新」を試して理由を確かめ、解消してから「再開」してください。",
    "Try “Update App” in the settings of the app on kintone to see the reason, resolve it, then resume.",
)
DEPLOY_EXPLAINED = Text("示された理由を解消してから「再開」してください。", "Resolve the reason given, then resume.")
TEMPLATE = Text(
    "テンプレートの設定をkintoneが受け付けませんでした。公開団体に知らせ、原因を除いてから「再開」してください。",
    "kintone did not accept a setting of the template. Tell its publisher, and resume once the cause is gone.",
)
NOBODY = Text(
    "差し込み項目に指定したコードのユーザー・グループ・組織を、ワークスペースに追加してから「再開」してください。",
    "Add the users, groups or organisations you gave for the placeholders to the workspace, then resume.",
)
INTERNAL = Text(
    "サービス側で問題が起きました。時間をおいて「再開」してください。続くときは運営者に連絡してください。",
    "Something went wrong on our side. Resume later; if it happens again, contact the operator.",
)
INTERNAL_ERROR = Text("内部エラー", "internal error")
BY_CODE: Mapping[str, Text] = {
    "CB_NO02": PRIVILEGE,
    "CB_WA01": CREDENTIALS,
    "CB_AU01": CREDENTIALS,
    "CB_TW02": CREDENTIALS,
    GATE: CREDENTIALS,
    ACCESS_BLOCKED: BLOCKED,
    "GAIA_IL26": NOBODY,
    "GAIA_IL27": NOBODY,
    "GAIA_IL28": NOBODY,
    "deploy-failed": DEPLOY,
    "deploy-unfinished": UNREACHABLE,
}
BY_STATUS: Mapping[int | None, Text] = {
    HTTPStatus.UNAUTHORIZED: CREDENTIALS,
    HTTPStatus.FORBIDDEN: PRIVILEGE,
    HTTPStatus.TOO_MANY_REQUESTS: BUSY,
}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an import stopped."""

    reason: Text
    remedy: Text
    code: str
    """kintone's code, or a word of ours where kintone gave none."""
    message: str
    """kintone's own words, or ours where the cause is on our side."""

    def as_document(self) -> JsonObject:
        """Return the failure as the import keeps it."""
        return {
            "reason": {"ja": self.reason.ja, "en": self.reason.en},
            "remedy": {"ja": self.remedy.ja, "en": self.remedy.en},
            "code": self.code,
            "message": self.message,
        }

    @classmethod
    def from_document(cls, document: JsonObject) -> Failure:
        """Read back what as_document wrote."""
        return cls(Text(**document["reason"]), Text(**document["remedy"]), document["code"], document["message"])


def describe_failure(kind: StepKind, app_name: str, error: Exception, deploy_reason: Text | None = None) -> Failure:
    """Return why a step failed for good; of an error of our own the details are for the log only.

    `deploy_reason` is what a built-in workspace knows of a failed deploy beyond kintone's answer.
    """
    code, message, remedy = _explain(error)
    if deploy_reason is not None:
        message = Text(f"{message.ja}{deploy_reason.ja}", f"{message.en} {deploy_reason.en}")
        remedy = DEPLOY_EXPLAINED
    label = label_of(kind, app_name)
    if isinstance(error, ChangedMeanwhileError):
        stopped = Text(
            f"{message.ja}上書きしないように、手順『{label.ja}』の前で止めました。",
            f"{message.en} To overwrite nothing, this stopped before the step “{label.en}”.",
        )
        return Failure(stopped, CHANGED_MEANWHILE, code, message.ja)
    # kintone's own codes help whoever looks them up; ours would only be in the way.
    named = ("", "") if isinstance(error, KintoneFailure) and error.status is None else (f"{code}：", f"{code}: ")
    reason = Text(
        f"手順『{label.ja}』で止まりました（{named[0]}{message.ja}）。",
        f"Stopped at the step “{label.en}” ({named[1]}{message.en}).",
    )
    return Failure(reason, remedy, code, message.ja)


def _explain(error: Exception) -> tuple[str, Text, Text]:
    if isinstance(error, KintoneFailure):
        code = error.code or ("no-answer" if error.status is None else f"http-{error.status}")
        return code, error.message, _remedy(error)
    if isinstance(error, DomainError):
        message = Text(error.says(Language.JA), error.says(Language.EN))
        return error.code, message, Text(error.advises(Language.JA), error.advises(Language.EN))
    return "internal", INTERNAL_ERROR, INTERNAL


def _remedy(failure: KintoneFailure) -> Text:
    known = BY_CODE.get(failure.code) or BY_STATUS.get(failure.status)
    if known is not None:
        return known
    if failure.kind is FailureKind.CONFLICT:
        return CONFLICT
    if failure.kind is FailureKind.RETRYABLE:
        return UNREACHABLE
    if isinstance(failure, KintoneUncallableError):
        return ADDRESS
    if isinstance(failure, KintoneAnswerError):
        return NO_KINTONE
    return TEMPLATE if isinstance(failure, KintoneError) else INTERNAL
