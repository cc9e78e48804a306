"""Refusals about packages and reports."""

from __future__ import annotations

from marketplace.kernel.errors import ConflictError, InvalidError
from marketplace.kernel.text import Text


class ImportNotCarriedError(ConflictError):
    """Only an import of that mode has a package and takes a report."""

    code = "import-not-carried"
    title = Text(
        "この導入処理は、パッケージで持ち込むものではありません。", "This import is not carried in by a package."
    )
    remedy = Text(
        "導入のしかた（mode）に carry を指定して始めた導入処理を選んでください。",
        "Name an import that was started with the mode carry.",
    )


class PackageDamagedError(InvalidError):
    """The file is not a package, or not a whole one."""

    code = "package-damaged"
    title = Text("パッケージを読み込めません（{place}）。", "The package can't be read ({place}).")
    remedy = Text(
        "ファイルが途中で壊れていないか確かめ、サービスからもう一度ダウンロードしてください。",
        "Check that the file was copied whole, or download it from the service again.",
    )


class PackageForgedError(InvalidError):
    """The content is not what was signed."""

    code = "package-forged"
    title = Text(
        "パッケージの内容が署名と一致しません（{place}）。作成されたあとに変更されています。",
        "The package is not what was signed ({place}); it was changed after it was made.",
    )
    remedy = Text(
        "このファイルは使わず、サービスからもう一度ダウンロードしてください。",
        "Do not use this file; download it from the service again.",
    )


class PackageUntrustedError(InvalidError):
    """The key that signed it is not among those trusted here."""

    code = "package-untrusted"
    title = Text(
        "パッケージに署名した鍵（指紋：{fingerprint}）は、信頼する鍵に含まれていません。",
        "The key that signed the package (fingerprint: {fingerprint}) is not among those trusted.",
    )
    remedy = Text(
        "サービスの画面に表示される指紋と見比べ、同じときだけ、--trust に公開鍵のファイルか指紋を指定してください。",
        "Compare it with the fingerprint that the service shows; only if they are the same, name the file of public "
        "keys, or the fingerprint, by --trust.",
    )


class PackageExpiredError(InvalidError):
    """It was carried in too late: its version may have been withdrawn since."""

    code = "package-expired"
    title = Text("パッケージの有効期限（{until}）が過ぎています。", "The package was valid until {until}.")
    remedy = Text(
        "サービスで新しいパッケージを作り、ダウンロードしてください。", "Have the service make a new package."
    )


class PackageUnknownFormatError(InvalidError):
    """It was made by a newer service."""

    code = "package-format-unknown"
    title = Text(
        "このパッケージの形式（{format}）には対応していません。", "The format of this package ({format}) is not known."
    )
    remedy = Text("yokoten コマンドを新しくしてください。", "Use a newer yokoten command.")


class JournalForeignError(ConflictError):
    """The file beside the package belongs to something else."""

    code = "journal-foreign"
    title = Text(
        "記録のファイルが、このパッケージとこの導入先のものではありません。",
        "The journal is not of this package and this kintone.",
    )
    remedy = Text(
        "途中まで導入した kintone のアドレスを指定するか、--journal で別のファイルを指定してください。",
        "Name the kintone you began with, or another file by --journal.",
    )


class JournalInUseError(ConflictError):
    """Another process installs the same package."""

    code = "journal-in-use"
    title = Text("同じパッケージの導入が、別に実行されています。", "Another process is installing this package.")
    remedy = Text("そちらの完了を待ってください。", "Wait for it to end.")


class ReportUnfitError(InvalidError):
    """It tells of other steps than the import has."""

    code = "report-unfit"
    title = Text(
        "報告の内容が、この導入処理のものではありません（{place}）。", "The report does not fit this import ({place})."
    )
    remedy = Text(
        "この導入処理のパッケージを導入したときにできた report.json を指定してください。",
        "Give the report.json that came of installing the package of this import.",
    )


class ReportDiffersError(ConflictError):
    """The import has ended with another report."""

    code = "report-differs"
    title = Text("この導入処理の完了は、すでに報告されています。", "The end of this import was reported already.")
    remedy = Text("導入処理の状態を確かめてください。", "Check how the import ended.")
