"""The composition root: chooses the adapters, mounts the faces, registers the jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from marketplace import housekeeping, schema  # noqa: F401 - every table must be known before the first query
from marketplace.api.docs import mount_docs
from marketplace.api.index_files import mount_index
from marketplace.api.v1 import mount_api
from marketplace.backups.errors import RestoreUnfinishedError
from marketplace.catalog.index_files.writing import JOB as INDEX_JOB
from marketplace.catalog.index_files.writing import IndexRound
from marketplace.db.engine import make_engine
from marketplace.db.unfinished import find_unfinished
from marketplace.db.unit_of_work import Sessions, unit_of_work
from marketplace.edge.answer_cache import AnswerCache
from marketplace.edge.app import MarketplaceApp
from marketplace.edge.blobs import whole_blob
from marketplace.edge.calls_out import CallsOut
from marketplace.edge.compression import register_compression
from marketplace.edge.desk import Desk
from marketplace.edge.headers import register_headers
from marketplace.edge.health import register_health
from marketplace.edge.observing import Watch, register_observation
from marketplace.edge.pacing.meter import require_usable
from marketplace.edge.pacing.turnstile import register_pacing
from marketplace.edge.problem import register_refusals
from marketplace.edge.proxies import register_proxies
from marketplace.edge.public_answers import register_public_answers
from marketplace.edge.revision_watch import RevisionWatch
from marketplace.edge.tally import count_answer, register_tally
from marketplace.exports.queries import due_exports
from marketplace.exports.run import run_export
from marketplace.exports.services import JOB as EXPORT_JOB
from marketplace.held import HELD
from marketplace.holdings.takeouts.queries import due_takeouts
from marketplace.holdings.takeouts.run import run_takeout
from marketplace.holdings.takeouts.services import JOB as TAKEOUT_JOB
from marketplace.installs.checks.queries import due_checks
from marketplace.installs.checks.run import run_check
from marketplace.installs.checks.services import JOB as CHECK_JOB
from marketplace.installs.queries import due_imports
from marketplace.installs.run import run_import
from marketplace.installs.services import JOB as IMPORT_JOB
from marketplace.jobs.heartbeat import Heartbeat
from marketplace.jobs.huey_queue import Errand, HueyQueue
from marketplace.jobs.machine import LocalMachine
from marketplace.jobs.presence import Presence
from marketplace.jobs.registry import JobRegistry
from marketplace.jobs.worker import Worker, rest, run_worker
from marketplace.jobs.workers import Strangers, Workers
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.clock import utc_now
from marketplace.kernel.context import Context
from marketplace.kernel.limits import MEGABYTE
from marketplace.kernel.ports import Ports
from marketplace.kintone_api.door import site_caller
from marketplace.kintone_api.routes import blueprint as kintone_api
from marketplace.mail.sending import MailRound
from marketplace.mail.services import JOB as MAIL_JOB
from marketplace.mailing import open_mailer
from marketplace.outbound.client import OutboundHttp
from marketplace.sandbox.deploys.queries import due_deploys
from marketplace.sandbox.deploys.run import run_deploy
from marketplace.sandbox.deploys.services import JOB as DEPLOY_JOB
from marketplace.sandbox.webhooks.posting import JOB as WEBHOOK_JOB
from marketplace.sandbox.webhooks.posting import Postman
from marketplace.secret import PRIVATE, open_signer, open_vault, secret_key
from marketplace.settings import Settings
from marketplace.storage import open_blob_store, open_public_files
from marketplace.telemetry.measures import NO_MEASURES, Measures
from marketplace.telemetry.statements import count_statements
from marketplace.telemetry.traces import NO_TRACES, Traces
from marketplace.transports import connect_by_kind, connect_with_rights
from marketplace.web.mounting import mount_pages

MAX_REQUEST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Runtime:
    """One process of the service: its settings, database and adapters."""

    settings: Settings
    engine: Engine
    sessions: Sessions
    ports: Ports
    queue: HueyQueue
    now: Callable[[], datetime] = utc_now
    measures: Measures = NO_MEASURES
    traces: Traces = NO_TRACES

    @contextmanager
    def unit_of_work(self) -> Iterator[Context]:
        """Run a block as the system itself, in one transaction."""
        with unit_of_work(self.sessions) as (session, after_commit):
            yield Context(session, SYSTEM, self.now, after_commit, self.ports)

    def run_worker(self) -> None:
        """Run jobs until asked to stop; while nothing may be written, rest until then."""
        if self.sessions.read_only:
            rest()
            return
        workers = self._workers()
        mail_round = MailRound(self.sessions, self.ports, self.now)
        postman = Postman(
            self.sessions,
            self.ports.outbound,
            self.settings.public_url,
            self.now,
            most_at_once=max(1, self.settings.job_threads // 2),
        )
        registry = self._jobs(workers, postman)
        registry.register(MAIL_JOB, mail_round.carry)
        index_round = IndexRound(self.sessions, self.ports, self.now)
        registry.register(INDEX_JOB, index_round.write)
        sweeps = [*self._sweeps(workers, postman), mail_round.due, index_round.due]
        run_worker(
            Worker(
                self.queue,
                registry,
                self.sessions,
                threads=self.settings.job_threads,
                sweeps=sweeps,
                measures=self.measures,
                traces=self.traces,
                stop_seconds=max(1, self.settings.stop_seconds - 1),
                heart=Heartbeat(self.sessions, workers.name, self.now),
            )
        )
        self.traces.flush()

    def _jobs(self, workers: Workers, postman: Postman) -> JobRegistry:
        """Return what this worker can do, by the name of the job."""
        app = make_app(self)
        connect, connect_reader = connect_by_kind(app), connect_with_rights(app)
        sessions, ports, now = self.sessions, self.ports, self.now
        registry = JobRegistry()
        registry.register(IMPORT_JOB, lambda row: run_import(sessions, ports, connect, row, now, workers=workers))
        registry.register(CHECK_JOB, lambda row: run_check(sessions, ports, connect, row, now, workers=workers))
        registry.register(
            EXPORT_JOB, lambda row: run_export(sessions, ports, connect_reader, row, now, workers=workers)
        )
        registry.register(TAKEOUT_JOB, lambda row: run_takeout(sessions, ports, row, now, workers))
        registry.register(DEPLOY_JOB, lambda row: run_deploy(sessions, row, now, workers))
        registry.register(housekeeping.JOB, lambda _subject: housekeeping.keep_house(sessions, ports, now))
        registry.register(housekeeping.COMPARING, lambda _subject: housekeeping.compare_some(sessions, ports, now))
        registry.register(WEBHOOK_JOB, postman.post)
        return registry

    def _sweeps(self, workers: Workers, postman: Postman) -> list[Callable[[Session], list[Errand]]]:
        """Return what finds the work that nobody is at: jobs of the database, mail to post, the hourly housekeeping."""
        due = {
            IMPORT_JOB: due_imports,
            CHECK_JOB: due_checks,
            EXPORT_JOB: due_exports,
            TAKEOUT_JOB: due_takeouts,
            DEPLOY_JOB: due_deploys,
        }

        def found_by(job: str) -> Callable[[Session], list[Errand]]:
            return lambda session: [(job, row) for row in due[job](session, self.now(), workers)]

        hourly = housekeeping.Periodic()
        comparing = housekeeping.Periodic(housekeeping.COMPARING, housekeeping.COMPARING_EVERY)
        periodic = [hourly, comparing]
        return [
            *map(found_by, due),
            postman.due,
            lambda _session: [errand for each in periodic for errand in each.due(self.now())],
        ]

    def _workers(self) -> Workers:
        """Return who knows the other workers; a transaction may outlive its process on any database but SQLite."""
        folder = _locks_of_workers(self.settings, self.engine)
        return Strangers() if folder is None else Presence(folder)


def make_runtime(settings: Settings, measures: Measures = NO_MEASURES, traces: Traces = NO_TRACES) -> Runtime:
    """Open the database and the ports that the settings name. Raises SettingsError or PacingStorageError."""
    if settings.rate_limits:
        require_usable(settings.pacing)
    settings.data_dir.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    engine = make_engine(settings.database)
    count_statements(engine)
    measures.watch_pool(engine)
    traces.watch_statements(engine)
    queue = HueyQueue(settings.queue_path)
    blobs = open_blob_store(settings.storage, lends=settings.download_redirects)
    outbound = OutboundHttp(trusted=settings.trusted_hosts)
    ports = Ports(
        blobs=blobs,
        jobs=queue,
        outbound=outbound,
        vault=open_vault(settings),
        signer=open_signer(settings),
        public_files=open_public_files(settings.storage),
        limits=settings.limits,
        tryouts=settings.tryouts,
        domains=settings.domains,
        mailer=open_mailer(settings),
        session_rules=settings.session_rules,
        place=settings.place,
        operator=settings.operator,
        publishing_pace=settings.publishing_pace,
        machine=LocalMachine(settings.data_dir, _locks_of_workers(settings, engine)),
    )
    sessions = Sessions(engine, read_only=settings.read_only)
    return Runtime(settings, engine, sessions, ports, queue, measures=measures, traces=traces)


def _locks_of_workers(settings: Settings, engine: Engine) -> Path | None:
    """Return where workers hold locks that tell whether they are alive, if they do."""
    return settings.data_dir.resolve() / "workers" if engine.dialect.name == "sqlite" else None


def make_app(runtime: Runtime, *, keeps_answers: bool = False) -> MarketplaceApp:
    """Return the Flask application with every face mounted, and what stands in front of it."""
    app = MarketplaceApp(sessions=runtime.sessions, ports=runtime.ports, now=runtime.now)
    app.config.update(
        SECRET_KEY=secret_key(runtime.settings),
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=runtime.settings.secure_cookies,
        PUBLIC_URL=runtime.settings.public_url,
    )
    register_refusals(app)
    register_compression(app)
    register_public_answers(app)
    register_headers(app)
    register_health(app)
    app.tally = register_tally(app)
    if runtime.settings.rate_limits:
        register_pacing(app, runtime.settings.pacing)
    app.mount(kintone_api, site_caller)
    mount_api(app)
    mount_pages(app)
    mount_docs(app)
    mount_index(app)
    held = dict(HELD)
    if keeps_answers:
        cache = keep_answers(app, runtime)
        app.wsgi_app, held["answers"] = cache, cache.kept  # type: ignore[method-assign]
    runtime.measures.watch_held(held)
    register_proxies(app, runtime.settings.proxies)
    register_observation(app, Watch(runtime.measures, runtime.traces, runtime.settings.proxies))
    return app


def create_app(settings: Settings, measures: Measures = NO_MEASURES, traces: Traces = NO_TRACES) -> MarketplaceApp:
    """Return the application for a web server. Raises RestoreUnfinishedError on a database that is not whole."""
    runtime = make_runtime(settings, measures, traces)
    _require_whole(runtime.engine)
    app = make_app(runtime, keeps_answers=settings.answer_cache_megabytes > 0)
    app.desk = desk = Desk(settings.web_threads)
    app.ports = replace(app.ports, outbound=CallsOut(app.ports.outbound, desk))
    app.streams = BoundedSemaphore(settings.web_threads)
    return app


def keep_answers(app: MarketplaceApp, runtime: Runtime) -> AnswerCache:
    """Return what answers strangers from memory, and leaves everything else to the application."""
    watch = RevisionWatch(runtime.sessions, runtime.settings.answer_check_milliseconds / 1000)
    most_bytes = runtime.settings.answer_cache_megabytes * MEGABYTE
    count, read = partial(count_answer, app.tally), partial(whole_blob, runtime.ports.blobs)
    return AnswerCache(app.wsgi_app, watch, most_bytes, count, read)


def _require_whole(engine: Engine) -> None:
    """Refuse a database that a restore has not finished; one that can't be reached may be so later."""
    try:
        with engine.connect() as connection:
            unfinished = find_unfinished(connection)
    except OperationalError:
        return
    if unfinished is not None:
        engine.dispose()  # the restore that goes on wants the database for itself
        raise RestoreUnfinishedError(backup=unfinished)
