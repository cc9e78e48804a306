"""Compares two bundles: what changed, how much it matters, and what version number that demands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from semantic_version import Version

from marketplace.bundle.differences.change import Act, Change, Impact, Subject
from marketplace.bundle.differences.fields import compare_fields
from marketplace.bundle.differences.manifest import compare_manifests
from marketplace.bundle.differences.parts import compare_parts
from marketplace.bundle.differences.process import compare_process
from marketplace.bundle.model import AppDefinition, Bundle
from marketplace.bundle.writing import canonical_files
from marketplace.kernel.text import Text

__all__ = ["Act", "Bump", "Change", "Comparison", "Impact", "compare"]


class Bump(IntEnum):
    """The least step a version number must take; they can be compared."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    def __str__(self) -> str:
        """Return the word for it: none, patch, minor or major."""
        return self.name.lower()

    def least_after(self, version: str) -> str:
        """Return the smallest version number that takes this step from a version; itself when none is owed."""
        current = Version(version)
        steps = {Bump.PATCH: current.next_patch, Bump.MINOR: current.next_minor, Bump.MAJOR: current.next_major}
        return str(steps[self]()) if self in steps else version


OWES = {Impact.COSMETIC: Bump.PATCH, Impact.ADDITIVE: Bump.MINOR, Impact.BREAKING: Bump.MAJOR}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two bundles, the weightiest first, and the step the version number owes."""

    changes: tuple[Change, ...]
    bump: Bump
    app_names: Mapping[str, str]
    """How the apps of both bundles are called, by key; by their later name where it changed."""


def compare(old: Bundle, new: Bundle) -> Comparison:
    """Return the differences that lead from one bundle to another; slug and version number are not compared."""
    found = [*_compare_apps(old, new), *compare_manifests(old, new)]
    if not found and _content(old) != _content(new):
        # Whatever has no name of its own here, such as option numbers that leave the order as it was.
        found.append(Subject("other", "content", Text("細かな記述", "details")).change(Impact.COSMETIC, Act.CHANGED))
    changes = tuple(sorted(found, key=lambda change: -OWES[change.impact]))
    names = {app.key: app.name for app in (*old.apps, *new.apps)}
    return Comparison(changes, max((OWES[change.impact] for change in changes), default=Bump.NONE), names)


def _compare_apps(old: Bundle, new: Bundle) -> Iterator[Change]:
    for app in old.apps:
        if new.find_app(app.key) is None:
            yield _whole_app(app, Impact.BREAKING, Act.REMOVED, app.name, None)
    for app in new.apps:
        before = old.find_app(app.key)
        if before is None:
            yield _whole_app(app, Impact.ADDITIVE, Act.ADDED, None, app.name)
        else:
            yield from compare_fields(before, app)
            yield from compare_process(before, app)
            yield from compare_parts(before, app)
    kept = [key for key in old.manifest.app_keys if key in new.manifest.app_keys]
    if kept != [key for key in new.manifest.app_keys if key in kept]:
        subject = Subject("app", "order", Text("アプリの並び", "order of the apps"))
        yield subject.change(Impact.COSMETIC, Act.CHANGED, list(old.manifest.app_keys), list(new.manifest.app_keys))


def _whole_app(app: AppDefinition, impact: Impact, act: Act, before: str | None, after: str | None) -> Change:
    subject = Subject("app", app.key, Text(f"アプリ「{app.name}」", f"app “{app.name}”"))
    return replace(subject.change(impact, act, before, after), app_key=app.key)


def _content(bundle: Bundle) -> dict[str, bytes]:
    """Return the canonical files of a bundle as if all versions had the same number."""
    raw = {key: value for key, value in bundle.manifest.raw.items() if key not in {"slug", "version"}}
    return canonical_files(replace(bundle, manifest=replace(bundle.manifest, raw=raw)))
