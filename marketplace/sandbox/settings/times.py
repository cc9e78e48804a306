"""Times of day as settings write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from marketplace.kernel.text import Text
from marketplace.sandbox.settings.shapes import Problems, Txt

TIME_MALFORMED = Text("時刻は「時:分」で指定してください。", "Specify the time as hours:minutes.")
TEN_MINUTES = Text(
    "時刻は10分単位の「時:分」で指定してください。", "Specify the time as hours:minutes in steps of ten minutes."
)
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day such as 09:30, on request in steps of ten minutes only."""

    in_tens: bool = False

    def read(self, value: object, key: str, problems: Problems) -> str:
        """Return the time."""
        text = Txt(shortest=1).read(value, key, problems)
        if text and not (_TIME.fullmatch(text) and (not self.in_tens or text.endswith("0"))):
            problems.add(key, TEN_MINUTES if self.in_tens else TIME_MALFORMED)
        return text
