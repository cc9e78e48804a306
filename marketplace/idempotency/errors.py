"""Refusals of idempotency keys."""

from __future__ import annotations

from marketplace.kernel.errors import ConflictError, InvalidError
from marketplace.kernel.text import Text


class IdempotencyKeyInvalidError(InvalidError):
    """The key is empty, too long, or holds what a header should not."""

    code = "idempotency-key-invalid"
    title = Text("Idempotency-Keyの形式が正しくありません。", "The Idempotency-Key is not valid.")
    remedy = Text(
        "1〜{maximum}文字の英数字・記号で指定してください（UUIDをおすすめします）。",
        "Use 1 to {maximum} letters, digits and marks of ASCII, best a UUID.",
    )


class IdempotencyConflictError(ConflictError):
    """The first request with this key has not ended."""

    code = "idempotency-key-in-use"
    title = Text(
        "同じIdempotency-Keyのリクエストを処理中です。", "A request with this Idempotency-Key is still running."
    )
    remedy = Text(
        "少し待ってから、同じキーと同じ内容でもう一度送ってください。",
        "Wait a moment and send the same request with the same key again.",
    )


class IdempotencyMismatchError(InvalidError):
    """The key was used for a different request."""

    code = "idempotency-key-reused"
    title = Text(
        "このIdempotency-Keyは別の内容のリクエストで使われています。",
        "This Idempotency-Key was used for a different request.",
    )
    remedy = Text(
        "内容が違うリクエストには、新しいキーを指定してください。",
        "Use a new key for a request with different content.",
    )
