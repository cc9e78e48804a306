"""The form that asks where and how a template is to be installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from marketplace.bundle.model import Bundle, Localisation
from marketplace.catalog.summaries import TemplateDetail
from marketplace.installs.survey.inside import list_candidates
from marketplace.installs.tailoring import options_of
from marketplace.installs.target import list_spaces
from marketplace.kernel.context import Context
from marketplace.kernel.text import Language, Text
from marketplace.web.catalog_cards import template_address
from marketplace.web.placeholder_fields import PLACEHOLDER_FIELD, PlaceholderField, PlaceholderGroup, placeholder_groups

if TYPE_CHECKING:
    from marketplace.workspaces.models import Workspace

NAME_FIELD = "app-name-"
LIST_FIELD = "localise-"
MODES: tuple[tuple[str, Text], ...] = (
    ("", Text("ワークスペースに合わせる", "As suits the workspace")),
    ("pull", Text("kintoneに届く端末からコマンドで（pull）", "By a command, on a machine that reaches it (pull)")),
    ("carry", Text("署名つきのパッケージを持ち込んで（carry）", "With a signed package, carried in (carry)")),
)
NOBODY = Text("（設定しない）", "(none)")
NO_SPACE = Text("（スペースに入れない）", "(no space)")
GIVEN_BEFORE = Text("{code}（ワークスペースにありません）", "{code} (not in the workspace)")


@dataclass(frozen=True, slots=True)
class NameField:
    """An app that may get another name."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class ListField:
    """A choice field whose options may be replaced."""

    name: str
    label: str
    hint: str | None
    rows: int


@dataclass(frozen=True, slots=True)
class InstallForm:
    """What the form offers."""

    name: str
    address: str
    workspaces: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    spaces: tuple[tuple[str, str], ...]
    """The spaces of a built-in workspace; empty if it has none."""
    asks_space: bool
    """Whether the number of a space may be typed: of a kintone domain, which does not list them."""
    placeholders: tuple[PlaceholderGroup, ...]
    app_names: tuple[NameField, ...]
    lists: tuple[ListField, ...]
    modes: tuple[tuple[str, str], ...]
    defaults: Mapping[str, str]
    """What the controls hold before anybody touched them."""


def read_order(publisher: str, slug: str, given: MultiDict[str, str]) -> dict[str, object]:
    """Return what the form asks for, as the domain's input takes it."""
    return {
        "template": f"{publisher}/{slug}",
        "version": given.get("version") or None,
        "sample_records": given.get("sample_records") == "yes",
        "mode": given.get("mode") or None,
        "placeholders": {key: value.strip() for key, value in _below(PLACEHOLDER_FIELD, given) if value.strip()},
        "target": {"space": given.get("space", ""), "thread": given.get("thread", "")},
        "app_names": dict(_below(NAME_FIELD, given)),
        "localise": [
            {"app": app, "field": field, "options": value.splitlines()}
            for place, value in _below(LIST_FIELD, given)
            for app, _, field in [place.partition("/")]
        ],
    }


def _below(start: str, given: MultiDict[str, str]) -> Iterator[tuple[str, str]]:
    yield from ((name.removeprefix(start), value) for name, value in given.items() if name.startswith(start))


def by_control(error: ValidationError, order: Mapping[str, Any]) -> ValidationError:
    """Return a refusal of an order with its messages by the controls of the form."""
    messages: dict[str, Any] = dict(error.messages) if isinstance(error.messages, dict) else {"_schema": error.messages}
    for at, found in _inside(messages, "localise"):
        one = order["localise"][at] if isinstance(at, int) else None
        messages[f"{LIST_FIELD}{one['app']}/{one['field']}" if one else "_schema"] = found
    for key, found in _inside(messages, "app_names"):
        messages[f"{NAME_FIELD}{key}"] = found
    for key, found in _inside(messages, "placeholders"):
        messages[f"{PLACEHOLDER_FIELD}{key}"] = found
    messages.update(_inside(messages, "target"))
    return ValidationError(messages)


def _inside(messages: dict[str, Any], name: str) -> list[tuple[Any, Any]]:
    """Take the messages of one item out, by what is inside it."""
    found = messages.pop(name, {})
    return list(found.items()) if isinstance(found, dict) else [("_schema", found)]


def show_form(
    ctx: Context, detail: TemplateDetail, bundle: Bundle, workspaces: list[Workspace], chosen: Workspace | None
) -> InstallForm:
    """Return the form for one workspace; versions that were withdrawn are not offered."""
    language = ctx.language
    standing = [version.number for version in detail.versions if not version.is_withdrawn]
    candidates = {} if chosen is None else list_candidates(ctx.session, chosen)
    lists = [one for one in bundle.manifest.localise if options_of(bundle, (one.app_key, one.field_code))]
    return InstallForm(
        name=detail.name.in_language(language),
        address=template_address(detail.publisher.code, detail.slug),
        workspaces=tuple((each.id, each.name) for each in workspaces),
        versions=tuple((number, number) for number in standing),
        spaces=_spaces(ctx, chosen),
        asks_space=chosen is not None and chosen.is_outside and chosen.kintone_guest_space is None,
        placeholders=placeholder_groups(bundle, candidates, language),
        app_names=tuple(NameField(f"{NAME_FIELD}{app.key}", app.name) for app in bundle.apps),
        lists=tuple(_list(bundle, one, language) for one in lists),
        modes=tuple((value, shown.in_language(language)) for value, shown in MODES),
        defaults=_defaults(bundle, lists),
    )


def _spaces(ctx: Context, chosen: Workspace | None) -> tuple[tuple[str, str], ...]:
    if chosen is None or chosen.is_outside:
        return ()
    found = [(str(space.space_id), f"{space.name}（{space.space_id}）") for space in list_spaces(ctx, chosen)]
    return (("", NO_SPACE.in_language(ctx.language)), *found) if found else ()


def _list(bundle: Bundle, one: Localisation, language: Language) -> ListField:
    count = len(options_of(bundle, (one.app_key, one.field_code)))
    return ListField(
        name=list_control(one),
        label=f"{bundle.app(one.app_key).name}：{one.field_code}",
        hint=one.hint.in_language(language) if one.hint else None,
        rows=min(max(count + 1, 4), 14),
    )


def list_control(one: Localisation) -> str:
    """Return the name of the control that holds the options of a field."""
    return f"{LIST_FIELD}{one.app_key}/{one.field_code}"


def _defaults(bundle: Bundle, lists: list[Localisation]) -> dict[str, str]:
    names = {f"{NAME_FIELD}{app.key}": app.name for app in bundle.apps}
    options = {list_control(one): "\n".join(options_of(bundle, (one.app_key, one.field_code))) for one in lists}
    return names | options


def offered_with(field: PlaceholderField, code: str, language: Language) -> list[tuple[str, str]]:
    """Return the options of a placeholder's list, with the code entered before if nobody has it."""
    known = {each for each, _name in field.candidates}
    added = [(code, GIVEN_BEFORE.in_language(language, code=code))] if code and code not in known else []
    return [("", NOBODY.in_language(language)), *added, *field.candidates]
