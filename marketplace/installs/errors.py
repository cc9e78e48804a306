"""Refusals around imports."""

from __future__ import annotations

from marketplace.kernel.errors import ConflictError, InvalidError, NotFoundError
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


class SpaceUnusableError(InvalidError):
    """The space named as the target is not there, or not for the account that installs."""

    code = "space-unusable"
    title = Text(
        "スペース（番号{space}）が見つからないか、このワークスペースの導入では使えません。",
        "Space {space} is not there, or can't be used for installing into this workspace.",
    )
    remedy = Text(
        "スペースの番号と、導入を行うアカウントがそのスペースに参加しているかを確かめてください。"
        "ゲストスペースには、ゲストスペースにつないだワークスペースから導入します。",
        "Check the number, and that the installing account is a member of the space. Guest spaces need a workspace "
        "that is connected to the guest space.",
    )


class ThreadUnusableError(InvalidError):
    """The thread named as the target is none of the space."""

    code = "thread-unusable"
    title = Text(
        "スペース（番号{space}）に、スレッド（番号{thread}）がありません。", "Space {space} has no thread {thread}."
    )
    remedy = Text(
        "スレッドの番号を直すか、空にしてください（空のときは、そのスペースの最初のスレッドに導入します）。",
        "Correct the number, or leave it out: the apps then go into the first thread of the space.",
    )


class SpaceFixedError(InvalidError):
    """The workspace is a guest space, and its apps can go nowhere else."""

    code = "space-fixed"
    title = Text(
        "このワークスペースはゲストスペース（番号{space}）につながっているため、ほかのスペースには導入できません。",
        "This workspace is guest space {space}; nothing can be installed into another space from here.",
    )
    remedy = Text("スペースの指定を外してください。", "Leave the space out.")


class AppKeyUnknownError(InvalidError):
    """A name is given for an app that the version does not have."""

    code = "app-key-unknown"
    title = Text("アプリ「{keys}」は、この版にはありません。", "This version has no app “{keys}”.")
    remedy = Text("導入計画に示されたアプリのキーを指定してください。", "Give the keys of apps that the plan lists.")


class LocaliseUnknownError(InvalidError):
    """Options are given for a field that the template does not offer for it."""

    code = "localise-unknown"
    title = Text(
        "「{fields}」は、選択肢を置き換えられる項目ではありません。",
        "The options of “{fields}” are not among those that can be replaced.",
    )
    remedy = Text(
        "導入計画に「選択肢を置き換える項目」として示された項目だけを指定してください。",
        "Give only the fields that the plan lists under localise.",
    )


class LocaliseInUseError(InvalidError):
    """A condition of the template asks for nothing but options that would be gone."""

    code = "localise-in-use"
    title = Text(
        "なくなる選択肢だけを条件にしている設定があります。",
        "Some conditions ask for nothing but options that would be gone.",
    )
    remedy = Text(
        "次の設定で使われている選択肢を残すか、代わりの選択肢を、元の選択肢と同じ位置（同じ行）に書いてください。",
        "Keep the options these settings use, or write what replaces them at the same place of the list.",
    )

    def __init__(self, details: list[Text]) -> None:
        """Name the settings."""
        super().__init__()
        self.details = details


class LocaliseApartError(InvalidError):
    """A field is copied into another whose list would lack some of its options."""

    code = "localise-apart"
    title = Text(
        "選択肢をそろえる必要のある項目に、違う選択肢が指定されています。",
        "Fields that have to share their options are given different ones.",
    )
    remedy = Text(
        "コピー先の項目にも同じ選択肢を加えるか、コピー先の指定を外してください（外すと自動でそろいます）。",
        "Add the same options to the field that is copied into, or leave its list out: it then follows by itself.",
    )

    def __init__(self, details: list[Text]) -> None:
        """Name the fields."""
        super().__init__()
        self.details = details


class WorkspaceOutOfReachError(InvalidError):
    """The service has no way to a kintone in a closed network."""

    code = "workspace-out-of-reach"
    title = Text(
        "このワークスペースは閉じたネットワークにあり、このサービスからは導入できません。",
        "This workspace lies in a closed network; the service can't install into it by itself.",
    )
    remedy = Text(
        "導入のしかた（mode）に、ワークスペースの側から実行する pull か carry を指定してください。",
        "Choose the mode pull or carry: the calls are then made at the workspace's side.",
    )


class ModeUnsuitableError(InvalidError):
    """A try-out is nobody's: nobody could make its calls."""

    code = "import-mode-unsuitable"
    title = Text("お試しには、この導入のしかた（mode）を使えません。", "A try-out does not take this mode.")
    remedy = Text("mode の指定を外してください。", "Leave out the mode.")


class ImportNotPulledError(ConflictError):
    """Only an import of that mode has calls to hand out."""

    code = "import-not-pulled"
    title = Text(
        "この導入処理は、ワークスペースの側から実行するものではありません。",
        "This import is not carried out from the workspace's side.",
    )
    remedy = Text(
        "導入のしかた（mode）に pull を指定して始めた導入処理を選んでください。",
        "Name an import that was started with the mode pull.",
    )


class RunnerBusyError(ConflictError):
    """One runner at a time carries out an import."""

    code = "import-has-runner"
    title = Text(
        "ほかの場所から、この導入処理が実行されています。",
        "Another runner is carrying out this import at the moment.",
    )
    remedy = Text(
        "そちらの完了を待つか、止めてから{seconds}秒ほど待って、もう一度実行してください。",
        "Let it finish, or stop it and try again in about {seconds} seconds.",
    )


class CallUnknownError(NotFoundError):
    """The import never handed out a call of that number."""

    code = "import-call-unknown"
    title = Text("その番号の呼び出しはありません。", "There is no call of this number.")
    remedy = Text("next-call で、今の呼び出しを確かめてください。", "Ask next-call for the present call.")


class CallOutcomeDiffersError(ConflictError):
    """A call has one outcome; what was reported first counts."""

    code = "import-call-reported"
    title = Text(
        "呼び出し {number} の結果は、別の内容で報告されています。",
        "Another outcome of call {number} was reported already.",
    )
    remedy = Text("next-call で、今の呼び出しを確かめてください。", "Ask next-call for the present call.")
