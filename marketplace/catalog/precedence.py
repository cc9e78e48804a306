"""The order of version numbers (SemVer 2.0.0) as text that any database sorts right."""

from __future__ import annotations

from semantic_version import Version

from marketplace.catalog.errors import VersionNumberUnusableError

MAX_NUMBER = 100
"""Characters of a version number."""
MAX_DIGITS = 99
_RELEASE = "~"
"""Sorts after every pre-release, whose identifiers start with 0 or 1."""


def read_number(number: str) -> Version:
    """Return a version number taken apart. Raises VersionNumberUnusableError."""
    if len(number) > MAX_NUMBER:
        raise VersionNumberUnusableError
    try:
        return Version(number)
    except ValueError as error:
        raise VersionNumberUnusableError from error


def precedence_of(number: str) -> str:
    """Return text that sorts by code point as SemVer orders the numbers; build metadata does not count.

    Each number is preceded by how many digits it has. Raises VersionNumberUnusableError.
    """
    version = read_number(number)
    core = ".".join(_counted(str(part)) for part in (version.major, version.minor, version.patch))
    if not version.prerelease:
        return core + _RELEASE
    # A space sorts before every character of an identifier, so the shorter list of identifiers comes first.
    return core + "-" + " ".join(_identifier(part) for part in version.prerelease)


def _identifier(part: str) -> str:
    return "0" + _counted(part) if part.isdigit() else "1" + part


def _counted(digits: str) -> str:
    if len(digits) > MAX_DIGITS:
        raise VersionNumberUnusableError
    return f"{len(digits):02}{digits}"
