"""Refusals around checks of installations."""

from __future__ import annotations

from marketplace.kernel.errors import ConflictError, NotFoundError
from marketplace.kernel.text import Text


class CheckNotFoundError(NotFoundError):
    """Nobody has asked for a check of this installation yet."""

    code = "installation-not-checked"
    title = Text(
        "導入したテンプレートの今の設定は、まだ照合されていません。",
        "The present settings of this installation have not been checked yet.",
    )
    remedy = Text(
        "照合を始めてから、結果を確かめてください。", "Ask for a check first (POST …/checks), then read its result."
    )


class InstallationOutOfReachError(ConflictError):
    """The service has no way to a kintone in a closed network."""

    code = "installation-out-of-reach"
    title = Text(
        "このワークスペースは閉じたネットワークにあるため、このサービスから今の設定を読み出せません。",
        "This workspace lies in a closed network; the service can't read its present settings.",
    )
    remedy = Text(
        "導入の最後にワークスペースの側で行った照合の結果は、導入記録票で確かめられます。",
        "See the receipt for the verification that the workspace's side made at the end of the installation.",
    )
