"""Refusals about plug-ins; kintone's own codes for these are not known."""

from __future__ import annotations

from marketplace.kernel.text import Language, Text
from marketplace.sandbox.errors import PlatformError


class PluginNotFoundError(PlatformError):
    """The site has no plug-in of that id."""

    code = "GAIA_PL01"
    message = Text(
        "指定したプラグイン（id: {id}）は、インストールされていません。",
        "The specified plug-in (id: {id}) is not installed.",
    )


class PluginInstalledError(PlatformError):
    """The plug-in is there already; a newer package replaces it by an update."""

    code = "GAIA_PL02"
    message = Text(
        "プラグイン（id: {id}）は、すでにインストールされています。",
        "The plug-in (id: {id}) has already been installed.",
    )


class PluginPackageError(PlatformError):
    """The file is no plug-in that can be trusted to be whole."""

    code = "GAIA_PL03"
    message = Text("プラグインのファイルが正しくありません。{reason}", "The plug-in file is not valid. {reason}")

    def __init__(self, reason: Text) -> None:
        """Keep what is wrong with the file."""
        super().__init__()
        self.reason = reason

    def says(self, language: Language) -> str:
        """Return the message with its reason."""
        return self.message.in_language(language, reason=self.reason.in_language(language))
