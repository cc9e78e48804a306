"""The process of an app as a diagram and, for those who don't see it, as steps in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from marketplace.bundle.model import AppDefinition, JsonObject, Manifest, PartName
from marketplace.kernel.text import Language, Text
from marketplace.web.app_sheets import who_is
from marketplace.web.diagrams.drawing import draw_diagram
from marketplace.web.diagrams.model import Arrow, Box

ANYBODY = Text("だれでも", "Anybody")
ALL_OF = Text("{who}の全員", "All of {who}")
ONE_OF = Text("{who}のだれか", "Any of {who}")
FIELD = Text("「{field}」の人", "Whoever stands in “{field}”")
ACTS = Text("担当：{who}", "By: {who}")
STAYS = Text("↻ {action}", "↻ {action}")
CONDITIONAL = Text("{action}※", "{action} *")
TITLE = Text("{app}のプロセスの図", "Diagram of the process of {app}")


@dataclass(frozen=True, slots=True)
class Step:
    """One action: from which state to which, and who takes it."""

    before: str
    action: str
    after: str
    who: str
    is_conditional: bool


@dataclass(frozen=True, slots=True)
class ProcessPicture:
    """A process; without a drawing if there is too much for one."""

    drawing: Markup | None
    states: tuple[str, ...]
    steps: tuple[Step, ...]


def picture_process(app: AppDefinition, manifest: Manifest, language: Language) -> ProcessPicture | None:
    """Return the process of an app, None if it has none."""
    process = app.part(PartName.PROCESS) or {}
    if not process.get("enable") or not process.get("states"):
        return None
    ordered = sorted(process["states"].items(), key=lambda item: int(item[1].get("index", 0)))
    who = {name: _who_acts(state, app, manifest, language) for name, state in ordered}
    steps = tuple(_steps(process, who))
    title = TITLE.in_language(language, app=app.name)
    boxes = [Box(name, name, tuple(_notes(name, who[name], steps, language))) for name, _ in ordered]
    drawing = draw_diagram(f"process-{app.key}", title, boxes, _arrows(steps, language), tells_back=True)
    return ProcessPicture(drawing, tuple(who), steps)


def _steps(process: JsonObject, who: Mapping[str, str]) -> Iterator[Step]:
    for action in process.get("actions") or []:
        before, after = str(action.get("from", "")), str(action.get("to", ""))
        if before in who and after in who:
            is_conditional = bool(str(action.get("filterCond") or "").strip())
            yield Step(before, str(action.get("name", "")), after, who[before], is_conditional)


def _notes(name: str, who: str, steps: tuple[Step, ...], language: Language) -> Iterator[str]:
    leaving = [step for step in steps if step.before == name]
    if leaving:
        yield ACTS.in_language(language, who=who)
    for step in leaving:
        if step.after == name:
            yield STAYS.in_language(language, action=_words(step, language))


def _arrows(steps: tuple[Step, ...], language: Language) -> list[Arrow]:
    """Return one arrow for all actions from one state to another."""
    words: dict[tuple[str, str], list[str]] = {}
    for step in steps:
        if step.before != step.after:
            words.setdefault((step.before, step.after), []).append(_words(step, language))
    return [Arrow(before, after, tuple(each)) for (before, after), each in words.items()]


def _words(step: Step, language: Language) -> str:
    return CONDITIONAL.in_language(language, action=step.action) if step.is_conditional else step.action


def _who_acts(state: JsonObject, app: AppDefinition, manifest: Manifest, language: Language) -> str:
    assignee = state.get("assignee") or {}
    names = [_name(each.get("entity") or {}, app, manifest, language) for each in assignee.get("entities") or []]
    who = "、".join(dict.fromkeys(names)) if language is Language.JA else ", ".join(dict.fromkeys(names))
    if not names:
        return ANYBODY.in_language(language)
    sentence = {"ALL": ALL_OF, "ANY": ONE_OF}.get(str(assignee.get("type")), Text("{who}", "{who}"))
    return sentence.in_language(language, who=who) if len(names) > 1 else who


def _name(entity: JsonObject, app: AppDefinition, manifest: Manifest, language: Language) -> str:
    if entity.get("type") == "FIELD_ENTITY":
        code = str(entity.get("code") or "")
        return FIELD.in_language(language, field=str(app.fields.get(code, {}).get("label") or code))
    return who_is(entity, manifest).in_language(language)
