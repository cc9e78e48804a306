"""Refusals of the built-in workspace on pages: beside the form that caused them, else on a page of their own."""

from __future__ import annotations

from http import HTTPStatus
from types import TracebackType
from typing import Self

from flask import Response, g

from marketplace.edge.context import language
from marketplace.edge.problem import answer
from marketplace.kernel.errors import DomainError
from marketplace.kernel.text import Text
from marketplace.sandbox.errors import NoPrivilegeError, PlatformError, RecordRevisionError
from marketplace.sandbox.records.errors import FieldNotEditableError, NotAssigneeError, StoredFileNotFoundError
from marketplace.sandbox.rights.errors import AppRightMissingError

STATUS: dict[type[PlatformError], HTTPStatus] = {
    NoPrivilegeError: HTTPStatus.FORBIDDEN,
    FieldNotEditableError: HTTPStatus.FORBIDDEN,
    NotAssigneeError: HTTPStatus.FORBIDDEN,
    StoredFileNotFoundError: HTTPStatus.NOT_FOUND,
    RecordRevisionError: HTTPStatus.CONFLICT,
}
REMEDY = Text(
    "前の画面に戻って、内容を確かめてください。操作の権限は、ワークスペースの管理者が決めます。",
    "Go back and check what you entered. An administrator of the workspace decides who may do what.",
)


class Trial:
    """A block in a savepoint; a refusal is kept for the page and leaves nothing behind in the database."""

    def __init__(self) -> None:
        """Begin without an error."""
        self.error: PlatformError | DomainError | None = None

    def __enter__(self) -> Self:
        """Set the savepoint."""
        self._savepoint = g.session.begin_nested()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        """Keep a refusal and undo what was done; let any other error pass."""
        if error is None:
            self._savepoint.commit()
            return False
        self._savepoint.rollback()
        if isinstance(error, PlatformError | DomainError):
            self.error = error
            return True
        return False

    def answer(self) -> Response:
        """Return the refusal as a page of its own."""
        if isinstance(self.error, PlatformError):
            return answer_refusal(self.error)
        raise self.error or AssertionError("the block was not refused")


def status_of(error: PlatformError) -> HTTPStatus:
    """Return the status of the page that shows a refusal."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return HTTPStatus.UNPROCESSABLE_ENTITY


def answer_refusal(error: PlatformError) -> Response:
    """Return a page that tells a refusal of the workspace."""
    spoken = language()
    if isinstance(error, NoPrivilegeError | FieldNotEditableError):
        missing = AppRightMissingError()
        return answer(HTTPStatus.FORBIDDEN, missing.code, missing.says(spoken), missing.advises(spoken))
    details = [message for messages in error.errors.values() for message in messages]
    return answer(status_of(error), error.code, error.says(spoken), REMEDY.in_language(spoken), details=details or None)
