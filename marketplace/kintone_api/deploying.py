"""Hands the part of a deploy that a job has to do to the queue."""

from __future__ import annotations

from marketplace.kintone_api.calls import Call
from marketplace.sandbox.deploys.services import JOB


def enqueue_deploy(call: Call, deploy_id: str | None) -> None:
    """Let a worker carry out what the call left to do, once it is committed; None leaves nothing."""
    if deploy_id is not None:
        call.ctx.after_commit(lambda: call.ctx.ports.jobs.enqueue(JOB, deploy_id))
