"""Refusals on the way from an upload to a version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marketplace.kernel.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    PreconditionFailedError,
    RateLimitedError,
    TooLargeError,
)
from marketplace.kernel.text import Text


class DraftNotFoundError(NotFoundError):
    """No such draft of the caller's municipality."""

    code = "draft-not-found"
    title = Text("この下書きは見つかりませんでした。", "There is no such draft.")
    remedy = Text("下書きの一覧から選び直してください。", "Choose it from your list of drafts.")


class DraftClosedError(ConflictError):
    """The draft was released or discarded before."""

    code = "draft-closed"
    title = Text("この下書きは、すでに公開または破棄されています。", "This draft was already released or discarded.")
    remedy = Text("変更する場合は、新しい下書きを作ってください。", "To change it, make a new draft.")


class DraftChangedError(PreconditionFailedError):
    """Somebody changed the draft since the caller looked at it."""

    code = "draft-changed"
    title = Text("ほかの人が、先にこの下書きを保存しました。", "Somebody else saved this draft first.")
    remedy = Text(
        "まだ何も上書きしていません。保存されている内容を見て、必要なところを合わせてから、もう一度保存してください。",
        "Nothing was overwritten. Look at what was saved, take over what you need, then save again.",
    )


class DraftHeldError(ConflictError):
    """The release of the draft waits for the operator; until then it stays as it is."""

    code = "draft-held"
    title = Text("この下書きは、運営の確認を待っています。", "This draft waits for the operator's review.")
    remedy = Text(
        "結果をお待ちください。直したいときは、下書きのページで公開の依頼を取り下げてください。",
        "Please wait for the outcome. To change it, take the release back on the page of the draft.",
    )


class DraftNotHeldError(ConflictError):
    """Somebody else decided, or the author took it back, while it was looked at."""

    code = "draft-not-held"
    title = Text("この下書きは、もう確認を待っていません。", "This draft does not wait for a review any more.")
    remedy = Text("ページを開き直して、結果を確かめてください。", "Load the page again and see what became of it.")


class HeldDraftChangedError(ConflictError):
    """What is to be decided on is not what was looked at."""

    code = "held-draft-changed"
    title = Text("見ていた内容と、いまの下書きの内容が違います。", "The draft is not what you were looking at.")
    remedy = Text(
        "ページを開き直し、いまの内容を確かめてから決めてください。", "Load the page again and look at it first."
    )


class OwnDraftHeldError(ForbiddenError):
    """Nobody decides on a draft of their own."""

    code = "own-draft-held"
    title = Text("自分が作った下書きの確認は、できません。", "You can't review a draft of your own.")
    remedy = Text("ほかの運営者に頼んでください。", "Ask somebody else of the operator.")


class DraftHasErrorsError(InvalidError):
    """A draft with errors can't be released."""

    code = "draft-has-errors"
    title = Text(
        "指摘（エラー）が{count}件あるため、公開できません。", "There are {count} errors, so it can't be released."
    )
    remedy = Text(
        "下書きのページで、指摘を1件ずつ直してください。",
        "Correct what the findings say, one by one, from the page of the draft.",
    )

    def __init__(self, findings: Sequence[dict[str, Any]] = ()) -> None:
        """Keep the findings that stand in the way."""
        super().__init__(count=len(findings))
        self.details = list(findings)


class FindingsUnansweredError(ConflictError):
    """Findings that may be personal data wait for a second person."""

    code = "findings-unanswered"
    title = Text(
        "ほかの人の確認を待っている指摘が{count}件あるため、まだ公開できません。",
        "Somebody else has to answer {count} findings before it can be released.",
    )
    remedy = Text(
        "下書きを作った人とは別の管理者か公開担当に、下書きのページで1件ずつ答えてもらってください。",
        "Ask an administrator or publisher other than its author to answer each of them on the page of the draft.",
    )

    def __init__(self, findings: Sequence[dict[str, Any]] = ()) -> None:
        """Keep the findings that wait."""
        super().__init__(count=len(findings))
        self.details = list(findings)


class FindingNotFoundError(NotFoundError):
    """The draft has no such finding that needs an answer."""

    code = "finding-not-found"
    title = Text("この下書きに、答えを待つその指摘はありません。", "This draft has no such finding to answer.")
    remedy = Text("下書きのページを開き直してください。", "Open the page of the draft again.")


class PictureNotFoundError(NotFoundError):
    """The draft has no such picture that could be changed so."""

    code = "picture-not-found"
    title = Text("この下書きに、その画像はありません。", "The draft has no such picture.")
    remedy = Text(
        "画像のページを開き直してください。アイコンは、取り除くかわりに置き換えます。",
        "Open the page of its pictures again. An icon is replaced instead of removed.",
    )


class AnswerInPersonError(ForbiddenError):
    """A token can't answer to findings."""

    code = "answer-in-person"
    title = Text("指摘への回答は、人がページで行います。", "Findings are answered by people, on the page of the draft.")
    remedy = Text(
        "管理者か公開担当としてログインし、下書きのページで答えてください。APIトークンでは答えられません。",
        "Sign in as an administrator or publisher and answer on the page of the draft; a token can't.",
    )


class SecondPersonNeededError(ForbiddenError):
    """Who brought something into a draft can't answer to the finding about it."""

    code = "second-person-needed"
    title = Text(
        "自分が入れた内容への指摘には、答えられません。", "You can't answer findings about what you brought yourself."
    )
    remedy = Text(
        "同じ団体の、ほかの管理者か公開担当に頼んでください。",
        "Ask another administrator or publisher of your municipality.",
    )


class TooManyDraftsError(ConflictError):
    """A municipality has as many open drafts as it may."""

    code = "too-many-drafts"
    title = Text("下書きが{most}件に達しています。", "There are {most} open drafts already.")
    remedy = Text(
        "使わない下書きを破棄してから、アップロードしてください。", "Discard drafts you no longer need first."
    )


class BundleTooLargeError(TooLargeError):
    """The uploaded file is over the limit."""

    code = "bundle-too-large"
    title = Text("ファイルが大きすぎます（上限 {megabytes} MB）。", "The file is too large (at most {megabytes} MB).")
    remedy = Text(
        "画像や添付ファイルを減らすか小さくして、もう一度アップロードしてください。",
        "Use fewer or smaller pictures and attachments and upload it again.",
    )


class ReleasedTooFastError(RateLimitedError):
    """The publisher releases faster than the operator allows."""

    code = "released-too-fast"
    title = Text("短い時間に、続けて公開されています。", "You are releasing too fast.")
    remedy = Text(
        "{retry_after}秒ほど待って、もう一度公開してください。下書きはそのまま残っています。",
        "Release it again in about {retry_after} seconds. The draft stays as it is.",
    )
