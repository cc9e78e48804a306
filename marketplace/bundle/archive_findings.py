"""Why a zip is refused, in words."""

from __future__ import annotations

from enum import Enum

from marketplace.bundle import limits
from marketplace.bundle.model import Finding
from marketplace.bundle.paths import path_finding
from marketplace.kernel.text import Text

ZIP_AGAIN = Text(
    "バンドルのフォルダーの中身を選び、通常のZIP形式（分割・パスワード・コメントなし）で圧縮し直してください。",
    "Zip the content of the bundle's folder again as a plain zip (not split, no password, no comment).",
)
SMALLER = Text("大きなファイルを減らすか、小さくしてください。", "Remove large files, or make them smaller.")


class Reason(Enum):
    """A reason to refuse a zip: the finding's code, title and remedy."""

    NOT_A_ZIP = ("zip-unreadable", Text("ZIPファイルではありません。", "This is not a zip file."), ZIP_AGAIN)
    DAMAGED = ("zip-damaged", Text("ZIPファイルが壊れています。", "The zip is damaged."), ZIP_AGAIN)
    SURROUNDED = (
        "zip-extra-data",
        Text(
            "ZIPファイルの前後やファイルの間に、余分なデータや重なりがあります。",
            "The zip has data before, between or after its entries, or entries that overlap.",
        ),
        ZIP_AGAIN,
    )
    AMBIGUOUS = (
        "zip-ambiguous",
        Text(
            "ZIPファイルの目録と中身の記載が食い違っています。",
            "The zip's directory and its entries contradict each other.",
        ),
        ZIP_AGAIN,
    )
    ZIP64 = ("zip-zip64", Text("Zip64形式は使えません。", "Zip64 is not accepted."), ZIP_AGAIN)
    ENCRYPTED = (
        "zip-encrypted",
        Text("パスワード付きのZIPファイルは読み込めません。", "Encrypted zips can't be read."),
        Text("パスワードを付けずに圧縮し直してください。", "Zip again without a password."),
    )
    METHOD = (
        "zip-method",
        Text("対応していない圧縮方式です。", "The zip uses a method that is not supported."),
        Text("通常のZIP形式（DeflateまたはStore）で圧縮し直してください。", "Zip again with Deflate or Store."),
    )
    LINK = (
        "zip-link",
        Text("リンクや特殊ファイルは含められません。", "Links and devices are not accepted."),
        Text("リンクの代わりに、実際のファイルを入れてください。", "Put the file itself instead of a link."),
    )
    NAME_ENCODING = (
        "zip-name-encoding",
        Text("ファイル名の文字コードがUTF-8ではありません。", "The file name is not marked as UTF-8."),
        Text(
            "ファイル名を半角英数字にするか、ファイル名をUTF-8で保存する圧縮ソフトで圧縮し直してください。",
            "Use ASCII file names, or zip with a program that stores names as UTF-8.",
        ),
    )
    TOO_LARGE = (
        "zip-too-large",
        Text(
            f"ZIPファイルが大きすぎます（上限{limits.ZIP_BYTES // limits.MEGABYTE}MB）。",
            f"The zip is over {limits.ZIP_BYTES // limits.MEGABYTE} MB.",
        ),
        SMALLER,
    )
    UNPACKS_TOO_LARGE = (
        "zip-unpacks-too-large",
        Text(
            f"展開後の合計が大きすぎます（上限{limits.UNPACKED_BYTES // limits.MEGABYTE}MB）。",
            f"The content is over {limits.UNPACKED_BYTES // limits.MEGABYTE} MB in all.",
        ),
        SMALLER,
    )
    ENTRY_TOO_LARGE = (
        "file-too-large",
        Text("ファイルが大きすぎます。", "The file is too large."),
        Text(
            "上限は、JSONが5MB、文章が1MB、画像が2MB、添付を含む合計が60MBです。",
            "The limits are 5 MB for JSON, 1 MB for texts, 2 MB for images, and 60 MB in all.",
        ),
    )
    TOO_MANY = (
        "too-many-files",
        Text(
            f"ファイルの数が多すぎます（上限{limits.ENTRIES:,}個）。",
            f"There are more than {limits.ENTRIES:,} files.",
        ),
        Text("不要なファイルを取り除いてください。", "Remove files that are not needed."),
    )
    SIZE_LIE = (
        "zip-size-lie",
        Text(
            "展開すると、申告された大きさを超えるファイルがあります。",
            "An entry unpacks to more than its declared size.",
        ),
        ZIP_AGAIN,
    )

    @property
    def code(self) -> str:
        """The finding's code."""
        return self.value[0]

    def at(self, path: str) -> Finding:
        """Return the finding for a file, or for the zip as a whole when the path is empty."""
        code, title, remedy = self.value
        return path_finding(code, path, title, remedy)


class ArchiveError(Exception):
    """Inside the readers: stop, with the finding that says why."""

    def __init__(self, reason: Reason, path: str = "") -> None:
        """Keep the finding."""
        super().__init__(reason.code)
        self.finding = reason.at(path)
