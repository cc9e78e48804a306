"""The manifest of a plug-in: its version and its names; files it names must be in the package."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.plugins.errors import PluginPackageError
from marketplace.sandbox.settings.shapes import ListOf, MapOf, Obj, Txt, may, need, one_of, read_shape

LONGEST_NAME, LONGEST_DESCRIPTION = 64, 200
SHAPE = Obj(
    {
        "manifest_version": need(one_of("1")),
        "version": need(Txt(longest=64, shortest=1)),
        "type": need(one_of("APP")),
        "name": need(MapOf(Txt(longest=LONGEST_NAME, shortest=1), most=20)),
        "description": may(MapOf(Txt(longest=LONGEST_DESCRIPTION, shortest=1), most=20), otherwise=dict),
        "icon": need(Txt(shortest=1)),
        **{
            part: may(
                Obj({kind: may(ListOf(Txt(shortest=1), most=30), otherwise=list) for kind in ("js", "css")}),
                otherwise=dict,
            )
            for part in ("desktop", "mobile", "config")
        },
    }
)
VERSION = re.compile(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){0,2}")
MALFORMED = Text(
    "manifest.jsonの内容が正しくありません（{keys}）。", "The content of manifest.json is not valid ({keys})."
)
FILE_MISSING = Text(
    "manifest.jsonに書かれたファイル「{path}」がありません。", "The file “{path}” named in manifest.json is missing."
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a plug-in says of itself."""

    version: str
    names: dict[str, str]
    descriptions: dict[str, str]


def read_manifest(document: dict[str, Any], files: set[str]) -> Manifest:
    """Return the manifest of a package with these files. Raises PluginPackageError."""
    try:
        found: dict[str, Any] = read_shape(SHAPE, document)
    except InvalidInputError as error:
        raise _malformed(sorted(error.errors)) from error
    if "en" not in found["name"]:
        raise _malformed(["name.en"])
    if not VERSION.fullmatch(found["version"]):
        raise _malformed(["version"])
    if isinstance(document.get("config"), dict) and "html" in document["config"]:
        found["config"]["html"] = [str(document["config"]["html"])]
    for path in _files_of(found):
        if path not in files:
            raise PluginPackageError(_said(FILE_MISSING, path=path))
    return Manifest(found["version"], found["name"], found["description"])


def _files_of(found: dict[str, Any]) -> Iterator[str]:
    """Yield the paths a manifest names, less the scripts and style sheets that lie elsewhere."""
    yield found["icon"]
    for part in ("desktop", "mobile", "config"):
        for paths in found[part].values():
            yield from (path for path in paths if not path.startswith(("https://", "http://")))


def _malformed(keys: list[str]) -> PluginPackageError:
    return PluginPackageError(_said(MALFORMED, keys=", ".join(keys)))


def _said(text: Text, **params: object) -> Text:
    return Text(text.ja.format(**params), text.en.format(**params))
