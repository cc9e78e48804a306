"""Writes the receipt of a package that was installed: one sheet of A4 that needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from marketplace.installs.models import Step, StepKind
from marketplace.installs.offline.installing import Installed
from marketplace.installs.sentences import list_notes
from marketplace.installs.verification import Result

SHOWN_DIFFERENCES = 8
"""What fits on the sheet; the report has the rest."""
RESULTS = {
    Result.IDENTICAL: "テンプレートどおりです / as the template says",
    Result.DIFFERENT: "テンプレートと異なる設定があります / some settings differ from the template",
    Result.INCOMPLETE: "確かめられなかった設定があります / some settings could not be checked",
}
UNCHECKED = "まだ確かめていません / not checked yet"


def write_receipt(ended: Installed, address: str) -> str:
    """Return the sheet as HTML."""
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    template = environment.from_string((files("marketplace.cli") / "receipt.html").read_text(encoding="utf-8"))
    verification = ended.verification
    counts = {step.app_key: len((step.outcome or {}).get("ids", ())) for step in _steps(ended, StepKind.RECORDS)}
    bundle = ended.package.tailored
    return template.render(
        statement=ended.package.statement,
        digest=ended.package.digest,
        fingerprint=ended.package.key.fingerprint,
        name=bundle.manifest.name.ja,
        address=address,
        made_at=_local(ended.package.statement.made_at),
        finished_at=_local(ended.finished_at),
        failure=ended.failure,
        apps=[(app.name, ended.app_ids.get(app.key), len(app.fields), counts.get(app.key, 0)) for app in bundle.apps],
        placeholders=[
            (each.label.ja, ended.package.order["placeholders"].get(each.key)) for each in bundle.manifest.placeholders
        ],
        left=list(_left(ended)),
        result=UNCHECKED if verification is None else RESULTS[verification.result],
        differences=() if verification is None else verification.differences[:SHOWN_DIFFERENCES],
        count=0 if verification is None else verification.count,
        unread=() if verification is None else verification.unread,
    )


def _local(moment: str | None) -> str | None:
    """Return a moment as the clock of this machine shows it."""
    return None if moment is None else f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"


def _left(ended: Installed) -> Iterator[str]:
    for step in ended.steps:
        if step.kind is not StepKind.VERIFY and step.outcome:
            yield from (f"{note.ja} / {note.en}" for note in list_notes(step.kind, step.outcome))


def _steps(ended: Installed, kind: StepKind) -> list[Step]:
    return [step for step in ended.steps if step.kind is kind]
