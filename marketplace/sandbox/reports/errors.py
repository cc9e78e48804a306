"""Refusals of reports."""

from __future__ import annotations

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import PlatformError


class TooManyGroupsError(PlatformError):
    """A report would have more groups than anybody can read."""

    code = "CB_VA01"
    message = Text(
        "分類した結果が{most}件を超えるため、集計できません。分類する項目か、絞り込み条件を見直してください。",
        "The report has more than {most} groups. Choose other fields to group by, or a narrower filter.",
    )
