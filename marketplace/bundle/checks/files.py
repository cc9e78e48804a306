"""Checks of documents, pictures and bundled files: what is named exists, and pictures are what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from marketplace.bundle.checks.pictures import check_pictures
from marketplace.bundle.checks.place import MANIFEST_PLACE, Place, place_of
from marketplace.bundle.model import AppDefinition, Bundle, Finding
from marketplace.bundle.placeholders import Objects
from marketplace.bundle.walking import join_pointer
from marketplace.kernel.text import Text

PICTURE_LINK = re.compile(r"!\[[^\]\n]{0,300}\]\( {0,3}<?(images/[^)\s>]{1,200})")
README = "README.md"


def check_files(bundle: Bundle, objects: Mapping[str, Objects]) -> Iterator[Finding]:
    """Yield what is wrong with the files of a bundle that are not JSON."""
    yield from _check_documents(bundle)
    icon = bundle.manifest.icon
    if icon is not None and icon not in bundle.images:
        yield _missing(icon, MANIFEST_PLACE.at("icon"))
    yield from check_pictures(bundle)
    for app in bundle.apps:
        yield from _check_app_files(app, objects[app.key])


def _check_documents(bundle: Bundle) -> Iterator[Finding]:
    if not bundle.documents.get(README, "").strip():
        yield Place(README).error(
            "readme-missing",
            Text("README.mdがないか、空です。", "README.md is missing or empty."),
            Text(
                "何のためのアプリか、使い方、導入後に行うことを日本語で書いてください。",
                "Say in Japanese what the apps are for, how to use them, and what to do after the install.",
            ),
        )
    for name, text in bundle.documents.items():
        for path in sorted(set(PICTURE_LINK.findall(text))):
            if path not in bundle.images:
                yield Place(name).warning(
                    "picture-missing",
                    Text(f"画像「{path}」がバンドルにありません。", f"The picture “{path}” is not in the bundle."),
                    Text("画像を加えるか、リンクを取り除いてください。", "Add the picture, or remove the link."),
                )


def _check_app_files(app: AppDefinition, objects: Objects) -> Iterator[Finding]:
    named: set[str] = set()
    for part, pointer, value in objects:
        path = value.get("path")
        if isinstance(path, str):
            named.add(path)
            if path not in app.files:
                yield _missing(path, place_of(app, part, join_pointer(pointer, "path")))
    for path in sorted(set(app.files) - named):
        yield Place(f"apps/{app.key}/{path}").warning(
            "file-unused",
            Text("どこからも使われていないファイルです。", "Nothing names this file."),
            Text("使わない場合は取り除いてください。", "Remove it if it is not needed."),
        )


def _missing(path: str, place: Place) -> Finding:
    return place.error(
        "file-not-in-bundle",
        Text(f"ファイル「{path}」がバンドルにありません。", f"The file “{path}” is not in the bundle."),
        Text("ファイルを加えるか、名前を直してください。", "Add the file, or correct its name."),
    )
