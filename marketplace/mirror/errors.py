"""Why an index is not believed, or not copied."""

from __future__ import annotations

from marketplace.kernel.errors import ConflictError, InvalidError, NotFoundError
from marketplace.kernel.text import Text


class IndexFileNotFoundError(NotFoundError):
    """The index has no such file."""

    code = "index-file-not-found"
    title = Text("カタログの索引に、そのファイルはありません。", "The index of the catalog has no such file.")
    remedy = Text("索引の head.json から、もう一度たどってください。", "Begin again at head.json of the index.")


class IndexIncompleteError(NotFoundError):
    """The source lacks a file that its head vouches for, as a mirror of a part does."""

    code = "index-incomplete"
    title = Text(
        "配布元に、索引が示すファイル「{path}」がありません。", "The source lacks the file {path} that its index names."
    )
    remedy = Text(
        "一部だけのミラーからは、その範囲を --template や --no-bundles で指定してください。"
        "時間をおくと直ることもあります。",
        "From a mirror of a part, name that part by --template or --no-bundles. It may also mend itself in a while.",
    )


class IndexUnreachableError(NotFoundError):
    """The place of the index does not answer."""

    code = "index-unreachable"
    title = Text(
        "索引のファイル「{path}」を読めません（{reason}）。", "The file {path} of the index can't be read ({reason})."
    )
    remedy = Text(
        "アドレスかフォルダー、ネットワークを確かめて、もう一度実行してください。続きから始まります。",
        "Check the address or folder and the network, then give the command again. It goes on where it stood.",
    )


class IndexDamagedError(InvalidError):
    """A file is not what it should be."""

    code = "index-damaged"
    title = Text("索引のファイル「{path}」の形が正しくありません。", "The file {path} of the index is malformed.")
    remedy = Text(
        "配布元に問題があります。時間をおいても変わらなければ、配布元の運営者に連絡してください。",
        "The fault is at the source. If it stays, tell those who run it.",
    )


class IndexForgedError(InvalidError):
    """A file does not bear the digest or the signature that it should."""

    code = "index-forged"
    title = Text(
        "索引のファイル「{path}」の内容が、署名されたものと一致しません。",
        "The file {path} of the index is not what was signed.",
    )
    remedy = Text(
        "この配布元は使わず、サービスの運営者に連絡してください。手元のミラーは変わっていません。",
        "Do not use this source, and tell the operator of the service. Your mirror has not changed.",
    )


class IndexUntrustedError(InvalidError):
    """The key that signed it is not the one that is believed."""

    code = "index-untrusted"
    title = Text(
        "索引に署名した鍵（指紋：{fingerprint}）は、信頼する鍵ではありません。",
        "The key that signed the index (fingerprint: {fingerprint}) is not the one that is trusted.",
    )
    remedy = Text(
        "サービスの画面に表示される指紋と見比べ、同じときだけ、--key にその指紋を指定してください。",
        "Compare it with the fingerprint that the service shows; only if they are the same, name it by --key.",
    )


class IndexRolledBackError(InvalidError):
    """It is older than what was seen before."""

    code = "index-rolled-back"
    title = Text(
        "索引の番号が前より古くなっています（手元：{kept}、配布元：{found}）。",
        "The index is older than the one seen before (here: {kept}, at the source: {found}).",
    )
    remedy = Text(
        "古い写しが配られています。時間をおいても変わらなければ、別の配布元を使ってください。手元のミラーは変わっていません。",
        "An old copy is being served. If it stays, use another source. Your mirror has not changed.",
    )


class IndexRewrittenError(InvalidError):
    """What it said before is not what it says now."""

    code = "index-rewritten"
    title = Text(
        "索引の過去の記録（番号 {number}）が書き換えられています。",
        "What the index said before has been rewritten (number {number}).",
    )
    remedy = Text(
        "サービスの運営者に連絡してください。手元のミラーは変わっていません。",
        "Tell the operator of the service. Your mirror has not changed.",
    )


class IndexExpiredError(InvalidError):
    """It was signed too long ago to tell how things stand today."""

    code = "index-expired"
    title = Text("索引の有効期限（{until}）が過ぎています。", "The index was valid until {until}.")
    remedy = Text(
        "新しい配布元を使ってください。古いと知ったうえで使うときは --allow-expired を付けます。",
        "Use a fresher source. To use it in the knowledge that it is old, add --allow-expired.",
    )


class IndexFormatUnknownError(InvalidError):
    """It was made by a newer service."""

    code = "index-format-unknown"
    title = Text(
        "この索引の形式（{format}）には対応していません。", "The format of this index ({format}) is not known."
    )
    remedy = Text("yokoten コマンドを新しくしてください。", "Use a newer yokoten command.")


class IndexTooLargeError(InvalidError):
    """A file is larger than it may be."""

    code = "index-file-too-large"
    title = Text(
        "索引のファイル「{path}」が大きすぎます（{most}バイトまで）。",
        "The file {path} of the index is too large (at most {most} bytes).",
    )
    remedy = IndexForgedError.remedy


class MirrorForeignError(ConflictError):
    """The folder holds something else."""

    code = "mirror-foreign"
    title = Text("「{folder}」は、索引のミラーではありません。", "{folder} is no mirror of an index.")
    remedy = Text(
        "空のフォルダーか、前に作ったミラーを指定してください。", "Name an empty folder, or a mirror made before."
    )


class MirrorInUseError(ConflictError):
    """Another process copies into it."""

    code = "mirror-in-use"
    title = Text("同じフォルダーへのミラーが、別に実行されています。", "Another process is copying into this folder.")
    remedy = Text("そちらの完了を待ってください。", "Wait for it to end.")
