"""Whether what was counted of templates belongs to templates that are there."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.catalog.visits.queries import count_visits_of_nothing
from marketplace.catalog.visits.services import forget_visits_of_nothing
from marketplace.doctor.findings import MENDABLE, Finding, Patient
from marketplace.kernel.text import Text


def check(patient: Patient, mend: bool) -> Iterator[Finding]:  # noqa: FBT001 - the shape of checks
    """Look for counts that nothing shows; the counts themselves are all there is to know of views and downloads."""
    with patient.reading() as ctx:
        lost = count_visits_of_nothing(ctx.session)
    if not lost:
        return
    found = Finding(
        "visits-of-nothing",
        "service:visits",
        Text(
            f"もうないテンプレートの閲覧数とダウンロード数が残っています（{lost}件）。",
            f"There are views and downloads of templates that are not there ({lost}).",
        ),
        MENDABLE,
        can_be_mended=True,
    )
    if mend:
        with patient.writing() as ctx:
            forget_visits_of_nothing(ctx.session)
        found = found.mended()
    yield found
