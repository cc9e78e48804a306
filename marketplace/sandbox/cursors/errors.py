"""Refusals around cursors, with kintone's codes and words."""

from __future__ import annotations

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import PlatformError


class CursorNotFoundError(PlatformError):
    """There is no such cursor: it was read to its end, deleted, or it expired."""

    code = "GAIA_CN01"
    message = Text(
        "指定したカーソルは存在しないか、既に有効期限が切れています。",
        "The specified cursor does not exist or has already expired.",
    )


class CursorLimitError(PlatformError):
    """The site has as many cursors as it may."""

    code = "GAIA_TM12"
    message = Text(
        "作成できるカーソルの上限に達しているため、カーソルを作成できません。"
        "不要なカーソルを削除するか、しばらく経ってから再実行してください。",
        "The cursor cannot be created because the number of cursors has reached the limit. "
        "Delete cursors that are no longer needed, or try again later.",
    )


NO_LIMIT_OR_OFFSET = Text(
    "カーソルを作成するときは、limitとoffsetを指定できません。", "limit and offset cannot be specified for a cursor."
)
