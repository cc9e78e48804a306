"""The messages of inputs that have the wrong shape."""

from __future__ import annotations

from marketplace.kernel.text import Text

MUST_BE_BOOLEAN = Text("真偽値で指定してください。", "must be boolean.")
MUST_BE_TEXT = Text("文字列で指定してください。", "must be a string.")
MUST_BE_LIST = Text("配列で指定してください。", "must be an array.")
MUST_BE_OBJECT = Text("オブジェクトで指定してください。", "must be an object.")
MUST_BE_NUMBER = Text("数字でなければなりません。", "Only numbers are allowed.")
NOT_ALLOWED_HERE = Text("この値は指定できません。", "This value cannot be specified here.")


def at_least(least: int) -> Text:
    """Return the message of a number that is too small."""
    return Text(f"最小でも{least}以上です。", f"must be greater than or equal to {least}")


def at_most(most: int) -> Text:
    """Return the message of a number that is too large."""
    return Text(f"最大でも{most}以下です。", f"must be less than or equal to {most}")


def too_long(most: int) -> Text:
    """Return the message of a text that is too long."""
    return Text(f"{most + 1}文字より短くなければなりません。", f"Enter less than {most + 1} characters.")


def too_short(least: int) -> Text:
    """Return the message of a text that is too short."""
    return Text(f"{least - 1}文字より長くなければなりません。", f"Enter more than {least - 1} characters.")


def size_between(least: int, most: int | None) -> Text:
    """Return the message of a list with too few or too many items."""
    if most is None:
        return Text(f"{least}件以上指定してください。", f"size must be {least} or more")
    return Text(f"{least}件から{most}件までで指定してください。", f"size must be between {least} and {most}")
