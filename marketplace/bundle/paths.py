"""Which names the files of a bundle may have; the same rules hold for folders and zips."""

from __future__ import annotations

import re
import unicodedata

from marketplace.bundle import limits
from marketplace.bundle.errors import BundleRefusedError
from marketplace.bundle.model import SEVERITY_ERROR, Finding, PartName
from marketplace.kernel.text import Text

KEY = r"[a-z0-9]+(?:-[a-z0-9]+)*"
PARTS = "|".join(part.value for part in PartName)
KNOWN = re.compile(
    rf"template\.json|README\.md|CHANGELOG\.md|README\.en\.md"
    rf"|images/.+\.(?:png|jpg|jpeg|webp|svg)"
    rf"|apps/{KEY}/(?:{PARTS})\.json|apps/{KEY}/files/.+",
)
DRIVE = re.compile(r"[A-Za-z]:")
FORBIDDEN = frozenset('<>:"|?*')
DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
LITTER = re.compile(r"(?:.*/)?(?:__MACOSX|\.DS_Store|Thumbs\.db|desktop\.ini|\.git|\._[^/]*)(?:/.*)?", re.IGNORECASE)
CODES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
SHOWN_CHARACTERS = 200


def path_finding(code: str, path: str, title: Text, remedy: Text) -> Finding:
    """Return an error about a file, its name made safe to show."""
    shown = "".join("�" if unicodedata.category(c) in CODES else c for c in path[:SHOWN_CHARACTERS])
    return Finding(SEVERITY_ERROR, code, shown, "", title, remedy)


def normal_path(path: str) -> str:
    """Return a path in the Unicode form that bundles keep (NFC)."""
    return unicodedata.normalize("NFC", path)


def check_path(path: str) -> Finding | None:
    """Return what is wrong with a path, or None; only a path without a finding may be opened."""
    if len(path) > limits.PATH_CHARACTERS or path.count("/") >= limits.PATH_DEPTH:
        return path_finding(
            "path-too-long",
            path,
            Text("ファイルのパスが長すぎるか、階層が深すぎます。", "The path is too long or too deep."),
            Text(
                f"パスは{limits.PATH_CHARACTERS}文字以内、{limits.PATH_DEPTH}階層以内にしてください。",
                f"Keep paths within {limits.PATH_CHARACTERS} characters and {limits.PATH_DEPTH} levels.",
            ),
        )
    if any(unicodedata.category(character) in CODES for character in path):
        return path_finding(
            "path-control-character",
            path,
            Text("ファイル名に制御文字が含まれています。", "The file name contains control characters."),
            Text("見えない文字を除いた名前に変えてください。", "Rename the file without invisible characters."),
        )
    if path.startswith("/") or "\\" in path or DRIVE.match(path) or ".." in path.split("/"):
        return path_finding(
            "path-unsafe",
            path,
            Text("フォルダーの外を指すファイル名が含まれています。", "The file name points outside the bundle."),
            Text(
                "バンドルのフォルダーの中身だけを選んで、圧縮し直してください。",
                "Zip again, choosing only what is inside the bundle's folder.",
            ),
        )
    return _check_segments(path)


def _check_segments(path: str) -> Finding | None:
    for segment in path.split("/"):
        if segment in {"", "."} or segment[-1] in ". " or FORBIDDEN & set(segment) or DEVICES.fullmatch(segment):
            return path_finding(
                "path-name",
                path,
                Text("使えないファイル名です。", "The file name can't be used."),
                Text(
                    '名前から記号 < > : " | ? * や末尾の「.」と空白を除き、CONやNULなどの予約名を避けてください。',
                    'Avoid the signs < > : " | ? *, a final dot or space, and reserved names such as CON or NUL.',
                ),
            )
    return None


def check_known(path: str) -> Finding | None:
    """Return a finding for a file that has no place in a bundle, or None."""
    if LITTER.fullmatch(path):
        remedy = Text(
            "OSやGitが作った隠しファイルです。取り除いて、圧縮し直してください。",
            "The operating system or Git made this file. Remove it and zip again.",
        )
    elif KNOWN.fullmatch(path):
        return None
    elif path.endswith("/template.json"):
        remedy = Text(
            "template.jsonが一番上に来るように、フォルダーの中身を選んで圧縮し直してください。",
            "Zip the content of the folder, so that template.json stands at the top.",
        )
    else:
        remedy = Text(
            "このファイルを取り除くか、決まった場所（images/、apps/<キー>/files/ など）に移してください。",
            "Remove the file, or move it to its place (images/, apps/<key>/files/ …).",
        )
    title = Text("バンドルに置けないファイルがあります。", "This file has no place in a bundle.")
    return path_finding("file-unknown", path, title, remedy)


def check_collisions(paths: list[str]) -> list[Finding]:
    """Return findings for names that some file systems can't tell apart, and files that are folders too."""
    findings = []
    seen: dict[str, str] = {}
    folders = {_folded(folder) for path in paths for folder in _folders_of(path)}
    for path in paths:
        folded = _folded(path)
        if folded in seen or folded in folders:
            other = seen.get(folded, path + "/")
            findings.append(
                path_finding(
                    "path-duplicate" if other == path else "path-collision",
                    path,
                    Text(f"「{other}」と区別できない名前です。", f"The name can't be told apart from “{other}”."),
                    Text(
                        "大文字・小文字や濁点の表し方だけが違う名前、同じ名前は使えません。名前を変えてください。",
                        "Rename it: names must differ by more than case or Unicode form, and appear once.",
                    ),
                ),
            )
        seen[folded] = path
    return findings


def refuse_names(paths: list[str]) -> None:
    """Refuse a set of files with names that collide or have no place in a bundle. Raises BundleRefusedError."""
    findings = check_collisions(paths) or [finding for path in paths if (finding := check_known(path))]
    if findings:
        raise BundleRefusedError(findings)


def _folded(path: str) -> str:
    return normal_path(normal_path(path).casefold())


def _folders_of(path: str) -> list[str]:
    segments = path.split("/")
    return ["/".join(segments[:length]) for length in range(1, len(segments))]
