"""The sentences in which people read plans and progress."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.bundle.model import JsonObject
from marketplace.installs.models import StepKind
from marketplace.installs.steps import take_over
from marketplace.installs.verification import Verification
from marketplace.kernel.text import Language, Text

LABELS: Mapping[StepKind, Text] = {
    StepKind.TAKE_OVER: Text("前回の導入で作られたアプリを確かめます", "Check the apps of the earlier installation"),
    StepKind.CREATE_APP: Text("「{app}」アプリを作成します", "Create the app “{app}”"),
    StepKind.ADD_FIELDS: Text("「{app}」にフィールドを追加します", "Add fields to “{app}”"),
    StepKind.DEPLOY: Text("設定を運用環境に反映します", "Bring the settings into use"),
    StepKind.SETTINGS: Text("「{app}」の名前・アイコンなどを設定します", "Set the name and icon of “{app}”"),
    StepKind.LAYOUT: Text("「{app}」のフォームを配置します", "Arrange the form of “{app}”"),
    StepKind.PROCESS: Text("「{app}」のプロセス管理を設定します", "Set up the process of “{app}”"),
    StepKind.VIEWS: Text("「{app}」の一覧を設定します", "Set up the views of “{app}”"),
    StepKind.REPORTS: Text("「{app}」のグラフを設定します", "Set up the graphs of “{app}”"),
    StepKind.NOTIFICATIONS: Text("「{app}」の通知を設定します", "Set up the notifications of “{app}”"),
    StepKind.ACTIONS: Text("「{app}」のアクションを設定します", "Set up the actions of “{app}”"),
    StepKind.PLUGINS: Text("「{app}」にプラグインを追加します", "Add plug-ins to “{app}”"),
    StepKind.CUSTOMIZE: Text("「{app}」にJavaScript・CSSを設定します", "Add JavaScript and CSS to “{app}”"),
    StepKind.ADMIN_NOTES: Text("「{app}」の管理者用メモを設定します", "Write the admin note of “{app}”"),
    StepKind.PERMISSIONS: Text("「{app}」のアクセス権を設定します", "Set the permissions of “{app}”"),
    StepKind.RECORDS: Text("「{app}」にサンプルレコードを登録します", "Add sample records to “{app}”"),
    StepKind.STATUSES: Text(
        "「{app}」のサンプルレコードの状態を進めます", "Move the sample records of “{app}” to their states"
    ),
    StepKind.VERIFY: Text("導入した設定を読み出して確かめます", "Read the settings back and check them"),
}


def list_notes(kind: StepKind, outcome: JsonObject | None) -> tuple[Text, ...]:
    """Return what a finished step had to leave behind, in both languages."""
    if kind is StepKind.TAKE_OVER and outcome:
        return tuple(_note_refused(one) for one in outcome["refused"])
    left = (outcome or {}).get("left") or []
    if kind is StepKind.PLUGINS:
        return tuple(_note_plugin(one) for one in left)
    if kind is StepKind.STATUSES and left:
        return (
            Text(
                f"サンプルレコード{len(left)}件は、作業者や条件の設定により、途中の状態のままです。"
                "進めるには、レコードに「作業者」と表示されている人がログインしてそのレコードを開き、アクションのボタンを押します。"
                "ボタンがないときは、条件になっている項目を先に入力します。進めなくても、アプリは使えます。",
                f"{len(left)} sample records keep an earlier state because of assignees or conditions. "
                "To move one on, the person it names as its assignee signs in, opens it and presses the button of the "
                "action; where there is none, fill in the fields that its condition asks first. "
                "The apps work even if you leave them.",
            ),
        )
    if kind is StepKind.VERIFY and outcome:
        return _note_verification(Verification.from_document(outcome))
    return ()


def _note_verification(verification: Verification) -> tuple[Text, ...]:
    notes: list[Text] = []
    if verification.count:
        notes.append(
            Text(
                f"テンプレートと異なる設定が{verification.count}件あります。導入記録票で内容を確かめられます。",
                f"{verification.count} settings differ from the template; the receipt lists them.",
            )
        )
    if verification.unread:
        notes.append(
            Text(
                f"{len(verification.unread)}件は、読み出せなかったため確かめていません。",
                f"{len(verification.unread)} parts could not be read, and were not checked.",
            )
        )
    if verification.changed:
        notes.append(
            Text(
                f"レコード{len(verification.changed)}件は、登録後に変更・追加・削除されています。",
                f"{len(verification.changed)} records were edited, added or removed since.",
            )
        )
    return tuple(notes)


REFUSED: Mapping[str, Text] = {
    take_over.GONE: Text("見つかりません", "can't be found"),
    take_over.CHANGED: Text("設定が変更されています", "was changed"),
    take_over.IN_USE: Text("レコードが登録されています", "holds records"),
}


def _note_refused(one: JsonObject) -> Text:
    why = REFUSED[one["reason"]]
    return Text(
        f"「{one['name']}」（アプリ番号{one['app']}）は{why.ja}。前回のアプリは使わず、新しく作ります。",
        f"“{one['name']}” (app {one['app']}) {why.en}. The earlier apps are left alone, and new ones are made.",
    )


def _note_plugin(left: JsonObject) -> Text:
    return Text(
        f"プラグイン（{left['plugin']}）は追加できませんでした（{left['code']}）。ワークスペースに読み込んでから追加してください。",
        f"The plug-in {left['plugin']} could not be added ({left['code']}). Load it into the workspace, then add it.",
    )


def label_of(kind: StepKind, app_name: str) -> Text:
    """Return what a step does, in both languages."""
    label = LABELS[kind]
    return Text(label.in_language(Language.JA, app=app_name), label.in_language(Language.EN, app=app_name))
