"""A call as it is handed to a runner, and the outcome as the runner tells it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from marketplace.bundle.canonical import canonical_json
from marketplace.bundle.model import Bundle, JsonObject
from marketplace.kernel.text import Text
from marketplace.kintone.answers import TOO_LARGE
from marketplace.kintone.blocked import require_passed
from marketplace.kintone.errors import KintoneAnswerError, KintoneUncallableError, KintoneUnreachableError
from marketplace.kintone.transport import Reply, Upload


class Problem(StrEnum):
    """Why a call has no answer."""

    UNKNOWN = "unknown"
    """It may have taken effect or not: no answer came, or the runner was stopped before it could tell."""
    NOT_TRUSTED = "not-trusted"
    """It was not made, for the certificate of the other side could not be verified."""
    TOO_LARGE = "too-large"
    """The answer has more bytes than may be reported."""


NO_ANSWER = Text("kintoneから応答を受け取れませんでした。", "No answer came from the kintone.")
NOT_TRUSTED = Text("接続先の証明書を確認できませんでした。", "The certificate of the other side could not be verified.")


@dataclass(frozen=True, slots=True)
class HandedFile:
    """A file to be sent with a call; its bytes are found in the bundle by their digest."""

    name: str
    content_type: str
    sha256: str
    size: int

    @classmethod
    def of(cls, upload: Upload) -> HandedFile:
        """Describe an upload."""
        digest = hashlib.sha256(upload.data).hexdigest()
        return cls(upload.name, upload.content_type, digest, len(upload.data))

    def bytes_in(self, bundle: Bundle) -> bytes:
        """Return the bytes. Raises KeyError, for a file that a bundle does not have."""
        for app in bundle.apps:
            for content in app.files.values():
                if len(content) == self.size and hashlib.sha256(content).hexdigest() == self.sha256:
                    return content
        raise KeyError(self.sha256)


@dataclass(frozen=True, slots=True)
class HandedCall:
    """Everything a runner needs to make one call."""

    method: str
    path: str
    params: Mapping[str, str] | None
    body: JsonObject | None
    file: HandedFile | None

    @property
    def digest(self) -> str:
        """The same for the same call only."""
        return hashlib.sha256(canonical_json(self.as_document())).hexdigest()

    @property
    def changes(self) -> bool:
        """Tell whether the call may change something."""
        return self.method != "GET"

    def as_document(self) -> JsonObject:
        """Return the call as the event keeps it."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: JsonObject) -> HandedCall:
        """Read back what as_document wrote."""
        file = document["file"]
        return cls(**{**document, "file": None if file is None else HandedFile(**file)})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call."""

    status: int | None
    headers: Mapping[str, str]
    content: bytes
    problem: Problem | None

    @property
    def digest(self) -> str:
        """The same for the same outcome only."""
        told = {"status": self.status, "headers": dict(self.headers), "problem": self.problem}
        return hashlib.sha256(canonical_json(told) + self.content).hexdigest()

    def reply(self) -> Reply:
        """Return the answer as a transport would. Raises what transports raise."""
        match self.problem:
            case Problem.UNKNOWN:
                raise KintoneUnreachableError(NO_ANSWER)
            case Problem.NOT_TRUSTED:
                raise KintoneUncallableError(NOT_TRUSTED, code="certificate")
            case Problem.TOO_LARGE:
                raise KintoneAnswerError(TOO_LARGE, status=self.status)
        reply = Reply(self.status or 0, self.content, self.headers)
        require_passed(reply)
        return reply
