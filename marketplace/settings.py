"""The settings, read once from the environment; the only reader of os.environ.

docs/settings.md lists every name; a test compares.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import TypeVar

from marketplace.kernel.domains import SUFFIXES, DomainRules
from marketplace.kernel.limits import MEGABYTE, SiteLimits, TryoutRules
from marketplace.kernel.operator import Operator
from marketplace.kernel.pacing import Cost, PacingRules, PublishingPace, read_bounds, read_pace
from marketplace.kernel.proxies import TrustedProxies
from marketplace.kernel.signing_in import PublicPlace, SessionRules
from marketplace.setting_values import SettingsError, none_of, read_value, refused, unknown
from marketplace.telemetry.logs import LEVELS, LogFormat

PREFIX = "MARKETPLACE_"
OTEL_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
"""The name that programs of all kinds share."""
Paced = TypeVar("Paced")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an instance can be told; each field is MARKETPLACE_<NAME> in the environment."""

    data_dir: Path = Path("var")
    """Folder of the SQLite databases, local blobs and the generated secret key."""
    database_url: str = ""
    """SQLAlchemy address; empty means SQLite in the data folder."""
    storage_url: str = ""
    """`file:///folder` or `s3://bucket/prefix?endpoint=http://…&region=…`; empty means the data folder."""
    download_redirects: bool = True
    """Send readers of large files to the S3 storage by short-lived addresses; off where they can't reach it."""
    secret_key: str = ""
    """Signs session cookies; empty means one generated and kept in the data folder."""
    credentials_keys: str = ""
    """Fernet keys that seal the passwords for kintone domains, newest first, separated by commas; empty means one
    generated and kept in the data folder."""
    signing_keys: str = ""
    """Ed25519 keys that sign packages, newest first, separated by commas; empty means one generated and kept in the
    data folder."""
    base_url: str = ""
    """Public address without a final slash; empty means http://localhost:<port>."""
    host: str = "127.0.0.1"
    port: int = 8000
    web_workers: int = 2
    web_threads: int = 4
    job_threads: int = 4
    answer_cache_megabytes: int = 64
    """Memory of each web process for answers to strangers; 0 keeps none."""
    answer_check_milliseconds: int = 250
    """How long such an answer may be given without asking the database whether something public has changed."""
    secure_cookies: bool = False
    """Send cookies over HTTPS only; switch on wherever the service is reached by HTTPS."""
    catalog_dir: Path = Path("templates_catalog")
    outbound_trusted_hosts: str = ""
    """Hosts (`hooks.example.lg.jp`, `127.0.0.1:8200`), separated by commas, that may be called by plain HTTP, on any
    port and at private addresses; all others only by HTTPS at public ones."""
    kintone_domains: str = ",".join(SUFFIXES)
    """Domains below which every host is taken for a kintone, separated by commas."""
    workspace_apps: int = 1000
    workspace_app_records: int = 500_000
    workspace_records: int = 2_000_000
    """In all apps of a workspace together."""
    workspace_file_megabytes: int = 5120
    workspace_users: int = 1000
    tryout_minutes: int = 120
    tryouts_most: int = 50
    """Try-outs at a time; 0 offers none."""
    tryouts_per_address: int = 3
    session_idle_minutes: int = 240
    """A session ends so long after its last request."""
    session_hours: int = 12
    """A session ends so long after signing in, used or not."""
    smtp_host: str = ""
    """Server that takes mail; empty means that none leaves."""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    """`starttls`, `tls` from the first byte (usually port 465), or `none`."""
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    mail_from: str = ""
    """Whose name mails bear: an address, or `Name <address>`; empty means no-reply at the public host."""
    read_only: bool = False
    """Maintenance: web and worker only read; every change is refused. Commands of the operator still write."""
    outbox_page: bool = False
    """Without a server for mail, keep mails and show them to everybody at /outbox: for trying out only."""
    rate_limits: bool = True
    """Off for tests and measurements only."""
    rate_limit_storage: str = "memory://"
    """Where requests are counted: in each process, or at `redis://…` or `valkey://…` for all of them together."""
    limit_reads: str = "caller 1200/minute, municipality 6000/minute, address 3000/minute"
    """Requests that a token or person, their municipality, or the strangers behind one address may send."""
    limit_searches: str = "caller 240/minute, municipality 1200/minute, address 1200/minute"
    limit_writes: str = "caller 600/minute, municipality 3000/minute, address 600/minute"
    limit_expensive: str = "caller 120/minute, municipality 600/minute, address 600/minute"
    """Uploads, releases, imports, exports, files made on demand, sign-in."""
    limit_kintone: str = "caller 12000/minute, municipality 24000/minute, address 600/minute"
    """Calls of the kintone API of one user, of one workspace, and those whose caller is not recognised."""
    publish_new: str = "burst 5, 1/10 minutes"
    """New templates of one publisher; empty sets no limit."""
    publish_updates: str = "burst 30, 1/minute"
    """Further versions of the templates of one publisher."""
    operator_name: str = ""
    """Who runs the service; named on the pages about accessibility, privacy and terms."""
    operator_contact: str = ""
    """How people reach the operator: a mail address, a telephone number, the address of a form."""
    log_format: str = "text"
    """`text` for people at a terminal, `json` for programs: one object a line."""
    log_level: str = "info"
    admin_host: str = "127.0.0.1"
    admin_port: int = 0
    """Port at which figures can be read (/metrics), apart from the public one; 0 opens none and keeps none."""
    tracing_endpoint: str = ""
    """Where spans go by OTLP over HTTP; empty means where OTEL_EXPORTER_OTLP_ENDPOINT says, or nowhere."""
    trusted_proxies: str = ""
    """Addresses and networks, separated by commas, whose X-Forwarded-For and X-Forwarded-Proto are believed."""
    drain_seconds: int = 0
    """How long a web server that was asked to end still answers, telling its load balancer that it is going."""
    stop_seconds: int = 10
    """How long requests and jobs under way may take to come to their end."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; raises SettingsError for an unknown name or a value of the wrong kind."""
        environ = os.environ if environ is None else environ
        known = {PREFIX + field.name.upper(): field for field in fields(cls)}
        given = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
        if not given.keys() <= known.keys():
            raise unknown(sorted(given.keys() - known.keys()), known)
        given = {PREFIX + "TRACING_ENDPOINT": environ.get(OTEL_ENDPOINT, ""), **given}
        read, problems = {}, []
        for name, value in given.items():
            try:
                read[known[name].name] = read_value(PREFIX, name.removeprefix(PREFIX), str(known[name].type), value)
            except SettingsError as error:
                problems.append(str(error))
        if problems:
            raise SettingsError("\n".join(problems))
        return cls(**read)

    def to_write(self) -> Settings:
        """Return the settings for what the operator does by command, during maintenance more than ever."""
        return replace(self, read_only=False)

    def to_read(self) -> Settings:
        """Return the settings for what only looks."""
        return replace(self, read_only=True)

    @property
    def limits(self) -> SiteLimits:
        """How much a workspace may hold."""
        return SiteLimits(
            apps=self.workspace_apps,
            app_records=self.workspace_app_records,
            records=self.workspace_records,
            file_bytes=self.workspace_file_megabytes * MEGABYTE,
            users=self.workspace_users,
        )

    @property
    def tryouts(self) -> TryoutRules:
        """How long try-outs live, and how many there may be."""
        return TryoutRules(self.tryout_minutes, self.tryouts_most, self.tryouts_per_address)

    @property
    def session_rules(self) -> SessionRules:
        """When sessions end by themselves."""
        return SessionRules(timedelta(minutes=self.session_idle_minutes), timedelta(hours=self.session_hours))

    @property
    def pacing(self) -> PacingRules:
        """How many requests callers may send. Raises SettingsError."""
        bounds = {cost: self._paced(f"limit_{cost}", read_bounds) for cost in Cost}
        return PacingRules(bounds, self.rate_limit_storage)

    @property
    def publishing_pace(self) -> PublishingPace:
        """How fast a publisher may release. Raises SettingsError."""
        if not self.rate_limits:
            return PublishingPace()
        return PublishingPace(self._paced("publish_new", read_pace), self._paced("publish_updates", read_pace))

    def _paced(self, name: str, read: Callable[[str], Paced]) -> Paced:
        try:
            return read(getattr(self, name))
        except ValueError as error:
            given = getattr(self, name)
            ja, en = f"{given!r} を制限として読めません。", f"{given!r} can't be read as a limit."
            raise refused(PREFIX + name.upper(), ja, en) from error

    @property
    def place(self) -> PublicPlace:
        """Where people find the service."""
        return PublicPlace(self.public_url)

    @property
    def log_form(self) -> LogFormat:
        """For whom the log is written. Raises SettingsError."""
        for name, given, known in (
            ("LOG_FORMAT", self.log_format, tuple(LogFormat)),
            ("LOG_LEVEL", self.log_level, LEVELS),
        ):
            if given not in known:
                raise none_of(PREFIX + name, given, known)
        return LogFormat(self.log_format)

    @property
    def proxies(self) -> TrustedProxies:
        """Whose word about callers is believed. Raises SettingsError."""
        try:
            return TrustedProxies.of(_list(self.trusted_proxies))
        except ValueError as error:
            ja, en = f"アドレスかネットワークではありません（{error}）。", f"{error}."
            raise refused(f"{PREFIX}TRUSTED_PROXIES", ja, en) from error

    @property
    def operator(self) -> Operator:
        """Who runs the service."""
        return Operator(self.operator_name.strip(), self.operator_contact.strip())

    @property
    def sender(self) -> Address:
        """Whose name mails bear. Raises SettingsError."""
        name, address = parseaddr(self.mail_from or f"Yokoten <no-reply@{self.place.host}>")
        user, _, domain = address.rpartition("@")
        try:
            sender = Address(name, user, domain)
        except ValueError:
            sender = Address()
        if not (sender.username and sender.domain):
            given = self.mail_from
            ja, en = f"{given!r} はメールアドレスではありません。", f"{given!r} is not an e-mail address."
            raise refused(f"{PREFIX}MAIL_FROM", ja, en)
        return sender

    @property
    def is_local(self) -> bool:
        """Tell whether the service is for this machine alone, by what it listens to and by its public address."""
        return {self.host, self.place.host} <= LOOPBACK

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'yokoten.db'}"

    @property
    def storage(self) -> str:
        """The address of the blob storage."""
        return self.storage_url or f"file://{self.data_dir.resolve() / 'blobs'}"

    @property
    def trusted_hosts(self) -> frozenset[str]:
        """The hosts that may be called in any way, in lower case."""
        return frozenset(_list(self.outbound_trusted_hosts))

    @property
    def domains(self) -> DomainRules:
        """Which hosts count as kintone domains."""
        suffixes = tuple(name.strip(".") for name in _list(self.kintone_domains))
        return DomainRules(suffixes, self.trusted_hosts)

    @property
    def queue_path(self) -> Path:
        """The SQLite file of the job queue of this machine."""
        return self.data_dir.resolve() / "jobs.db"

    @property
    def public_url(self) -> str:
        """The address people and clients use, without a final slash."""
        return (self.base_url or f"http://localhost:{self.port}").rstrip("/")


def _list(value: str) -> list[str]:
    """Return the items of a list with commas, in lower case."""
    return [item.strip().lower() for item in value.split(",") if item.strip()]
