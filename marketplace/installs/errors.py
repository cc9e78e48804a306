"""Refusals around imports."""

from __future__ import annotations

from marketplace.kernel.errors import ConflictError, InvalidError
from marketplace.kernel.text import Text


class WorkspaceUnusableError(ConflictError):
    """Nothing can be installed into a closed workspace."""

    code = "workspace-not-open"
    title = Text("このワークスペースは閉じられています。", "This workspace is closed.")
    remedy = Text("ほかのワークスペースを選んでください。", "Choose another workspace.")


class DryRunError(InvalidError):
    """An order that asks for a plan only must never start an import."""

    code = "dry-run-only"
    title = Text("計画の確認（dry_run）が指定されています。", "The order asks for a plan only (dry_run).")
    remedy = Text("導入するときは、dry_run を外してください。", "Leave out dry_run to install.")


class ImportUnderWayError(ConflictError):
    """The same template is being installed into the same workspace right now."""

    code = "import-under-way"
    title = Text(
        "同じテンプレートの導入処理がすでに進んでいます。",
        "The same template is being installed into this workspace already.",
    )
    remedy = Text(
        "進行中の導入処理（{import_id}）の完了を待つか、取り消してください。",
        "Wait for the import {import_id} to end, or cancel it.",
    )


class ImportNotCancellableError(ConflictError):
    """An import that has ended can't be cancelled."""

    code = "import-already-ended"
    title = Text("この導入処理はすでに終わっています。", "This import has already ended.")
    remedy = Text("導入処理の状態を確かめてください。", "Check how the import ended.")


class ImportNotResumableError(ConflictError):
    """Only an import that failed can be resumed."""

    code = "import-not-failed"
    title = Text("再開できるのは、失敗した導入処理だけです。", "Only an import that failed can be resumed.")
    remedy = Text("導入処理の状態を確かめてください。", "Check the state of the import.")


class ChangesUndecidedError(ConflictError):
    """An import that stopped before somebody else's changes goes on only when a person has decided."""

    code = "changes-undecided"
    title = Text(
        "ほかの人が変更した設定の前で止まっています。",
        "This import stopped before settings that somebody else has changed.",
    )
    remedy = Text(
        "変更の内容を確かめ、今の設定の上に続ける（accept_changes）か、導入をやめるかを選んでください。",
        "See what was changed, then choose to go on on top of it (accept_changes) or to cancel the import.",
    )


class LeftoversNotThereError(ConflictError):
    """The import left no apps behind, or they have been dealt with."""

    code = "leftovers-not-there"
    title = Text(
        "この導入処理が残したアプリはないか、すでに片付けられています。",
        "This import left no apps behind, or they have been dealt with.",
    )
    remedy = Text(
        "ワークスペースの画面で、残っているアプリを確かめてください。",
        "See on the page of the workspace which apps are left.",
    )


class LeftoversInUseError(ConflictError):
    """An app that somebody has put records into is not deleted as a leftover."""

    code = "leftovers-in-use"
    title = Text(
        "「{names}」には、サンプルではないレコードが登録されています。", "“{names}” holds records that are no samples."
    )
    remedy = Text(
        "レコードを書き出すか削除してから、もう一度削除してください。",
        "Export or delete the records, then delete the apps again.",
    )


class PlaceholderUnknownError(InvalidError):
    """The version has no such placeholder."""

    code = "placeholder-unknown"
    title = Text("差し込み項目「{keys}」は、この版にはありません。", "This version has no placeholder “{keys}”.")
    remedy = Text(
        "導入計画に示された差し込み項目だけを指定してください。",
        "Give only the placeholders that the plan lists.",
    )
