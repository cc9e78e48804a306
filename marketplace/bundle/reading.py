"""Reads bundles from folders and zips; hostile or malformed input is refused with findings."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import orjson

from marketplace.bundle.archive import read_archive
from marketplace.bundle.assembling import build_bundle, build_manifest
from marketplace.bundle.decoding import DecodingError, decode_json, decode_text
from marketplace.bundle.errors import BundleRefusedError
from marketplace.bundle.folder import read_files
from marketplace.bundle.model import REQUIRED_PARTS, SEVERITY_ERROR, Bundle, Finding, JsonObject, Manifest
from marketplace.bundle.schemas import check_schema
from marketplace.kernel.text import Text

MANIFEST = "template.json"


def read_folder(path: Path | str) -> Bundle:
    """Return the bundle in a folder. Raises BundleRefusedError."""
    return _read(read_files(Path(path)))


def read_zip(data: bytes) -> Bundle:
    """Return the bundle in a zip. Raises BundleRefusedError, and nothing else whatever the bytes are."""
    return _read(read_archive(data))


def read_kept(data: bytes) -> Bundle:
    """Return the bundle in a zip that `write_zip` made of one which had been read: nothing is looked for again."""
    files = read_archive(data)
    # Exact, as numbers were refused that are longer than what it takes.
    objects: dict[str, JsonObject] = {path: orjson.loads(files[path]) for path in sorted(files) if _is_json(path)}
    texts = {path: files[path].decode("utf-8") for path in sorted(files) if _is_document(path)}
    return build_bundle(build_manifest(objects[MANIFEST]), objects, texts, _others(files, objects, texts))


def _read(files: dict[str, bytes]) -> Bundle:
    if MANIFEST not in files:
        raise BundleRefusedError([_missing(MANIFEST)])
    objects: dict[str, JsonObject] = {}
    texts: dict[str, str] = {}
    findings: list[Finding] = []
    for path in sorted(files, key=lambda path: (path != MANIFEST, path)):
        try:
            if _is_json(path):
                objects[path] = decode_json(files[path], path)
            elif _is_document(path):
                texts[path] = decode_text(files[path], path)
        except DecodingError as error:
            findings.append(error.finding)
    findings += [finding for path, value in objects.items() for finding in check_schema(path, value)]
    if any(finding.file == MANIFEST for finding in findings):
        raise BundleRefusedError(findings)
    manifest = build_manifest(objects[MANIFEST])
    findings += _check_apps(manifest, files)
    if findings:
        raise BundleRefusedError(findings)
    return build_bundle(manifest, objects, texts, _others(files, objects, texts))


def _others(files: dict[str, bytes], *read: Collection[str]) -> dict[str, bytes]:
    return {path: content for path, content in files.items() if not any(path in each for each in read)}


def _is_json(path: str) -> bool:
    return path == MANIFEST or (path.startswith("apps/") and path.count("/") == 2 and path.endswith(".json"))  # noqa: PLR2004 - apps/<key>/<part>.json


def _is_document(path: str) -> bool:
    return path.endswith(".md") and "/" not in path


def _check_apps(manifest: Manifest, files: dict[str, bytes]) -> list[Finding]:
    present = {path.split("/")[1] for path in files if path.startswith("apps/")}
    findings = [_undeclared(key) for key in sorted(present.difference(manifest.app_keys))]
    for key in manifest.app_keys:
        required = [f"apps/{key}/{part.value}.json" for part in REQUIRED_PARTS]
        findings += [_missing(path) for path in required if path not in files]
    return findings


def _missing(path: str) -> Finding:
    return Finding(
        SEVERITY_ERROR,
        "file-missing",
        path,
        "",
        Text("必要なファイルがありません。", "A required file is missing."),
        Text(
            f"「{path}」を追加してください。ZIPの場合は、フォルダーの中身を選んで圧縮してください。",
            f"Add “{path}”. For a zip, choose the content of the folder, not the folder.",
        ),
    )


def _undeclared(key: str) -> Finding:
    return Finding(
        SEVERITY_ERROR,
        "app-undeclared",
        MANIFEST,
        "/apps",
        Text(f"アプリ「{key}」がtemplate.jsonのappsにありません。", f"The app “{key}” is not listed under apps."),
        Text(
            f'appsに {{"key": "{key}"}} を加えるか、フォルダー apps/{key} を取り除いてください。',
            f'Add {{"key": "{key}"}} to apps, or remove the folder apps/{key}.',
        ),
    )
