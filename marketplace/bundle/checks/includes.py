"""Checks of what a set says of its members."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.bundle.checks.place import MANIFEST_PLACE, Place
from marketplace.bundle.model import Finding, Inclusion, Manifest
from marketplace.kernel.text import Text


def check_includes(manifest: Manifest) -> Iterator[Finding]:
    """Yield members named twice or that are the set itself, and apps that are not there or come from two members."""
    templates, apps = {manifest.slug}, set[str]()
    for index, member in enumerate(manifest.includes):
        place = MANIFEST_PLACE.at("includes", index)
        if member.template in templates:
            yield place.at("template").error(
                "include-twice",
                Text(
                    f"含むテンプレート「{member.template}」が重複しているか、このテンプレート自身です。",
                    f"The included template “{member.template}” is named twice, or is this template itself.",
                ),
                Text("ほかのテンプレートを、1つにつき1回だけ書いてください。", "Name each other template once."),
            )
        templates.add(member.template)
        yield from _check_apps(member, manifest, apps, place)


def _check_apps(member: Inclusion, manifest: Manifest, seen: set[str], place: Place) -> Iterator[Finding]:
    for index, key in enumerate(member.app_keys):
        if key not in manifest.app_keys:
            yield place.at("apps", index).error(
                "include-app-unknown",
                Text(f"アプリ「{key}」がこのバンドルにありません。", f"This bundle has no app “{key}”."),
                Text("appsにあるアプリのキーを書いてください。", "Write the key of an app under apps."),
            )
        elif key in seen:
            yield place.at("apps", index).error(
                "include-app-twice",
                Text(
                    f"アプリ「{key}」が2つのテンプレートから来ることになっています。",
                    f"The app “{key}” comes from two templates.",
                ),
                Text("どちらか一方に書いてください。", "Write it under one of them."),
            )
        seen.add(key)
