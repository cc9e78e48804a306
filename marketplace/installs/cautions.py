"""What a municipality should know before it installs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from marketplace.bundle.localising.lists import Localised
from marketplace.bundle.model import AppDefinition, PartName
from marketplace.installs.budget import Budget
from marketplace.installs.places import describe_place
from marketplace.installs.planned import plan_plugins, plan_scripts
from marketplace.kernel.text import Text


def list_warnings(
    made: Localised,
    *,
    unmapped: Sequence[Text],
    budget: Budget,
    is_again: bool,
) -> Iterator[Text]:
    """Return the warnings of a plan, the gravest first."""
    yield from _of_personal_data(made)
    yield from _of_programs(made)
    for label in unmapped:
        yield Text(
            f"差し込み項目「{label.ja}」が未設定です。設定されている箇所から外して導入します。",
            f"The placeholder “{label.en}” has no code; it is left out wherever it stands.",
        )
    yield from _of_lists(made)
    yield from (_rights_warning(app) for app in made.bundle.apps if _shuts_out_creator(app))
    yield from _of_budget(made, budget)
    if is_again:
        yield Text(
            "このテンプレートは、このワークスペースに導入済みです。続けると、もう一組のアプリが作られます。",
            "This template is already installed in this workspace. Going on makes a second set of apps.",
        )


def _of_personal_data(made: Localised) -> Iterator[Text]:
    personal = made.bundle.manifest.personal_data
    if personal is not None and personal.handles:
        kinds_ja, kinds_en = "、".join(personal.kinds), ", ".join(personal.kinds)
        yield Text(
            f"個人情報を扱うテンプレートです（{kinds_ja}）。個人情報保護の手続きと、アクセス権を確かめてください。",
            f"This template handles personal data ({kinds_en}). Check your procedures and the permissions.",
        )


def _of_programs(made: Localised) -> Iterator[Text]:
    scripts = list(plan_scripts(made.bundle))
    plugins = [plugin.name for plugin in plan_plugins(made.bundle)]
    if scripts:
        yield Text(
            f"JavaScriptまたはCSSが{len(scripts)}件組み込まれます。内容を確かめてから導入してください。",
            f"{len(scripts)} JavaScript or CSS files will be added. Review them before installing.",
        )
    if plugins:
        yield Text(
            f"プラグインが必要です：{'、'.join(plugins)}。ワークスペースに読み込まれていないものは追加されません。",
            f"Plug-ins are needed: {', '.join(plugins)}. Those the workspace does not have are left out.",
        )


def _of_lists(made: Localised) -> Iterator[Text]:
    """Yield what the replaced options touch: settings that name the new ones now, and those a person has to see."""
    for mention in made.rewritten:
        place = describe_place(made.bundle, mention)
        yield Text(
            f"{place.ja}の条件や計算式（{mention.text}）を、置き換えた選択肢に合わせて書き換えます。",
            f"The condition or formula of the {place.en} ({mention.text}) is rewritten to name the new options.",
        )
    for mention in made.unsure:
        place = describe_place(made.bundle, mention)
        named = f"（{mention.text}）" if mention.text else ""
        yield Text(
            f"{place.ja}{named}に、なくなる選択肢の文字があります。導入したあと、動きを確かめてください。",
            f"The {place.en}{named} names an option that is no more. Check how it works after installing.",
        )


def _of_budget(made: Localised, budget: Budget) -> Iterator[Text]:
    for one in budget.apps:
        if one.is_over:
            name = made.bundle.app(one.key).name
            yield Text(
                f"「{name}」への呼び出しが{one.calls:,}回になり、kintoneの1日の上限（{budget.daily_limit:,}回）を超えます。"
                "途中で止まったときは、翌日に再開してください。",
                f"“{name}” takes {one.calls:,} calls, more than the {budget.daily_limit:,} that kintone allows in a "
                "day. When it stops, resume the next day.",
            )


def _shuts_out_creator(app: AppDefinition) -> bool:
    rights = (app.part(PartName.PERMISSIONS) or {}).get("app", {}).get("rights") or []
    return bool(rights) and not any(
        right["entity"]["type"] == "CREATOR" and right.get("appEditable") for right in rights
    )


def _rights_warning(app: AppDefinition) -> Text:
    return Text(
        f"「{app.name}」のアクセス権では、作成者（導入を行うアカウント）がアプリを管理できません。",
        f"The permissions of “{app.name}” do not let its creator, the installing account, manage it.",
    )
