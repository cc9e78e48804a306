"""Whether somebody is at each job that is under way, or will be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.doctor.findings import Finding, Patient
from marketplace.exports.queries import due_exports
from marketplace.exports.services import JOB as EXPORT
from marketplace.installs.checks.queries import due_checks
from marketplace.installs.checks.services import JOB as CHECK
from marketplace.installs.queries import due_imports
from marketplace.installs.services import JOB as IMPORT
from marketplace.kernel.text import Text
from marketplace.sandbox.deploys.queries import due_deploys
from marketplace.sandbox.deploys.services import JOB as DEPLOY

PATIENCE = timedelta(minutes=1)
"""A worker that lives takes up what is due sooner than that."""
DUE: Mapping[str, tuple[Text, Callable[[Session, datetime], list[str]]]] = {
    IMPORT: (Text("導入", "import"), due_imports),
    EXPORT: (Text("書き出し", "export"), due_exports),
    CHECK: (Text("照合", "comparison"), due_checks),
    DEPLOY: (Text("アプリの反映", "deploy"), due_deploys),
}
"""What the worker's own sweep asks."""
QUEUED = Text(
    "ワーカー（yokoten worker）が止まっているとき（復元した直後など）は、起動すれば続きから進みます。"
    "動いているのに進まなければ、yokoten doctor --mend で列に並べ直します。",
    "Where no worker (`yokoten worker`) runs, as after a restore, start one: it goes on where it stood. "
    "If one runs and does not take it up, `yokoten doctor --mend` puts it into the queue.",
)


def check(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: FBT001 - the shape of checks
    """Ask what is due and was so a minute ago, and is not in the queue of this machine."""
    for job, (name, due) in DUE.items():
        with patient.reading() as ctx:
            lost = due(ctx.session, patient.now() - PATIENCE)
        waiting = patient.waiting()
        for key in lost:
            if (job, str(key)) in waiting:
                continue
            text = Text(f"{name.ja} {key} を、だれも進めていません。", f"Nobody is at the {name.en} {key}.")
            found = Finding("job-lost", f"{job}:{key}", text, QUEUED, can_be_mended=True)
            if mend:
                patient.ports.jobs.enqueue(job, key)
                found = found.mended()
            yield found
