"""A plan in the words of a clerk: what will be made, what is lacking, what differs, how long it takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from marketplace.installs.plan import Plan
from marketplace.installs.planned import PlannedList, PlannedPlaceholder
from marketplace.installs.survey.findings import Finding, Item, NamedAlike, Outcome
from marketplace.kernel.text import Language, Text
from marketplace.web.forms import FormState
from marketplace.web.install_pages import space_words
from marketplace.web.leftovers_page import ShownLeftovers, show_leftovers
from marketplace.web.placeholder_fields import PLACEHOLDER_FIELD
from marketplace.web.receipt_page import KINDS

MINUTE = 60
ITEMS: dict[Item, Text] = {
    Item.WORKSPACE: Text("ワークスペース", "Workspace"),
    Item.SPACE: Text("スペース", "Space"),
    Item.CREATE_APPS: Text("アプリの作成", "Making apps"),
    Item.ROOM: Text("アプリの数", "Number of apps"),
    Item.SAME_NAMES: Text("同じ名前のアプリ", "Apps of the same name"),
    Item.PLUGINS: Text("プラグイン", "Plug-ins"),
    Item.PEOPLE: Text("ユーザー・グループ・組織", "Users, groups and organisations"),
}
OUTCOMES: dict[Outcome, tuple[Text, str]] = {
    Outcome.OK: (Text("問題なし", "Fine"), "done"),
    Outcome.LACKING: (Text("確認してください", "Please check"), "failed"),
    Outcome.UNKNOWN: (Text("分かりません", "Not known"), "unknown"),
}
SHORT = Text("1分以内", "less than a minute")
MINUTES = Text("約{minutes}分", "about {minutes} minutes")
NOT_GIVEN = Text("指定なし（設定から外します）", "None; left out of the settings")
NOT_FOUND = Text("{code}（見つかりません）", "{code} (not found)")
NOBODY_HAS_IT = Text("このコードは、ワークスペースに見つかりません。", "Nobody in the workspace has this code.")
FOLLOWS = Text("「{field}」に合わせて置き換えます。", "Follows “{field}”.")
RENAMED = Text("「{old}」を「{new}」に読み替えます。", "“{old}” becomes “{new}”.")
GONE = Text("なくなる選択肢：{options}", "Options that go: {options}")


@dataclass(frozen=True, slots=True)
class ShownApp:
    """An app that will be made."""

    name: str
    template_name: str
    field_count: int
    record_count: int
    calls: int
    share: str


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """One thing found out about the workspace."""

    item: str
    outcome: str
    mark: str
    text: str
    remedy: str
    apps: tuple[NamedAlike, ...]


@dataclass(frozen=True, slots=True)
class ShownPlaceholder:
    """A placeholder and what it becomes."""

    label: str
    kind: str
    code: str


@dataclass(frozen=True, slots=True)
class ShownList:
    """A list of options that is replaced, and what that means for the old ones."""

    app: str
    field: str
    options: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """What an install would do, in words."""

    workspace: str
    space: str
    warnings: tuple[str, ...]
    findings: tuple[ShownFinding, ...]
    apps: tuple[ShownApp, ...]
    placeholders: tuple[ShownPlaceholder, ...]
    lists: tuple[ShownList, ...]
    scripts: tuple[str, ...]
    plugins: tuple[str, ...]
    steps: tuple[str, ...]
    duration: str
    api_calls: int
    deploys: int
    daily_limit: int
    largest_share: str
    sample_records: int
    leftovers: tuple[ShownLeftovers, ...]
    """What earlier imports of the template left behind."""
    continues: str | None
    """The import whose apps are used."""
    mode: str


def show_plan(plan: Plan, language: Language) -> ShownPlan:
    """Return the plan in words."""
    budget, survey = plan.budget, plan.survey
    return ShownPlan(
        workspace=plan.workspace.name,
        space=space_words(plan.target, language),
        warnings=tuple(warning.in_language(language) for warning in plan.warnings),
        findings=tuple(_finding(one, survey.same_names, language) for one in survey.findings) if survey else (),
        apps=_apps(plan),
        placeholders=_placeholders(plan, language),
        lists=tuple(_list(one, language) for one in plan.localise if one.is_changed),
        scripts=tuple(f"{one.app_name}：{one.source}" for one in plan.scripts),
        plugins=tuple(dict.fromkeys(one.name for one in plan.plugins)),
        steps=tuple(step.label.in_language(language) for step in plan.steps),
        duration=_duration(budget.seconds, language),
        api_calls=plan.api_calls,
        deploys=budget.deploys,
        daily_limit=budget.daily_limit,
        largest_share=_percent(budget.largest_share),
        sample_records=plan.sample_records,
        leftovers=show_leftovers(plan.workspace, plan.leftovers, language),
        continues=plan.continued_id,
        mode=plan.mode.value,
    )


def with_unknown_codes(form: FormState, plan: Plan, language: Language) -> FormState:
    """Return the form with a word beside each code that nobody in the workspace has."""
    unknown = plan.survey.unknown_codes if plan.survey else ()
    return replace(form, errors={f"{PLACEHOLDER_FIELD}{key}": [NOBODY_HAS_IT.in_language(language)] for key in unknown})


def _apps(plan: Plan) -> tuple[ShownApp, ...]:
    budgets = {one.key: one for one in plan.budget.apps}
    with_records = plan.order.sample_records
    return tuple(
        ShownApp(
            name=app.name,
            template_name=app.template_name,
            field_count=app.field_count,
            record_count=app.sample_records if with_records else 0,
            calls=budgets[app.key].calls,
            share=_percent(budgets[app.key].share),
        )
        for app in plan.apps
    )


def _placeholders(plan: Plan, language: Language) -> tuple[ShownPlaceholder, ...]:
    unknown = plan.survey.unknown_codes if plan.survey else ()
    return tuple(_placeholder(one, unknown, language) for one in plan.placeholders)


def _finding(one: Finding, same_names: tuple[NamedAlike, ...], language: Language) -> ShownFinding:
    outcome, mark = OUTCOMES[one.outcome]
    return ShownFinding(
        item=ITEMS[one.item].in_language(language),
        outcome=outcome.in_language(language),
        mark=mark,
        text=one.text.in_language(language),
        remedy=one.remedy.in_language(language) if one.remedy else "",
        apps=same_names if one.item is Item.SAME_NAMES else (),
    )


def _placeholder(one: PlannedPlaceholder, unknown: tuple[str, ...], language: Language) -> ShownPlaceholder:
    code = one.code or NOT_GIVEN.in_language(language)
    shown = NOT_FOUND.in_language(language, code=code) if one.key in unknown else code
    return ShownPlaceholder(one.label.in_language(language), KINDS[one.kind.value].in_language(language), shown)


def _list(one: PlannedList, language: Language) -> ShownList:
    notes = [RENAMED.in_language(language, old=old, new=new) for old, new in one.renamed.items()]
    if one.gone:
        notes.append(GONE.in_language(language, options="、".join(one.gone)))
    if one.follows:
        notes.insert(0, FOLLOWS.in_language(language, field=one.follows[1]))
    return ShownList(one.app_name, one.field_code, one.options, tuple(notes))


def _duration(seconds: int, language: Language) -> str:
    if seconds < MINUTE:
        return SHORT.in_language(language)
    return MINUTES.in_language(language, minutes=ceil(seconds / MINUTE))


def _percent(share: float) -> str:
    return f"{share * 100:.1f}%" if share >= 0.001 or not share else "0.1%"  # noqa: PLR2004 - a thousandth is the least shown
