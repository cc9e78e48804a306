"""How a kintone domain is reached, and as whom."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a kintone domain; no secret appears where it is printed."""

    address: str
    """Where the paths that start with /k/ begin; no final slash."""
    login: str
    password: str = field(repr=False)
    gate_user: str | None = None
    """The user of the Basic authentication that may stand before a domain."""
    gate_password: str = field(default="", repr=False)

    def headers(self) -> Mapping[str, str]:
        """Return what names the account in a call."""
        sent = {"X-Cybozu-Authorization": _pair(self.login, self.password)}
        if self.gate_user is not None:
            sent["Authorization"] = f"Basic {_pair(self.gate_user, self.gate_password)}"
        return sent

    def secrets(self) -> Iterator[str]:
        """Return whatever must not come back in an answer that people see."""
        yield self.password
        yield _pair(self.login, self.password)
        if self.gate_user is not None:
            yield self.gate_password
            yield _pair(self.gate_user, self.gate_password)


def _pair(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
