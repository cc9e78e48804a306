"""Refusals of what the operator can't do."""

from __future__ import annotations

from marketplace.kernel.errors import ConflictError, NotFoundError, RateLimitedError
from marketplace.kernel.text import Text


class AccountNotFoundError(NotFoundError):
    """Nobody is registered with the address, or under the id."""

    code = "account-not-found"
    title = Text("このメールアドレスのアカウントはありません。", "No account has this e-mail address.")
    remedy = Text(
        "メールアドレスを、省略せずに入力してください。大文字と小文字は区別しません。",
        "Enter the whole e-mail address; capitals make no difference.",
    )


class OwnAccountError(ConflictError):
    """Whoever runs the service would lock themself out."""

    code = "own-account"
    title = Text("自分のアカウントは停止できません。", "You can't disable your own account.")
    remedy = Text("ほかの運営者に依頼してください。", "Ask somebody else of the operator.")


class NobodyToVerifyError(ConflictError):
    """There is no administrator whose acting for the municipality could have been made sure of."""

    code = "nobody-to-verify"
    title = Text("この団体には、まだ構成員がいません。", "This municipality has no members yet.")
    remedy = Text(
        "構成員が加わってから、本人と団体に確かめてください。",
        "Wait until it has members, then make sure of them with the municipality.",
    )


class ActsForOthersError(ConflictError):
    """Somebody who acts for a municipality acts for that one; whoever runs the service needs an account for it."""

    code = "acts-for-others"
    title = Text("この人は、ほかの団体の構成員です。", "This person acts for another municipality.")
    remedy = Text(
        "運営には、別のメールアドレスのアカウントを使ってください。",
        "Use an account with another e-mail address to run the service.",
    )


class ReportedNotFoundError(NotFoundError):
    """What is to be reported is gone, or never was."""

    code = "reported-not-found"
    title = Text("報告する対象が見つかりません。", "What you want to report can't be found.")
    remedy = Text("削除されたかもしれません。前のページに戻って確かめてください。", "It may be gone. Go back and look.")


class ThingNotFoundError(NotFoundError):
    """What is to be hidden or shown is gone, or never was."""

    code = "thing-not-found"
    title = Text("対象が見つかりません。", "There is nothing like this.")
    remedy = Text("書いた団体が削除したかもしれません。", "Whoever wrote it may have deleted it.")


class ReportNotFoundError(NotFoundError):
    """There is no report with this id."""

    code = "report-not-found"
    title = Text("報告が見つかりません。", "There is no such report.")
    remedy = Text("報告の一覧から選んでください。", "Choose one from the list of reports.")


class ReportSettledError(ConflictError):
    """Somebody else of the operator was quicker."""

    code = "report-settled"
    title = Text("この報告は、すでに対応済みです。", "This report has been dealt with already.")
    remedy = Text("報告の一覧で、結果を確かめてください。", "See the outcome in the list of reports.")


class ReportLimitError(RateLimitedError):
    """One person has reported as much as counts within a day."""

    code = "report-limit"
    title = Text("報告は、1日に{most}件までです。", "You can send at most {most} reports a day.")
    remedy = Text(
        "急ぐときは、利用規約のページにある運営者の連絡先に知らせてください。",
        "If it can't wait, use the contact on the page of the terms of use.",
    )
