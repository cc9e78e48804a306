"""What carries one call to a kintone: HTTPS to a domain, or a call inside this process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from marketplace.bundle.model import JsonObject


@dataclass(frozen=True, slots=True)
class Upload:
    """A file sent as the multipart part `file`."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came: any status, any content."""

    status: int
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    is_repeated: bool = False
    """Whether it came earlier and is only told again."""

    @property
    def content_type(self) -> str:
        """The media type without parameters, in lower case."""
        given = next((value for name, value in self.headers.items() if name.lower() == "content-type"), "")
        return given.split(";")[0].strip().lower()


class Transport(Protocol):
    """Carries one call and returns whatever was answered; it follows no redirect and repeats nothing.

    Raises KintoneUnreachableError when no answer came: whether the call took effect is then unknown.
    An answer must come, or the attempt end, well within the lease of an import (installs/lease.py).
    """

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        file: Upload | None = None,
    ) -> Reply:
        """Send a call; `path` starts with /k/."""
        ...
