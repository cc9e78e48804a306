"""What can go wrong in a call to kintone, sorted by what helps: trying again, settling a conflict, or neither."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus

from marketplace.kernel.text import Text

LEGACY_REFUSAL = 520
"""The status older kintone versions used for many refusals that are 400 today."""
CONCURRENT_CREATION = "GAIA_DA02"


class FailureKind(StrEnum):
    """What helps against a failure."""

    RETRYABLE = "retryable"
    CONFLICT = "conflict"
    PERMANENT = "permanent"


class KintoneFailure(Exception):  # noqa: N818 - the family name of four errors, never raised itself
    """A call that did not do what it should; never raised itself."""

    def __init__(self, message: Text | str, *, status: int | None = None, code: str = "") -> None:
        """Keep what is known of the answer; the message may be shown to the user, kintone's own words as they came."""
        self.message = message if isinstance(message, Text) else Text(message, message)
        super().__init__(self.message.en)
        self.status = status
        self.code = code
        self.retry_after: float | None = None
        """Seconds after which the other side wants to be asked again, where it said so."""

    @property
    def proves_no_effect(self) -> bool:
        """Tell whether the call surely changed nothing: it was refused, not lost on the way."""
        if self.status is None or self.status == HTTPStatus.REQUEST_TIMEOUT:
            return False
        return HTTPStatus.MULTIPLE_CHOICES <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def kind(self) -> FailureKind:
        """What helps against it."""
        return FailureKind.PERMANENT


class KintoneUnreachableError(KintoneFailure):
    """No answer came; the call may have taken effect or not."""

    @property
    def kind(self) -> FailureKind:
        """What helps against it."""
        return FailureKind.RETRYABLE


class KintoneUncallableError(KintoneFailure):
    """The call was never made: the address may not be called, or the other side can't be trusted."""

    @property
    def proves_no_effect(self) -> bool:
        """Tell that the call surely changed nothing."""
        return True


class KintoneAnswerError(KintoneFailure):
    """An answer that no kintone gives: not JSON, a redirect, or a shape the call does not have."""

    @property
    def kind(self) -> FailureKind:
        """What helps against it: a proxy's 502 or a maintenance page passes, a wrong address does not."""
        return _kind_of_status(self.status)


class KintoneError(KintoneFailure):
    """A refusal in kintone's own words: status, code, message, and messages by parameter."""

    def __init__(
        self, status: int, code: str, message: str, errors: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        """Keep the refusal; `errors` maps the parameter's path to its messages."""
        self.errors: Mapping[str, tuple[str, ...]] = dict(errors or {})
        details = "; ".join(f"{path}: {' '.join(messages)}" for path, messages in self.errors.items())
        super().__init__(f"{message} ({details})" if details else message, status=status, code=code)

    @property
    def kind(self) -> FailureKind:
        """What helps against it."""
        if self.code == CONCURRENT_CREATION:
            return FailureKind.RETRYABLE
        if self.status == LEGACY_REFUSAL and self.code.startswith("GAIA_"):
            return FailureKind.PERMANENT
        return _kind_of_status(self.status)

    def __str__(self) -> str:
        """Return the refusal with its status and code, for the log."""
        return f"[{self.status}] [{self.code}] {self.message.en}"


def _kind_of_status(status: int | None) -> FailureKind:
    if status == HTTPStatus.CONFLICT:
        return FailureKind.CONFLICT
    if status in {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}:
        return FailureKind.RETRYABLE
    if status is not None and status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return FailureKind.RETRYABLE
    return FailureKind.PERMANENT
