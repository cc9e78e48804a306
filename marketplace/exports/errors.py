"""Refusals around exports."""

from __future__ import annotations

from collections.abc import Sequence

from marketplace.kernel.errors import ConflictError, InvalidError, NotFoundError
from marketplace.kernel.text import Language, Text


class ExportNotFoundError(NotFoundError):
    """No such export of the caller's municipality."""

    code = "export-not-found"
    title = Text("この書き出しは見つかりませんでした。", "There is no such export.")
    remedy = Text("ワークスペースの書き出しの一覧から選び直してください。", "Choose it from the workspace's list.")


class TooManyExportsError(ConflictError):
    """As many exports of a workspace are under way as may be."""

    code = "too-many-exports"
    title = Text(
        "このワークスペースの書き出しが{most}件進行中です。", "{most} exports of this workspace are under way."
    )
    remedy = Text("どれかの完了を待つか、取り消してください。", "Wait for one of them to end, or cancel one.")


class ExportEndedError(ConflictError):
    """An export that has ended can't be cancelled."""

    code = "export-already-ended"
    title = Text("この書き出しはすでに終わっています。", "This export has already ended.")
    remedy = Text("書き出しの状態を確かめてください。", "Check how the export ended.")


class ExportNotFailedError(ConflictError):
    """Only an export that failed can be tried again."""

    code = "export-not-failed"
    title = Text("やり直せるのは、失敗した書き出しだけです。", "Only an export that failed can be tried again.")
    remedy = Text("書き出しの状態を確かめてください。", "Check the state of the export.")


class ExportNotASurveyError(ConflictError):
    """Texts can be written only after a survey that found apps."""

    code = "export-not-a-survey"
    title = Text("この書き出しは、終わった下調べではありません。", "This export is no survey that has ended.")
    remedy = Text("アプリを選び直して、下調べから始めてください。", "Choose the apps again and begin with a survey.")


class NotExportableError(ConflictError):
    """The service itself can't read apps in a workspace of this kind."""

    code = "workspace-not-exportable"
    title = Text(
        "この種類のワークスペースのアプリは、このサービスから読み出せません。",
        "This service can't read the apps of a workspace of this kind.",
    )
    remedy = Text(
        "組み込みのワークスペースか、接続したkintoneのドメインを選んでください。",
        "Choose a built-in workspace, or a kintone domain that is connected.",
    )


class AppsOutOfReachError(InvalidError):
    """None of the apps that were chosen can be read."""

    code = "apps-out-of-reach"
    title = Text("選んだアプリをどれも読み出せませんでした。", "None of the chosen apps can be read.")
    remedy = Text(
        "読み出しに使うアカウントに「アプリ管理」の権限を付けるか、アプリを選び直してください。",
        "Give the account that reads the right to manage the apps, or choose other apps.",
    )

    def __init__(self, reasons: Sequence[Text] = ()) -> None:
        """Keep what stands in the way of each app."""
        super().__init__()
        self.reasons = tuple(reasons)

    def says(self, language: Language) -> str:
        """Return the sentence with the reasons."""
        space = " " if language is Language.EN else ""
        return space.join((super().says(language), *(reason.in_language(language) for reason in self.reasons)))


class AppsUnlistedError(ConflictError):
    """The workspace did not tell which apps it has."""

    code = "apps-unlisted"
    title = Text("アプリの一覧を読み出せませんでした。", "The list of apps could not be read.")
    remedy = Text("ワークスペースの接続を確かめてください。", "Check the connection of the workspace.")

    def __init__(self, why: Text | None = None, advice: Text | None = None) -> None:
        """Keep why, and what helps."""
        super().__init__()
        self.why, self.advice = why, advice

    def says(self, language: Language) -> str:
        """Return the sentence with the reason."""
        space = " " if language is Language.EN else ""
        return space.join((super().says(language), *([self.why.in_language(language)] if self.why else ())))

    def advises(self, language: Language) -> str:
        """Return what helps against that reason."""
        return self.advice.in_language(language) if self.advice else super().advises(language)
