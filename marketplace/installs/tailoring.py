"""Gives a bundle the names and the lists of options that a municipality asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from marketplace.bundle.localising.applying import Mention
from marketplace.bundle.localising.copies import Field, find_choice
from marketplace.bundle.localising.lists import Localised, LocalList, in_order, localise
from marketplace.bundle.model import AppDefinition, Bundle, PartName
from marketplace.installs.errors import (
    AppKeyUnknownError,
    LocaliseApartError,
    LocaliseInUseError,
    LocaliseUnknownError,
)
from marketplace.installs.models import Import
from marketplace.installs.places import describe_place
from marketplace.kernel.text import Text


def tailor(bundle: Bundle, app_names: Mapping[str, str], lists: Sequence[LocalList]) -> Localised:
    """Return a bundle as one municipality wants it, and what that changed beyond the names and lists themselves.

    Raises AppKeyUnknownError, LocaliseUnknownError, LocaliseInUseError or LocaliseApartError.
    """
    unknown = sorted(set(app_names) - {app.key for app in bundle.apps})
    if unknown:
        raise AppKeyUnknownError(keys=", ".join(unknown))
    offered = {(one.app_key, one.field_code) for one in bundle.manifest.localise}
    foreign = [one for one in lists if one.field not in offered or find_choice(bundle, one.field) is None]
    if foreign:
        raise LocaliseUnknownError(fields=", ".join(f"{one.app_key}/{one.field_code}" for one in foreign))
    made = localise(rename(bundle, app_names), [one for one in lists if not _is_as_before(bundle, one)])
    if made.stuck:
        raise LocaliseInUseError([_in_use(made.bundle, mention) for mention in made.stuck])
    if made.apart:
        raise LocaliseApartError(list(_apart(made)))
    return made


def tailored_bundle(bundle: Bundle, import_: Import) -> Bundle:
    """Return the bundle that an import installs: the version's, as the municipality asked for it."""
    lists = [LocalList(one["app"], one["field"], tuple(one["options"])) for one in import_.localise]
    return localise(rename(bundle, import_.app_names), lists).bundle


def rename(bundle: Bundle, app_names: Mapping[str, str]) -> Bundle:
    """Return a bundle whose apps have other names."""
    return replace(bundle, apps=tuple(_renamed(app, app_names.get(app.key)) for app in bundle.apps))


def _renamed(app: AppDefinition, name: str | None) -> AppDefinition:
    if not name or name == app.name:
        return app
    settings = {**(app.part(PartName.SETTINGS) or {}), "name": name}
    return replace(app, parts={**app.parts, PartName.SETTINGS: settings})


def options_of(bundle: Bundle, field: Field) -> tuple[str, ...]:
    """Return the options of a choice field in their order; none if there is no such field."""
    found = find_choice(bundle, field)
    return () if found is None else in_order(found.definition["options"])


def _is_as_before(bundle: Bundle, one: LocalList) -> bool:
    return options_of(bundle, one.field) == one.options


def _in_use(bundle: Bundle, mention: Mention) -> Text:
    place = describe_place(bundle, mention)
    return Text(f"{place.ja}：{mention.text}", f"{place.en}: {mention.text}")


def _apart(made: Localised) -> Iterator[Text]:
    for one in made.apart:
        (source_app, source), (target_app, target) = one.copy.source, one.copy.target
        names = {app.key: app.name for app in made.bundle.apps}
        missing = "、".join(f"「{option}」" for option in one.missing)
        yield Text(
            f"「{names[source_app]}」の「{source}」の{missing}が、コピー先である「{names[target_app]}」の「{target}」に"
            "ありません。",
            f"“{source}” of “{names[source_app]}” offers {missing}, which “{target}” of “{names[target_app]}”, into "
            "which it is copied, does not.",
        )
