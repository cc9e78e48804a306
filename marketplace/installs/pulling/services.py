"""Hands out the next call of an import, and takes in what came of it."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from marketplace.audit import services as audit
from marketplace.catalog import queries as catalog
from marketplace.catalog.models import TemplateVersion
from marketplace.installs.errors import (
    CallOutcomeDiffersError,
    CallUnknownError,
    ImportNotPulledError,
    RunnerBusyError,
)
from marketplace.installs.models import UNDER_WAY, Import, ImportMode
from marketplace.installs.policy import require_installer
from marketplace.installs.pulling.calls import HandedCall, Outcome
from marketplace.installs.pulling.inputs import OutcomeInput, RunnerInput
from marketplace.installs.pulling.models import EventKind, PullEvent
from marketplace.installs.pulling.script import (
    CallWantedError,
    DivergedError,
    PauseWantedError,
    Script,
    keep_outcome,
)
from marketplace.installs.pulling.within import RUNNER, PulledJournal, PulledRun, RunnerLease, SessionsWithin
from marketplace.installs.run import stop
from marketplace.jobs.lease import JobLostError
from marketplace.kernel.context import Context
from marketplace.kernel.errors import DomainError, NotFoundError, OutageError
from marketplace.kintone.client import KintoneClient
from marketplace.kintone.errors import KintoneFailure
from marketplace.workspaces.models import Workspace

log = logging.getLogger(__name__)

MOST_DIGITS = 9
"""Of the number of a call."""
PERFORM_WITHIN_SECONDS = 20
"""How long after it was handed out a call may be made: so long before the lease ends that it still can be reported."""
LONGEST_REST = 60
"""Seconds after which a runner asks again, whatever it waits for: the import may be cancelled meanwhile."""
TURNS = 3
"""How often a turn may be begun anew before the next call must be known."""


@dataclass(frozen=True, slots=True)
class NextCall:
    """A call to be made, with its number."""

    number: int
    position: int
    call: HandedCall


@dataclass(frozen=True, slots=True)
class Next:
    """What the runner has to do next: make a call, wait, or nothing any more."""

    import_id: str
    call: NextCall | None = None
    wait_seconds: int | None = None


def next_call(ctx: Context, import_id: str, data: Mapping[str, object]) -> Next:
    """Return what is to be done next (`data`: RunnerInput); asking again without a report answers the same.

    Raises NotFoundError, ForbiddenError, ImportNotPulledError, RunnerBusyError.
    """
    import_ = _locked(ctx, import_id)
    given = RunnerInput().load(dict(data))
    return _go_on(ctx, import_, given["runner"], uncertain=given["uncertain"])


def report_outcome(ctx: Context, import_id: str, number: int, data: Mapping[str, object]) -> Next:
    """Take in what came of a call (`data`: OutcomeInput) and return what is to be done next.

    Raises what next_call raises, CallUnknownError and CallOutcomeDiffersError.
    """
    import_ = _locked(ctx, import_id)
    runner, outcome = OutcomeInput().load(dict(data))
    is_new = _keep(ctx, import_id, number, outcome)
    return _go_on(ctx, import_, runner, uncertain=False, reported=number if is_new else None)


def read_file(ctx: Context, import_id: str, number: int) -> tuple[bytes, str]:
    """Return the bytes to send with a call, and their digest. Raises NotFoundError, CallUnknownError."""
    import_ = _pulled(ctx, import_id)
    event = ctx.session.get(PullEvent, (import_id, number))
    file = None if event is None or event.call is None else HandedCall.from_document(event.call).file
    if file is None:
        raise CallUnknownError
    bundle = catalog.load_bundle(ctx, ctx.session.get_one(TemplateVersion, import_.version_id))
    return file.bytes_in(bundle), file.sha256


def _locked(ctx: Context, import_id: str) -> Import:
    """Return a pulled import of the caller's own; other runners have to wait for the end of this transaction."""
    import_ = _pulled(ctx, import_id)
    ctx.session.refresh(import_, with_for_update=True)
    return import_


def _pulled(ctx: Context, import_id: str) -> Import:
    import_ = ctx.session.get(Import, import_id) if import_id.isprintable() else None
    if import_ is None:
        raise NotFoundError
    require_installer(ctx.actor, municipality_code=import_.municipality_code, workspace_id=import_.workspace_id)
    if import_.mode is not ImportMode.PULL:
        raise ImportNotPulledError
    return import_


def _keep(ctx: Context, import_id: str, number: int, outcome: Outcome) -> bool:
    """Write an outcome down; tell whether it is news."""
    event = ctx.session.get(PullEvent, (import_id, number))
    if event is None or event.kind is not EventKind.CALL:
        raise CallUnknownError
    if event.outcome_digest is None:
        keep_outcome(event, outcome, ctx.now())
        if not event.is_replayed:  # its turn is over; that it was made is all there is to know
            event.outcome = event.content = None
        ctx.session.flush()  # the script reads it
        return True
    if event.outcome_digest != outcome.digest:
        raise CallOutcomeDiffersError(number=number)
    return False


def _go_on(ctx: Context, import_: Import, runner: str, *, uncertain: bool, reported: int | None = None) -> Next:
    before, since = import_.lease_owner, import_.lease_until
    sessions = SessionsWithin(ctx.session)
    lease = RunnerLease(ctx, sessions, import_, f"{RUNNER}{runner}")
    script = Script(ctx.session, import_.id, ctx.now())
    script.reported = reported
    resting = _resting(ctx, import_)
    if resting.wait_seconds:
        return resting
    is_new = before != f"{RUNNER}{runner}"
    if import_.state in UNDER_WAY:
        if not lease.take():
            left = 0.0 if since is None else (since - ctx.now()).total_seconds()
            raise RunnerBusyError(seconds=max(1, math.ceil(left)))
        if is_new:
            _note(ctx, import_, runner)
        lost = script.outstanding
        if lost is not None and (is_new or uncertain) and lost.method != "GET":
            # It may have taken effect: the step is begun anew, and looks what is there.
            script.forget()
    done = _perform(ctx, import_, PulledJournal(ctx, sessions, lease, script), script)
    ctx.session.expire(import_)  # the journal wrote to it by the side of this session
    return done


def _perform(ctx: Context, import_: Import, journal: PulledJournal, script: Script) -> Next:
    """Let the acts run as far as what was reported carries them."""
    workspace = ctx.session.get_one(Workspace, import_.workspace_id)
    client = KintoneClient(script, guest_space=workspace.kintone_guest_space)
    try:
        _replay(journal, script, client)
    except CallWantedError as wanted:
        event = wanted.event
        return Next(import_.id, NextCall(event.number, event.position, HandedCall.from_document(event.call or {})))
    except PauseWantedError as wanted:
        return Next(import_.id, wait_seconds=math.ceil(wanted.seconds))
    except JobLostError:
        log.info("Import %s has ended", import_.id)
    except (OutageError, SQLAlchemyError):
        raise  # The runner asks again.
    except (KintoneFailure, DomainError) as error:
        stop(journal, import_.id, error)
    except Exception as error:
        # What a runner reports is foreign: an act that stumbles over it ends the import, not the request.
        log.exception("Import %s stumbled", import_.id)
        journal.fail(error)
    finally:
        journal.calls.write(ctx.session, ctx.after_commit)
    ctx.session.expire(import_)
    return _resting(ctx, import_)


def _resting(ctx: Context, import_: Import) -> Next:
    """Return that nothing is to be done for now, and until when if the import is set aside."""
    rests = import_.not_before is not None and import_.state in UNDER_WAY and import_.not_before > ctx.now()
    if not rests or import_.not_before is None:
        return Next(import_.id)
    left = (import_.not_before - ctx.now()).total_seconds()
    return Next(import_.id, wait_seconds=min(LONGEST_REST, math.ceil(left)))


def _replay(journal: PulledJournal, script: Script, client: KintoneClient) -> None:
    """Run until something is wanted; a turn whose events no longer fit is begun anew, and looks what is there."""
    for _ in range(TURNS):
        script.rewind()
        try:
            return PulledRun(journal, journal.open(), client, script.sleep).to_the_end()
        except DivergedError:
            script.forget()
    raise DivergedError


def _note(ctx: Context, import_: Import, runner: str) -> None:
    subject, code = f"import:{import_.id}", import_.municipality_code
    audit.record(
        ctx, "import.runner-joined", subject, municipality_code=code, workspace=import_.workspace_id, runner=runner
    )
