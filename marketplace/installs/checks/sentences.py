"""Says why a check of an installation stopped."""

from __future__ import annotations

from marketplace.installs.failures import INTERNAL_ERROR, Failure
from marketplace.kernel.errors import DomainError
from marketplace.kernel.text import Language, Text
from marketplace.kintone.errors import KintoneFailure
from marketplace.workspaces.domains.sentences import explain

AGAIN = Text("そのあと、もう一度照合してください。", "Then check again.")
LATER = Text(
    "時間をおいて、もう一度照合してください。続くときは運営者に連絡してください。",
    "Check again later; if it happens again, contact the operator.",
)


def describe_failure(error: Exception) -> Failure:
    """Return why the settings could not be compared; of an error of our own the details are for the log only."""
    if isinstance(error, DomainError):
        title = Text(error.says(Language.JA), error.says(Language.EN))
        remedy = Text(error.advises(Language.JA), error.advises(Language.EN))
        return Failure(title, remedy, error.code, title.ja)
    if isinstance(error, KintoneFailure):
        reason, remedy = explain(error)
        code = error.code or ("no-answer" if error.status is None else f"http-{error.status}")
        return Failure(reason, Text(f"{remedy.ja}{AGAIN.ja}", f"{remedy.en} {AGAIN.en}"), code, error.message.ja)
    return Failure(INTERNAL_ERROR, LATER, "internal", INTERNAL_ERROR.ja)
