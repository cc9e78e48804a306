"""Checks of pictures: they are what they say, draw and nothing else, and tell nothing about who took them and where."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.bundle.checks.place import MANIFEST_PLACE, Place
from marketplace.bundle.checks.svg import check_svg
from marketplace.bundle.model import Bundle, Finding
from marketplace.bundle.picture_data import MAGIC, notes_of
from marketplace.kernel.text import Text

CLEAN = Text(
    "下書きの画像のページで取り除くか、その情報を除いて保存し直してください。",
    "Remove it on the page of the draft's pictures, or save the picture again without it.",
)


def check_pictures(bundle: Bundle) -> Iterator[Finding]:
    """Yield what is wrong with the pictures of a bundle, and with photographs among the files of its apps."""
    for path, data in bundle.images.items():
        yield from _check_picture(path, data)
    for app in bundle.apps:
        for path, data in app.files.items():
            if path.lower().endswith(tuple(f".{kind}" for kind in MAGIC)):
                yield from _check_notes(f"apps/{app.key}/{path}", data)
    listed = [picture.file for picture in bundle.manifest.pictures]
    for index, path in enumerate(listed):
        place = MANIFEST_PLACE.at("pictures", index, "file")
        if path not in bundle.images:
            yield place.error(
                "file-not-in-bundle",
                Text(f"ファイル「{path}」がバンドルにありません。", f"The file “{path}” is not in the bundle."),
                Text("ファイルを加えるか、名前を直してください。", "Add the file, or correct its name."),
            )
        elif path in listed[:index]:
            yield place.error(
                "picture-repeated",
                Text(f"画像「{path}」が2回並んでいます。", f"The picture “{path}” is listed twice."),
                Text("どちらか一方を取り除いてください。", "Remove one of the two."),
            )


def _check_picture(path: str, data: bytes) -> Iterator[Finding]:
    kind = path.rpartition(".")[2]
    if kind == "svg":
        yield from check_svg(path, data)
    elif not MAGIC[kind].match(data):
        yield Place(path).error(
            "picture-type",
            Text(f"中身が{kind}の画像ではありません。", f"The content is not a {kind} picture."),
            Text(
                "正しい形式で保存し直すか、拡張子を直してください。", "Save it as that format, or correct the ending."
            ),
        )
    else:
        yield from _check_notes(path, data)


def _check_notes(path: str, data: bytes) -> Iterator[Finding]:
    notes = notes_of(data)
    if notes.has_location:
        title = Text("写真に、撮影した場所（位置情報）が入っています。", "The picture tells where it was taken.")
        yield Place(path).error("picture-location", title, CLEAN)
    elif notes.has_others:
        title = Text(
            "写真に、撮影日時や機種、作成者などの情報が入っています。",
            "The picture tells when, with what or by whom it was made.",
        )
        yield Place(path).warning("picture-notes", title, CLEAN)
