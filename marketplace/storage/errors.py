"""What can go wrong with stored blobs; all of it is ours to mend, so the caller is asked to try again later."""

from __future__ import annotations

from marketplace.kernel.errors import OutageError, UnavailableError
from marketplace.kernel.text import Text


class StorageUrlError(ValueError):
    """The address of the storage can't be understood; the service refuses to start with it."""


class BlobMissingError(UnavailableError):
    """A row names a blob that the storage does not hold."""

    code = "blob-missing"
    title = Text("保存されているはずのファイルが見つかりません。", "A stored file is missing.")
    remedy = Text(
        "サービスの運営者に、この識別子を伝えてください：{digest}",
        "Tell the operator of the service this identifier: {digest}",
    )


class BlobDamagedError(UnavailableError):
    """The bytes read are not those that were stored."""

    code = "blob-damaged"
    title = Text("保存されているファイルが壊れています。", "A stored file is damaged.")
    remedy = Text(
        "サービスの運営者に、この識別子を伝えてください：{digest}",
        "Tell the operator of the service this identifier: {digest}",
    )


class StorageUnavailableError(OutageError):
    """The storage does not answer, or refuses this service; the log says why."""

    code = "storage-unavailable"
    title = Text("ファイルの保存先に接続できません。", "The file storage can't be reached.")
    remedy = Text(
        "時間をおいてもう一度お試しください。続く場合はサービスの運営者に連絡してください。",
        "Please try again later. If it goes on, tell the operator of the service.",
    )
