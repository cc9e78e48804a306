"""What the author is told of an export, in the form in which it is kept with it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from marketplace.bundle.model import JsonObject, PartName, PlaceholderKind
from marketplace.kernel.text import Text


@dataclass(frozen=True, slots=True)
class CarriedApp:
    """An app that came along."""

    app_id: str
    key: str
    name: str
    was_chosen: bool
    """False when another app needs it."""
    parts: tuple[PartName, ...]
    records: int
    """Sample records that came with it."""


@dataclass(frozen=True, slots=True)
class UsedIn:
    """A part of an app in which a placeholder stands."""

    app_key: str
    part: PartName


@dataclass(frozen=True, slots=True)
class Replacement:
    """A user, group or organisation, and the placeholder that stands for it; for the author's eyes only."""

    key: str
    kind: PlaceholderKind
    code: str
    label: Text
    places: tuple[UsedIn, ...]


@dataclass(frozen=True, slots=True)
class LostApp:
    """An app that is needed or was chosen and could not come along."""

    app_id: str
    was_chosen: bool
    reason: Text


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something of an app that did not come along."""

    app_key: str
    part: PartName
    subject: str
    """The field, action, section or file; empty for the part as a whole."""
    reason: Text


@dataclass(frozen=True, slots=True)
class Mention:
    """A file of the bundle in which the code of somebody who was replaced still stands, in some text or script."""

    code: str
    file: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was carried, replaced and left behind."""

    carried: tuple[CarriedApp, ...]
    replaced: tuple[Replacement, ...] = ()
    lost: tuple[LostApp, ...] = ()
    left: tuple[LeftOut, ...] = ()
    mentions: tuple[Mention, ...] = ()
    base: str | None = None
    """The version whose texts and keys were taken over."""
    version: str | None = None
    """The number of the draft; None for a survey."""

    def as_document(self) -> JsonObject:
        """Return the report as the export keeps it."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: JsonObject) -> Report:
        """Read back what as_document wrote."""
        return cls(
            carried=tuple(CarriedApp(**{**each, "parts": _parts(each["parts"])}) for each in document["carried"]),
            replaced=tuple(_replacement(each) for each in document["replaced"]),
            lost=tuple(LostApp(**{**each, "reason": Text(**each["reason"])}) for each in document["lost"]),
            left=tuple(_left(each) for each in document["left"]),
            mentions=tuple(Mention(**each) for each in document["mentions"]),
            base=document["base"],
            version=document["version"],
        )


def _parts(names: list[str]) -> tuple[PartName, ...]:
    return tuple(PartName(name) for name in names)


def _replacement(document: dict[str, Any]) -> Replacement:
    places = tuple(UsedIn(each["app_key"], PartName(each["part"])) for each in document["places"])
    kind, label = PlaceholderKind(document["kind"]), Text(**document["label"])
    return Replacement(**{**document, "kind": kind, "label": label, "places": places})


def _left(document: dict[str, Any]) -> LeftOut:
    return LeftOut(**{**document, "part": PartName(document["part"]), "reason": Text(**document["reason"])})
