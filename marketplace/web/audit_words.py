"""What the log of acts says in words."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.audit.models import AuditEvent
from marketplace.kernel.text import Language, Text
from marketplace.web.municipalities import ROLES

FACTS = ("name", "user", "slug", "number", "title", "app", "added", "updated", "count", "successor")
"""What a sentence may tell of the facts of an act."""
UNKNOWN = "－"
OTHER = Text("ほかの操作（{act}）", "Something else ({act})")
"""Of an act that a later version of the service noted."""
BY_ONESELF: dict[str, Text] = {
    "member.added": Text(
        "招待を受けて、構成員になった（役割：{role}）", "Followed an invitation and became a member ({role})"
    ),
    "member.removed": Text("自分から構成員を外れた", "Left the municipality"),
}
SENTENCES: dict[str, Text] = {
    "member.added": Text("{person}さんを構成員に加えた（役割：{role}）", "Added {person} as a member ({role})"),
    "member.removed": Text("{person}さんを構成員から外した", "Removed {person} from the members"),
    "member.role-changed": Text(
        "{person}さんの役割を「{before}」から「{role}」に変えた", "Changed the role of {person} from {before} to {role}"
    ),
    "invitation.sent": Text("招待のメールを送った（役割：{role}）", "Sent an invitation ({role})"),
    "invitation.withdrawn": Text("招待を取り消した（役割：{role}）", "Withdrew an invitation ({role})"),
    "handover.done": Text(
        "{person}さんの担当（{count}件）を、{successor}さんに引き継いだ",
        "Handed what {person} looked after over to {successor} ({count})",
    ),
    "municipality.second-factor-required": Text(
        "構成員に二段階認証を求めることにした", "Required a second factor of all members"
    ),
    "municipality.second-factor-optional": Text(
        "構成員に二段階認証を求めるのをやめた", "No longer requires a second factor of members"
    ),
    "municipality.verified": Text("この団体を「確認済み」にした", "Marked the municipality as verified"),
    "municipality.verification-withdrawn": Text("この団体の「確認済み」を取り消した", "Withdrew the verification"),
    "service.backed-up": Text("サービスをバックアップした", "Backed up the service"),
    "service.restored": Text("サービスをバックアップから復元した", "Restored the service from a backup"),
    "service.mended": Text("データの食い違いを直した", "Mended what disagreed in the data"),
    "token.issued": Text("APIトークン「{name}」を発行した", "Issued the API token “{name}”"),
    "token.revoked": Text("APIトークン「{name}」を失効させた", "Revoked the API token “{name}”"),
    "workspace.created": Text("ワークスペース「{name}」を作った", "Made the workspace “{name}”"),
    "workspace.connected": Text(
        "kintoneのドメインを「{name}」としてつないだ", "Connected a kintone domain as “{name}”"
    ),
    "workspace.connection-changed": Text("kintoneへのつなぎ方を変えた", "Changed how a kintone is connected"),
    "workspace.credentials-replaced": Text(
        "kintoneの接続用アカウントを入れ替えた", "Replaced the account for a kintone"
    ),
    "workspace.checked": Text("kintoneへの接続を確かめた", "Checked the connection to a kintone"),
    "workspace.closed": Text("ワークスペースを閉じた", "Closed a workspace"),
    "workspace.password-reset": Text(
        "ワークスペースの管理用パスワードを作り直した", "Made a new administrator's password of a workspace"
    ),
    "workspace.user-added": Text(
        "ワークスペースにユーザー「{user}」を加えた", "Added the user “{user}” to a workspace"
    ),
    "workspace.user-changed": Text(
        "ワークスペースのユーザー「{user}」を変えた", "Changed the user “{user}” of a workspace"
    ),
    "workspace.user-disabled": Text(
        "ワークスペースのユーザー「{user}」を停止した", "Disabled the user “{user}” of a workspace"
    ),
    "workspace.user-enabled": Text(
        "ワークスペースのユーザー「{user}」の停止を解いた", "Enabled the user “{user}” of a workspace"
    ),
    "workspace.user-joined": Text(
        "ワークスペースのユーザー「{user}」になった", "Became the user “{user}” of a workspace"
    ),
    "workspace.user-password-reset": Text(
        "ワークスペースのユーザー「{user}」のパスワードを作り直した", "Made a new password of the user “{user}”"
    ),
    "workspace.user-memberships-set": Text(
        "ワークスペースのユーザー「{user}」の所属を変えた", "Changed the groups of the user “{user}”"
    ),
    "workspace.people-updated": Text(
        "ワークスペースのユーザーを、構成員に合わせて新しくした", "Brought the users of a workspace up to date"
    ),
    "workspace.credentials-rekeyed": Text(
        "kintoneの接続用アカウントを、新しい鍵で守り直した", "The account for a kintone was sealed with another key"
    ),
    "tryout.started": Text("お試しを始めた", "Started a try-out"),
    "tryout.removed": Text("お試しを片付けた", "A try-out was removed"),
    "import.continued": Text("途中で止まった導入のアプリを引き継いだ", "Took over the apps of an import that stopped"),
    "import.leftovers-dismissed": Text(
        "途中で止まった導入の残ったアプリを、片付いたことにした", "Marked leftover apps of an import as dealt with"
    ),
    "import.leftovers-deleted": Text(
        "途中で止まった導入の残ったアプリを削除した", "Deleted leftover apps of an import"
    ),
    "import.runner-joined": Text(
        "閉じたネットワークの端末が、導入を実行し始めた", "A machine in a closed network began to run an import"
    ),
    "import.reported": Text(
        "パッケージで導入した結果の報告を受け取った", "The report of an import by package was taken in"
    ),
    "import.started": Text("テンプレートの導入を始めた", "Started to install a template"),
    "import.succeeded": Text("テンプレートの導入が終わった", "A template was installed"),
    "import.failed": Text("テンプレートの導入に失敗した", "Installing a template failed"),
    "import.resumed": Text("テンプレートの導入を再開した", "Resumed installing a template"),
    "import.cancelled": Text("テンプレートの導入を取りやめた", "Cancelled installing a template"),
    "installation.check-started": Text("導入したアプリの照合を始めた", "Started to check an installation"),
    "installation.checked": Text("導入したアプリの照合が終わった", "An installation was checked"),
    "installation.check-failed": Text("導入したアプリの照合に失敗した", "Checking an installation failed"),
    "export.started": Text("アプリをテンプレートにする処理を始めた", "Started to make a template of apps"),
    "export.succeeded": Text("アプリからテンプレートの下書きができた", "A draft was made of apps"),
    "export.failed": Text("アプリをテンプレートにする処理に失敗した", "Making a template of apps failed"),
    "export.resumed": Text("アプリをテンプレートにする処理を再開した", "Resumed making a template of apps"),
    "export.cancelled": Text("アプリをテンプレートにする処理を取りやめた", "Cancelled making a template of apps"),
    "draft.uploaded": Text("下書きを送った（{slug} {number}）", "Sent a draft ({slug} {number})"),
    "draft.held": Text("公開を依頼した（{slug} {number}）", "Asked for a release ({slug} {number})"),
    "draft.taken-back": Text("公開の依頼を取り下げた（{slug} {number}）", "Took a release back ({slug} {number})"),
    "draft.turned-back": Text(
        "運営が公開せずに戻した（{slug} {number}）", "Gave a draft back without releasing it ({slug} {number})"
    ),
    "draft.edited": Text("下書きを編集した（{slug} {number}）", "Edited a draft ({slug} {number})"),
    "draft.discarded": Text("下書きを破棄した（{slug} {number}）", "Discarded a draft ({slug} {number})"),
    "finding.answered": Text("下書きの指摘に回答した（{slug}）", "Answered a finding of a draft ({slug})"),
    "version.released": Text("テンプレートを公開した（{slug} {number}）", "Published a template ({slug} {number})"),
    "version.withdrawn": Text("公開をやめた（{slug} {number}）", "Withdrew a version ({slug} {number})"),
    "review.written": Text("テンプレートの評価を書いた", "Wrote a review"),
    "review.deleted": Text("テンプレートの評価を消した", "Deleted a review"),
    "review.hidden": Text("運営が「{title}」の評価を非表示にした", "Hid a review of “{title}”"),
    "review.shown": Text("運営が「{title}」の評価をもう一度表示した", "Showed a review of “{title}” again"),
    "story.hidden": Text("運営が活用事例「{title}」を非表示にした", "Hid the story “{title}”"),
    "story.shown": Text("運営が活用事例「{title}」をもう一度表示した", "Showed the story “{title}” again"),
    "wanted-app.hidden": Text("運営が欲しいアプリ「{title}」を非表示にした", "Hid the wanted app “{title}”"),
    "wanted-app.shown": Text(
        "運営が欲しいアプリ「{title}」をもう一度表示した", "Showed the wanted app “{title}” again"
    ),
    "wanted-answer.hidden": Text("運営が回答「{title}」を非表示にした", "Hid the answer “{title}”"),
    "wanted-answer.shown": Text("運営が回答「{title}」をもう一度表示した", "Showed the answer “{title}” again"),
    "story.created": Text("活用事例「{title}」を書いた", "Wrote the story “{title}”"),
    "story.replaced": Text("活用事例「{title}」を書き直した", "Rewrote the story “{title}”"),
    "story.deleted": Text("活用事例「{title}」を消した", "Deleted the story “{title}”"),
    "wanted-app.written": Text("欲しいアプリ「{title}」を書いた", "Wrote the wanted app “{title}”"),
    "wanted-app.rewritten": Text("欲しいアプリ「{title}」を書き直した", "Rewrote the wanted app “{title}”"),
    "wanted-app.deleted": Text("欲しいアプリ「{title}」を消した", "Deleted the wanted app “{title}”"),
    "wanted-app.voted": Text("欲しいアプリに「うちも欲しい」を押した", "Wanted an app of the list, too"),
    "wanted-app.vote-taken-back": Text("欲しいアプリの「うちも欲しい」をやめた", "No longer wants an app of the list"),
    "wanted-app.answered": Text("欲しいアプリに回答した", "Answered a wanted app"),
    "wanted-app.answer-deleted": Text("欲しいアプリへの回答を消した", "Deleted an answer to a wanted app"),
    "wanted-app.fulfilled": Text("欲しいアプリを、回答で解決したことにした", "Marked a wanted app as fulfilled"),
    "wanted-app.closed": Text("欲しいアプリを取り下げた", "Closed a wanted app"),
    "wanted-app.reopened": Text("欲しいアプリを再開した", "Reopened a wanted app"),
    "records.imported": Text(
        "CSVでレコードを取り込んだ（アプリ{app}：追加{added}件、更新{updated}件）",
        "Imported records by CSV (app {app}: {added} added, {updated} changed)",
    ),
    "app-rights.changed": Text("アプリ{app}のアクセス権を変えた", "Changed the permissions of app {app}"),
    "app-code.changed": Text("アプリ{app}のアプリコードを変えた", "Changed the code of app {app}"),
    "app-token.issued": Text("アプリ{app}のAPIトークンを発行した", "Issued an API token of app {app}"),
    "app-token.deleted": Text("アプリ{app}のAPIトークンを削除した", "Deleted an API token of app {app}"),
    "webhook.added": Text("アプリ{app}のWebhookを加えた", "Added a webhook of app {app}"),
    "webhook.changed": Text("アプリ{app}のWebhookを変えた", "Changed a webhook of app {app}"),
    "webhook.tested": Text("アプリ{app}のWebhookを試した", "Tried a webhook of app {app}"),
    "webhook.deleted": Text("アプリ{app}のWebhookを削除した", "Deleted a webhook of app {app}"),
    "takeout.started": Text("団体のデータの書き出しを始めた", "Started to export all data"),
    "takeout.made": Text("団体のデータのファイルができた", "The file with all data was made"),
    "takeout.failed": Text("団体のデータの書き出しに失敗した", "Exporting all data failed"),
    "takeout.downloaded": Text("団体のデータのファイルをダウンロードした", "Downloaded the file with all data"),
    "takeout.deleted": Text("団体のデータのファイルを削除した", "Deleted the file with all data"),
    "person.created": Text("アカウントを作った", "An account was made"),
    "person.disabled": Text("{person}さんのアカウントを停止した", "Disabled the account of {person}"),
    "person.enabled": Text("{person}さんのアカウントの停止を解いた", "Enabled the account of {person} again"),
    "person.looked-up": Text("{person}さんのアカウントを調べた", "Looked the account of {person} up"),
    "person.password-replaced": Text("{person}さんのパスワードを新しくした", "Replaced the password of {person}"),
    "person.password-reset": Text("メールのリンクでパスワードを再設定した", "Reset the password by a mailed link"),
    "password-reset.requested": Text("パスワードの再設定のメールを頼んだ", "Asked for a mail to reset the password"),
    "recovery-codes.made": Text("新しい回復コードを作った", "Made new recovery codes"),
    "second-factors.removed": Text("{person}さんの二段階認証を外した", "Removed the second factors of {person}"),
    "sign-in.accepted": Text("ログインした", "Signed in"),
    "sign-in.refused": Text("ログインできなかった", "A sign-in was refused"),
    "sign-in.second-factor-refused": Text("二段階認証が合わず、ログインできなかった", "A second factor was refused"),
    "report.sent": Text("運営者に報告した", "Reported something to the operator"),
    "report.settled": Text("運営者への報告に対応した", "A report was dealt with"),
    "person.renamed": Text("自分の氏名を変えた", "Changed their own name"),
    "person.password-changed": Text("自分のパスワードを変えた", "Changed their own password"),
    "person.language-chosen": Text("画面の言語を選んだ", "Chose the language of pages"),
    "person.password-wrong": Text("パスワードの確認を間違えた", "Mistyped the password when asked for it again"),
    "authenticator.added": Text("認証アプリを登録した", "Set up an authenticator app"),
    "authenticator.removed": Text("認証アプリの登録を外した", "Removed the authenticator app"),
    "passkey.added": Text("パスキーを登録した", "Added a passkey"),
    "passkey.removed": Text("パスキーの登録を外した", "Removed a passkey"),
    "session.ended": Text("ログイン中の端末を終わらせた", "Signed a device out"),
    "session.others-ended": Text("ほかの端末をすべて終わらせた", "Signed all other devices out"),
}


def say_act(event: AuditEvent, names: Mapping[str, str], language: Language) -> str:
    """Return what was done as a sentence; `names` are of people by their ids."""
    is_own = event.subject_kind == "person" and event.subject_id == event.actor_id
    sentence = (BY_ONESELF.get(event.act) if is_own else None) or SENTENCES.get(event.act, OTHER)
    told = {name: event.facts.get(name, UNKNOWN) for name in FACTS} | {"act": event.act}
    roles = {name: _role(event.facts.get(name), language) for name in ("role", "before")}
    return sentence.in_language(language, person=names.get(event.subject_id, UNKNOWN), **told, **roles)


def _role(value: object, language: Language) -> str:
    return next((label.in_language(language) for role, label in ROLES.items() if role == value), UNKNOWN)
