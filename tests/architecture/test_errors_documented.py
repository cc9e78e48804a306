"""docs/errors.md lists every refusal by its code."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import marketplace
from marketplace.edge.problem import PLAIN, status_of
from marketplace.kernel.errors import DomainError

PORT_FAILURES = {
    "UnavailableError",
    "ReadOnlyError",
    "DatabaseUnavailableError",
    "OutOfSpaceError",
    "StorageUnavailableError",
    "BlobMissingError",
    "BlobDamagedError",
}


def all_errors() -> set[type[DomainError]]:
    for module in pkgutil.walk_packages(marketplace.__path__, "marketplace."):
        if "migrations" not in module.name and module.name != "marketplace.__main__":
            importlib.import_module(module.name)
    found: set[type[DomainError]] = set()
    pending = [DomainError]
    while pending:
        children = pending.pop().__subclasses__()
        found.update(children)
        pending += children
    return {error for error in found if "code" in vars(error)}


def codes_in_document() -> set[str]:
    text = Path("docs/errors.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([a-z0-9-]+)`", text, flags=re.MULTILINE))


def test_every_code_is_documented_and_nothing_else():
    codes = {error.code for error in all_errors()} | {code for code, _, _ in PLAIN.values()} | {"input-invalid"}
    assert codes_in_document() == codes


def test_no_two_refusals_share_a_code():
    codes = sorted(error.code for error in all_errors())
    assert len(codes) == len(set(codes))


def test_every_refusal_has_a_status_of_its_kind():
    assert {error.__name__ for error in all_errors() if status_of(error) >= 500} <= PORT_FAILURES


def test_every_refusal_speaks_both_languages():
    for error in all_errors():
        assert error.title.ja
        assert error.title.en
        assert error.remedy.ja
        assert error.remedy.en
