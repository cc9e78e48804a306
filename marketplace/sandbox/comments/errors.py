"""Refusals around comments, with kintone's codes and words."""

from __future__ import annotations

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import PlatformError


class CommentNotFoundError(PlatformError):
    """The record has no such comment."""

    code = "GAIA_RE02"
    message = Text(
        "指定したコメントが存在しません。削除された可能性があります。",
        "The specified comment does not exist. The comment may have been deleted.",
    )


class CommentOfAnotherError(PlatformError):
    """Only those who wrote a comment may delete it."""

    code = "GAIA_RE03"
    message = Text(
        "コメント（id: {id}）を削除できません。ほかのユーザーが投稿したコメントです。",
        "Cannot delete the comment (ID: {id}). The comment was posted by someone other than you.",
    )


class CommentsDisabledError(PlatformError):
    """The app's settings have comments switched off."""

    code = "GAIA_RE12"
    message = Text("コメント機能が無効になっています。", "Comment feature is disabled.")
