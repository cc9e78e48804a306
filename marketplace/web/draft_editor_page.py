"""The editor of a draft as values: what the controls hold, what the checks say of each, the number, the preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict

from marketplace.catalog.categories import CATEGORIES
from marketplace.kernel.text import Language, Text
from marketplace.web.draft_controls import control_of, same
from marketplace.web.draft_pages import ShownFinding, read_finding
from marketplace.web.forms import FormState

if TYPE_CHECKING:
    from marketplace.publishing.models import Draft
    from marketplace.publishing.proposing import Proposal

LICENSES = (
    ("CC-BY-4.0", Text("名前を示せば、だれでも自由に使える（おすすめ）", "Free to use with attribution (advised)")),
    ("CC0-1.0", Text("条件なしで、だれでも自由に使える", "Free to use without any condition")),
    ("CC-BY-SA-4.0", Text("改変したものも、同じ条件で公開する", "Changes are published on the same terms")),
    ("MIT", Text("プログラムが中心のとき", "Where scripts are the main part")),
)
PLACES = {
    "major": Text("1つ目の番号", "first number"),
    "minor": Text("2つ目の番号", "second number"),
    "patch": Text("3つ目の番号", "third number"),
}
FIRST = Text("初めての版です。ふつうは 1.0.0 から始めます。", "This is the first version; most begin at 1.0.0.")
SAME = Text("最新の版 {base} と違うところがありません。", "Nothing differs from version {base}.")
REASON = Text(
    "版 {base} と比べて「{change}」{others}があるので、{place}が上がります。{least} 以上にしてください。",
    "Compared with version {base}, there is “{change}”{others}, so the {place} goes up: {least} or higher.",
)
OTHERS = Text("など{count}件の変更", " and more, {count} changes in all")
ONE = Text("という変更", "")
AFTER = Text(
    "公開済みの版より後の番号が要ります。{least} 以上にしてください。",
    "It must follow what is released: {least} or higher.",
)


@dataclass(frozen=True, slots=True)
class NamedPart:
    """A placeholder or a list of options, whose texts have controls of their own."""

    prefix: str
    title: str


@dataclass(frozen=True, slots=True)
class EditorPage:
    """Everything the editor shows beside its form."""

    id: str
    name: str
    slug: str
    revision: str
    number: str
    number_reason: str
    findings: Mapping[str, Sequence[ShownFinding]]
    """By control."""
    other_findings: int
    categories: tuple[tuple[str, str], ...]
    licenses: tuple[tuple[str, str], ...]
    placeholders: tuple[NamedPart, ...]
    lists: tuple[NamedPart, ...]
    saved: Mapping[str, str] = field(default_factory=dict)
    """What somebody else saved meanwhile, by the control where something else is typed."""
    taken_over: int = 0
    """How many texts of somebody else were put into the form."""

    def says_of(self, part: str) -> bool:
        """Tell whether there is anything to see about a part of the form."""
        return any(name.startswith(part) for name in (*self.findings, *self.saved))


def show_editor(
    draft: Draft,
    texts: Mapping[str, Any],
    findings: Sequence[Mapping[str, Any]],
    proposal: Proposal,
    language: Language,
) -> EditorPage:
    """Return the editor of a draft."""
    at = [(control_of(finding["file"], finding["pointer"]), read_finding(finding)) for finding in findings]
    by_control: dict[str, list[ShownFinding]] = {}
    for control, finding in at:
        if control is not None:
            by_control.setdefault(control, []).append(finding)
    return EditorPage(
        id=draft.id,
        name=Text(draft.name_ja, draft.name_en).in_language(language),
        slug=draft.slug,
        revision=draft.digest,
        number=draft.number,
        number_reason=explain_number(proposal, language),
        findings=by_control,
        other_findings=sum(control is None for control, _ in at),
        categories=tuple((each.id, each.name.in_language(language)) for each in CATEGORIES.values()),
        licenses=tuple((name, words.in_language(language)) for name, words in LICENSES),
        placeholders=tuple(
            NamedPart(f"placeholders-{index}", each["label"][language] or each["label"]["ja"])
            for index, each in enumerate(texts["placeholders"].values())
        ),
        lists=tuple(
            NamedPart(f"localise-{index}", key.partition("/")[2]) for index, key in enumerate(texts["localise"])
        ),
    )


def explain_number(proposal: Proposal, language: Language) -> str:
    """Return why a number is proposed."""
    changes, least, reasons = proposal.changes, proposal.least, proposal.reasons
    if changes.base is None:
        return FIRST.in_language(language) if least is None else AFTER.in_language(language, least=least)
    if not reasons:
        return SAME.in_language(language, base=changes.base)
    others = OTHERS if len(reasons) > 1 else ONE
    return REASON.in_language(
        language,
        base=changes.base,
        change=reasons[0].text.in_language(language),
        others=others.in_language(language).format(count=len(reasons)),
        place=PLACES[changes.bump].in_language(language),
        least=least,
    )


def merge_saved(
    page: EditorPage, form: FormState, base: MultiDict[str, str] | None, now: MultiDict[str, str]
) -> tuple[EditorPage, FormState]:
    """Return the form of somebody who was late: what they left alone as it is now, what they typed as they typed it."""
    values, saved, taken_over = MultiDict(form.values), {}, 0
    for name, current in now.items():
        typed = values.get(name, current)
        if same(typed, current):
            continue
        if base is not None and same(typed, base.get(name, "")):
            values[name], taken_over = current, taken_over + 1
        elif base is None or not same(current, base.get(name, "")):
            saved[name] = current
    values["revision"] = page.revision
    return replace(page, saved=saved, taken_over=taken_over), replace(form, values=values)
