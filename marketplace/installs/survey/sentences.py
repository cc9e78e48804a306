"""What is said about a workspace that was looked at, for officials."""

from __future__ import annotations

from collections.abc import Sequence

from marketplace.installs.target import Target
from marketplace.kernel.text import Text
from marketplace.workspaces.domains.sentences import CREATION_CANNOT_BE_ASKED

REACHED = Text("ワークスペースの様子を確かめました。", "The workspace was looked at.")
OUT_OF_REACH = Text(
    "このサービスからは接続せずに導入します。", "It is installed into without a connection from this service."
)
LOOK_YOURSELF = Text(
    "同じ名前のアプリ、プラグイン、指定したユーザー・グループ・組織が導入先にあるかを、導入の前に確かめてください。",
    "Check there, before installing, for apps of the same name, plug-ins, and the users, groups and organisations.",
)
NO_TIME = Text("時間内に確かめられませんでした。", "There was no time left to find out.")
LATER = Text("このまま導入できます。導入したあとに確かめてください。", "You can go on; check after installing.")
MAY_CREATE = Text("アプリを作成できます。", "Apps can be made.")
CREATION_UNKNOWN = Text(
    "アプリを作成できるかは、事前には分かりません。", "Whether apps may be made can't be asked beforehand."
)
CREATION_REMEDY = CREATION_CANNOT_BE_ASKED
NO_SAME_NAMES = Text("同じ名前のアプリはありません。", "No app there has the same name.")
RENAME = Text(
    "そのまま導入すると、同じ名前のアプリが並びます。区別したいときは、アプリの名前を変えてください。",
    "If you go on, there will be two of that name. Give the new app another name to tell them apart.",
)
PLUGINS_THERE = Text("必要なプラグインは、すべて読み込まれています。", "All the plug-ins that are needed are there.")
LOAD_PLUGINS = Text(
    "kintoneシステム管理の「プラグイン」で読み込んでから導入してください。ないまま導入すると、そのプラグインを外して"
    "導入します。",
    "Load them in kintone's system administration first; otherwise the apps are installed without them.",
)
PEOPLE_THERE = Text(
    "差し込み項目のユーザー・グループ・組織は、すべて見つかりました。",
    "All users, groups and organisations given for placeholders are there.",
)
ADD_PEOPLE = Text(
    "コードを直すか、ワークスペースに追加してください。このまま始めると、途中で止まります。",
    "Correct the code, or add them to the workspace; the import would stop on the way.",
)
PEOPLE_UNKNOWN = Text(
    "差し込み項目のコードがあるかは、確かめられませんでした（接続用アカウントに、ユーザー情報を読む権限がないためです）。",
    "Whether the codes given for placeholders exist could not be found out: the account may not read user data.",
)
CHECK_CODES = Text("コードに間違いがないか、目で確かめてください。", "Check by eye that the codes are right.")
PLUGINS_UNKNOWN = Text(
    "必要なプラグインが読み込まれているかは、確かめられませんでした（接続用アカウントに権限がないためです）。",
    "Whether the plug-ins that are needed are there could not be found out: the account may not read them.",
)
APPS_UNKNOWN = Text(
    "すでにあるアプリは、確かめられませんでした。", "The apps that are there already could not be read."
)
FREE_ROOM = Text("使わないアプリを削除してから導入してください。", "Delete apps that are not used any more first.")


def not_reached(reason: Text) -> Text:
    """Return that the workspace could not be looked at, and why."""
    return Text(
        f"ワークスペースの様子を確かめられませんでした：{reason.ja}",
        f"The workspace could not be looked at: {reason.en}",
    )


def space_found(target: Target) -> Text:
    """Return into which space the apps go."""
    named_ja = f"「{target.name}」" if target.name else ""
    named_en = f" “{target.name}”" if target.name else ""
    return Text(
        f"スペース（番号{target.space}）{named_ja}のスレッド（番号{target.thread}）に作ります。",
        f"The apps are made in space {target.space}{named_en}, thread {target.thread}.",
    )


def same_names(names: Sequence[str]) -> Text:
    """Return which names are there already."""
    return Text(
        f"同じ名前のアプリがすでにあります：{'、'.join(names)}",
        f"Apps of the same name are there already: {', '.join(names)}",
    )


def plugins_missing(names: Sequence[str]) -> Text:
    """Return which plug-ins are lacking."""
    return Text(f"プラグインがありません：{'、'.join(names)}", f"These plug-ins are missing: {', '.join(names)}")


def nobody(labels: Sequence[Text], codes: Sequence[str]) -> Text:
    """Return which codes nobody has."""
    ja = "、".join(f"「{label.ja}」の「{code}」" for label, code in zip(labels, codes, strict=True))
    en = ", ".join(f"“{code}” ({label.en})" for label, code in zip(labels, codes, strict=True))
    return Text(f"ワークスペースに見つかりません：{ja}", f"Not found in the workspace: {en}")


def room(there: int, most: int) -> Text:
    """Return how many more apps fit in."""
    return Text(
        f"アプリは{most:,}個まで作れます。いま{there:,}個あり、あと{max(0, most - there):,}個作れます。",
        f"The workspace holds up to {most:,} apps; {there:,} are there, so {max(0, most - there):,} more fit in.",
    )


def room_by_sight(there: int, most: int) -> Text:
    """Return the same of a domain, of which an account sees only a part."""
    return Text(
        f"接続用アカウントから見えるアプリは{there:,}個です。kintoneに作れるのは、見えないものも含めて{most:,}個までです。",
        f"The account sees {there:,} apps; a kintone holds up to {most:,}, those it does not see among them.",
    )
