"""The act of each kind of step."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.installs.models import StepKind
from marketplace.installs.steps import (
    create,
    deploy,
    form,
    layout,
    parts,
    plugins,
    records,
    statuses,
    take_over,
    verify,
)
from marketplace.installs.steps.act import Act

ACTS: Mapping[StepKind, Act] = {
    StepKind.TAKE_OVER: take_over.ACT,
    StepKind.CREATE_APP: create.ACT,
    StepKind.ADD_FIELDS: form.ACT,
    StepKind.DEPLOY: deploy.ACT,
    StepKind.SETTINGS: parts.SETTINGS,
    StepKind.LAYOUT: layout.ACT,
    StepKind.PROCESS: parts.PROCESS,
    StepKind.VIEWS: parts.VIEWS,
    StepKind.REPORTS: parts.REPORTS,
    StepKind.NOTIFICATIONS: parts.NOTIFICATIONS,
    StepKind.ACTIONS: parts.ACTIONS,
    StepKind.PLUGINS: plugins.ACT,
    StepKind.CUSTOMIZE: parts.CUSTOMIZE,
    StepKind.ADMIN_NOTES: parts.ADMIN_NOTES,
    StepKind.PERMISSIONS: parts.PERMISSIONS,
    StepKind.RECORDS: records.ACT,
    StepKind.STATUSES: statuses.ACT,
    StepKind.VERIFY: verify.ACT,
}
