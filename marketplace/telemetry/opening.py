"""Chooses who keeps the figures of a process; the library that does is loaded by those alone who need it."""

from __future__ import annotations

import os

from marketplace.telemetry.folder import MetricsFolder
from marketplace.telemetry.measures import NO_MEASURES, Measures

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Where prometheus_client looks for the folder; it takes it from nowhere else."""


def open_measures(folder: MetricsFolder | None, role: str) -> Measures:
    """Return what keeps the figures of this process, which has a role in the service; nobody without a folder."""
    if folder is None:
        return NO_MEASURES
    os.environ[SHARED] = str(folder.path)
    from marketplace.telemetry.counting import PrometheusMeasures  # noqa: PLC0415 - only now is it told the folder

    return PrometheusMeasures(role)
