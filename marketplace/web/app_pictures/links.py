"""How the apps of a template hang together, as a diagram and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from marketplace.bundle.model import AppDefinition, Bundle, PartName
from marketplace.bundle.references import all_fields
from marketplace.kernel.text import Language, Text
from marketplace.web.diagrams.drawing import draw_diagram
from marketplace.web.diagrams.model import Arrow, Box

LOOKS_UP = Text("ルックアップ", "Lookup")
SHOWS = Text("関連レコード", "Related records")
COPIES = Text("転記アクション", "Copies to")
TITLE = Text("アプリのつながりの図", "Diagram of how the apps hang together")
ITSELF = Text("↻ 自分自身（{kind}）", "↻ itself ({kind})")


@dataclass(frozen=True, slots=True)
class Link:
    """One way in which an app uses another: by which field or action."""

    source: str
    """The key of the app."""
    target: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link in words."""

    source: str
    kind: str
    name: str
    target: str


@dataclass(frozen=True, slots=True)
class LinksPicture:
    """How apps hang together; without a drawing if there is too much for one."""

    drawing: Markup | None
    rows: tuple[LinkRow, ...]


def picture_links(bundle: Bundle, homes: Mapping[str, str], language: Language) -> LinksPicture | None:
    """Return the links between the apps of a template; None where there are none.

    Homes are the names of the templates in a set, by the keys of the apps that come from them.
    """
    names = {app.key: app.name for app in bundle.apps}
    links = [link for app in bundle.apps for link in _links(app, language) if link.target in names]
    if len(names) == 1 or not links:
        return None
    boxes = [Box(app.key, app.name, tuple(_notes(app, links, homes.get(app.key, ""), language))) for app in bundle.apps]
    drawing = draw_diagram("links", TITLE.in_language(language), boxes, _arrows(links))
    rows = tuple(LinkRow(names[link.source], link.kind, link.name, names[link.target]) for link in links)
    return LinksPicture(drawing, rows)


def _links(app: AppDefinition, language: Language) -> Iterator[Link]:
    for field in all_fields(app):
        for part, kind in (("lookup", LOOKS_UP), ("referenceTable", SHOWS)):
            if part in field.definition:
                other = str(field.definition[part]["relatedApp"]["app"])
                label = str(field.definition.get("label") or field.code)
                yield Link(app.key, other, kind.in_language(language), label)
    actions = (app.part(PartName.ACTIONS) or {}).get("actions") or {}
    for name, action in actions.items():
        yield Link(app.key, str(action["destApp"]["app"]), COPIES.in_language(language), str(name))


def _notes(app: AppDefinition, links: list[Link], home: str, language: Language) -> Iterator[str]:
    if home and home != app.name:
        yield home
    for kind in dict.fromkeys(link.kind for link in links if link.source == link.target == app.key):
        yield ITSELF.in_language(language, kind=kind)


def _arrows(links: list[Link]) -> list[Arrow]:
    """Return one arrow for all ways in which one app uses another."""
    words: dict[tuple[str, str], dict[str, int]] = {}
    for link in links:
        if link.source != link.target:
            kinds = words.setdefault((link.source, link.target), {})
            kinds[link.kind] = kinds.get(link.kind, 0) + 1
    return [
        Arrow(source, target, tuple(f"{kind} ×{count}" if count > 1 else kind for kind, count in kinds.items()))
        for (source, target), kinds in words.items()
    ]
