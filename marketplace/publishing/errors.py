"""Refusals on the way from an upload to a version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marketplace.kernel.errors import ConflictError, InvalidError, NotFoundError, TooLargeError
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
    remedy = Text(
        "変更する場合は、ファイルをもう一度アップロードしてください。", "To change it, upload the file again."
    )


class DraftHasErrorsError(InvalidError):
    """A draft with errors can't be released."""

    code = "draft-has-errors"
    title = Text(
        "指摘（エラー）が{count}件あるため、公開できません。", "There are {count} errors, so it can't be released."
    )
    remedy = Text(
        "指摘を直したファイルを、もう一度アップロードしてください。",
        "Correct what the findings say and upload the file again.",
    )

    def __init__(self, findings: Sequence[dict[str, Any]] = ()) -> None:
        """Keep the findings that stand in the way."""
        super().__init__(count=len(findings))
        self.details = list(findings)


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
