"""The things that a plan lists, each taken from the bundle as it will be installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from marketplace.bundle.localising.copies import Field
from marketplace.bundle.localising.lists import Localised
from marketplace.bundle.model import AppDefinition, Bundle, PlaceholderKind
from marketplace.bundle.placeholders import find_placeholders
from marketplace.installs.tailoring import options_of
from marketplace.kernel.text import Text
from marketplace.kintone.process_paths import is_enabled
from marketplace.kintone.samples import sample_records
from marketplace.kintone.translation import customization_items, plugin_names


@dataclass(frozen=True, slots=True)
class PlannedApp:
    """An app that will be made."""

    key: str
    name: str
    template_name: str
    """What the template calls it."""
    field_count: int
    views: tuple[str, ...]
    has_process: bool
    sample_records: int


@dataclass(frozen=True, slots=True)
class PlannedPlaceholder:
    """A placeholder, and the code it will be replaced by; without a code it is dropped where it stands."""

    key: str
    kind: PlaceholderKind
    label: Text
    hint: Text | None
    code: str | None
    uses: int


@dataclass(frozen=True, slots=True)
class PlannedScript:
    """A JavaScript or CSS file that will run in the app."""

    app_key: str
    app_name: str
    source: str
    """The file's path in the bundle, or the address it is loaded from."""


@dataclass(frozen=True, slots=True)
class PlannedPlugin:
    """A plug-in that the workspace has to have."""

    app_key: str
    app_name: str
    plugin_id: str
    name: str


@dataclass(frozen=True, slots=True)
class PlannedList:
    """A choice field whose options a municipality may replace, or that has to follow one of those."""

    app_key: str
    app_name: str
    field_code: str
    hint: Text | None
    template_options: tuple[str, ...]
    options: tuple[str, ...]
    """What it will offer."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """The new name of each option whose place in the list is taken by another."""
    gone: tuple[str, ...] = ()
    follows: Field | None = None
    """The field whose list it takes over because that is copied into it."""

    @property
    def is_changed(self) -> bool:
        """Tell whether the options differ from the template's."""
        return self.options != self.template_options


def plan_app(template: AppDefinition, app: AppDefinition) -> PlannedApp:
    """Return an app as the plan tells of it."""
    return PlannedApp(
        key=app.key,
        name=app.name,
        template_name=template.name,
        field_count=sum(1 + len(field.get("fields", {})) for field in app.fields.values()),
        views=tuple((app.part("views") or {}).get("views") or ()),
        has_process=is_enabled(app.part("process")),
        sample_records=len(sample_records(app)),
    )


def plan_placeholders(bundle: Bundle, codes: Mapping[str, str]) -> Iterator[PlannedPlaceholder]:
    """Yield the placeholders with the codes given for them."""
    used = [use.key for app in bundle.apps for use in find_placeholders(app)]
    for one in bundle.manifest.placeholders:
        yield PlannedPlaceholder(one.key, one.kind, one.label, one.hint, codes.get(one.key), used.count(one.key))


def plan_scripts(bundle: Bundle) -> Iterator[PlannedScript]:
    """Yield the JavaScript and CSS files."""
    for app in bundle.apps:
        for item in customization_items(app):
            source = item["url"] if item.get("type") == "URL" else item["file"]["path"]
            yield PlannedScript(app.key, app.name, str(source))


def plan_plugins(bundle: Bundle) -> Iterator[PlannedPlugin]:
    """Yield the plug-ins that the apps name."""
    for app in bundle.apps:
        for plugin_id, name in plugin_names(app).items():
            yield PlannedPlugin(app.key, app.name, plugin_id, name)


def plan_lists(template: Bundle, localised: Localised) -> Iterator[PlannedList]:
    """Yield the lists that may be replaced, then those that have to follow."""
    replaced = {one.field: one for one in localised.replacements}
    hints = {(one.app_key, one.field_code): one.hint for one in template.manifest.localise}
    for place in [*hints, *(place for place in replaced if place not in hints)]:
        one = replaced.get(place)
        options = options_of(template, place)
        yield PlannedList(
            app_key=place[0],
            app_name=localised.bundle.app(place[0]).name,
            field_code=place[1],
            hint=hints.get(place),
            template_options=options,
            options=one.options.after if one else options,
            renamed=one.options.renamed if one else {},
            gone=one.options.gone if one else (),
            follows=one.follows if one else None,
        )
