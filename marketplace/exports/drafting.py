"""Makes a bundle of apps read from a workspace, and tells the author what was carried, replaced and left behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from marketplace.bundle.limits import APPS
from marketplace.bundle.model import AppDefinition, Bundle, JsonObject, PartName, PlaceholderKind
from marketplace.bundle.placeholders import find_placeholders
from marketplace.bundle.wording import keep_wording
from marketplace.exports.errors import AppsOutOfReachError
from marketplace.exports.following import Family, follow_references
from marketplace.exports.history import History
from marketplace.exports.inputs import ExportOrder, PlaceholderWish
from marketplace.exports.keys import choose_app_keys, words_of
from marketplace.exports.mentions import find_mentions
from marketplace.exports.papers import declare, draft_bundle
from marketplace.exports.progress import Observe, Phase, Progress
from marketplace.exports.report import CarriedApp, LeftOut, LostApp, Replacement, Report, UsedIn
from marketplace.exports.samples import take_samples
from marketplace.exports.samples_of_before import with_samples_of_before
from marketplace.exports.sentences import hidden_app
from marketplace.kernel.text import Text
from marketplace.kintone.client import KintoneClient
from marketplace.kintone.expectations import expected_app
from marketplace.kintone.reading.apps import ReadApp, compose_apps
from marketplace.kintone.reading.left_behind import LeftBehind
from marketplace.kintone.reading.principals import PlaceholderNames, Principal

TOO_MANY = Text(f"1つのテンプレートに入るアプリは{APPS}個までです。", f"A template holds at most {APPS} apps.")
MAYBE_HIDDEN = Text(
    "「アプリ管理」の権限がないため、閲覧できないフィールドがある場合は入っていません。",
    "Without the right to manage the app, fields that may not be seen are missing.",
)
SURVEY = ExportOrder(apps=(), slug="survey", name="survey", summary="survey", category="joho", license="CC0-1.0")


@dataclass(frozen=True, slots=True)
class Made:
    """The bundle, and the report on how it came about."""

    bundle: Bundle
    report: Report


def draft_apps(client: KintoneClient, order: ExportOrder, history: History, observe: Observe) -> Made:
    """Return a bundle of live apps and of those they need; nothing is stored.

    Raises AppsOutOfReachError, BundleRefusedError, and KintoneFailure where waiting may help or nothing makes sense.
    """
    family = follow_references(client, order.apps, observe)
    lost = tuple(_lost(family, order.apps))
    if not any(found.summary.app_id in order.apps for found in family.every):
        raise AppsOutOfReachError([each.reason for each in lost])
    keys = choose_app_keys([found.summary for found in family.every], order.keys or {}, history.keys)
    names = _names(order, history)
    read = compose_apps(client, [found.answers for found in family.every], keys, names)
    by_id = dict(zip(keys, (one.definition for one in read), strict=True))
    samples = take_samples(client, by_id, order.sample_records or {}, names, observe)
    observe(Progress(Phase.DRAFTING, "", len(keys), len(keys)))
    settled, outdated = with_samples_of_before(_settled(samples.apps, history), history.base)
    declared = list(_declared(settled, order, history, names.given))
    # What a survey finds is put together too: only a whole bundle tells where placeholders stand.
    papers, base = (replace(SURVEY, apps=order.apps), None) if order.dry_run else (order, history.base)
    bundle = draft_bundle(papers, settled, declared, base)
    left = [*(left for one in read for left in _left_of(one)), *samples.left, *outdated]
    report = Report(
        carried=tuple(_carried(bundle, keys, order.apps)),
        replaced=tuple(_replaced(bundle, names.given)),
        lost=lost,
        left=tuple(LeftOut(each.app_key, each.part, each.subject, each.reason) for each in left),
        mentions=tuple(find_mentions(bundle, (who.code for who in names.given))),
        base=history.base.manifest.version if history.base else None,
        version=None if order.dry_run else bundle.manifest.version,
    )
    return Made(bundle, report)


def _names(order: ExportOrder, history: History) -> PlaceholderNames:
    """Return the placeholders that are asked for or known; a key that was typed goes before the past."""
    typed = {wish.key: _who(wish) for wish in order.placeholders if wish.key}
    past = history.placeholders.items()
    known = {who: key for who, key in past if key not in typed and who not in typed.values()}
    known |= {who: key for key, who in typed.items()}
    taken = {*known.values(), *history.declarations}
    for wish in order.placeholders:
        words = words_of(wish.label_en) or words_of(wish.label)
        if words and words not in taken:
            known.setdefault(_who(wish), words)
            taken.add(words)
    return PlaceholderNames(known, reserved=tuple(history.declarations))


def _who(wish: PlaceholderWish) -> Principal:
    return Principal(PlaceholderKind(wish.kind), wish.code)


def _wished(order: ExportOrder, who: Principal) -> Text | None:
    """Return the label the author gave somebody."""
    wish = next((wish for wish in order.placeholders if wish.label and _who(wish) == who), None)
    return None if wish is None else Text(wish.label, wish.label_en)


def _settled(apps: Sequence[AppDefinition], history: History) -> list[AppDefinition]:
    """Return the apps in the words of the version before, wherever nobody changed them since."""
    base = history.base
    if base is None:
        return list(apps)
    codes = {key: f"{{{{{now}}}}}" for key, now in history.standing.items()}
    made = []
    for app in apps:
        before = base.find_app(app.key)
        made.append(app if before is None else keep_wording(before, expected_app(base, before, codes), app))
    return made


def _declared(
    apps: Sequence[AppDefinition], order: ExportOrder, history: History, given: Mapping[Principal, str]
) -> Iterator[JsonObject]:
    """Yield the declarations of the placeholders in use: those of people met now, then those of before."""
    used = {use.key for app in apps for use in find_placeholders(app)}
    met = {key: who for who, key in given.items() if key in used}
    for position, (key, who) in enumerate(met.items(), start=1):
        yield declare(key, who.kind, _wished(order, who), history.declarations.get(key), position)
    yield from (known for key, known in history.declarations.items() if key in used and key not in met)


def _carried(bundle: Bundle, keys: Mapping[str, str], chosen: Sequence[str]) -> Iterator[CarriedApp]:
    for app_id, key in keys.items():
        app = bundle.app(key)
        records = len((app.part(PartName.RECORDS) or {}).get("records", ()))
        yield CarriedApp(app_id, key, app.name, app_id in chosen, tuple(app.parts), records)


def _replaced(bundle: Bundle, given: Mapping[Principal, str]) -> Iterator[Replacement]:
    used: dict[str, dict[UsedIn, None]] = {}
    for app in bundle.apps:
        for use in find_placeholders(app):
            used.setdefault(use.key, {})[UsedIn(app.key, use.part)] = None
    for who, key in given.items():
        declared = bundle.manifest.placeholder(key)
        if declared is not None:
            yield Replacement(key, who.kind, who.code, declared.label, tuple(used.get(key, ())))


def _left_of(read: ReadApp) -> Iterator[LeftBehind]:
    """Yield what of an app did not come along; who may not manage it may be shown a part of the form only."""
    yield from read.left
    yield from read.unread
    if any(each.part is PartName.PERMISSIONS for each in read.unread):
        yield LeftBehind(read.definition.key, PartName.FIELDS, "", MAYBE_HIDDEN)


def _lost(family: Family, chosen: Sequence[str]) -> Iterator[LostApp]:
    for hidden in family.hidden:
        yield LostApp(hidden.app_id, hidden.app_id in chosen, hidden_app(hidden))
    for app_id in family.too_many:
        yield LostApp(app_id, app_id in chosen, TOO_MANY)
