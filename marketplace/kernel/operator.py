"""Who runs the service, for the pages that name somebody to turn to."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operator:
    """The organisation that runs the service, as it wants to be named; empty until it says so."""

    name: str = ""
    contact: str = ""

    @property
    def is_contact_an_address(self) -> bool:
        """Tell whether the contact is one mail or web address, which pages make a link of."""
        return re.fullmatch(r"https?://[^\s<>]+|[^\s@<>:]+@[^\s@<>:]+", self.contact) is not None


UNNAMED = Operator()
