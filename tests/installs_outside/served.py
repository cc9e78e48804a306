"""The service and a kintone that it can't reach, both served over the network of this machine."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from werkzeug.serving import make_server

from marketplace import schema
from marketplace.app import Runtime, make_app, make_runtime
from marketplace.cli.main import main
from marketplace.db.unit_of_work import unit_of_work
from marketplace.installs.queries import ImportProgress, get_import
from marketplace.installs.services import start_import
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.context import Context
from marketplace.kintone.client import KintoneClient
from marketplace.settings import Settings
from marketplace.transports import InProcessTransport
from marketplace.workspaces.models import CLOSED_NETWORK
from marketplace.workspaces.services import create_workspace
from marketplace.workspaces.tokens import issue_token
from tests.installs.factories import TEMPLATE, make_order, make_version
from tests.installs.test_kintone_domain import LOGIN, PASSWORD, SAMPLES, SITE, Domain
from tests.municipalities.factories import MIHON, actor_for, make_municipality


@dataclass
class Served:
    """Both of them, and the command line in between."""

    runtime: Runtime
    url: str
    domain: Domain
    workspace_id: str = ""
    token: str = ""

    @contextmanager
    def context(self, actor: Actor | None = None) -> Iterator[Context]:
        runtime = self.runtime
        with unit_of_work(runtime.sessions) as (session, after_commit):
            acting = actor or actor_for("admin", MIHON)
            yield Context(session, acting, runtime.now, after_commit, runtime.ports)

    def furnish(self) -> None:
        """Make the municipality, its workspace in the closed network, a token and the template."""
        with self.context(SYSTEM) as ctx:
            make_municipality(ctx.session, MIHON)
            make_version(ctx)
        with self.context() as ctx:
            data = {"name": "庁内のkintone", "kind": CLOSED_NETWORK, "address": self.domain.address}
            self.workspace_id = create_workspace(ctx, data).workspace.id
            self.token = issue_token(ctx, {"name": "CLI", "scopes": ["installs:write"]}).secret

    def order(self, **changes: object) -> str:
        with self.context() as ctx:
            return start_import(ctx, self.workspace_id, make_order(sample_records=True, **changes)).id

    def progress(self, import_id: str) -> ImportProgress:
        with self.context() as ctx:
            return get_import(ctx, import_id)

    @property
    def environ(self) -> dict[str, str]:
        return {
            "YOKOTEN_URL": self.url,
            "YOKOTEN_CONFIG_DIR": str(self.runtime.settings.data_dir / "config"),
            "YOKOTEN_LANG": "ja",
            "YOKOTEN_TOKEN": self.token,
            "YOKOTEN_KINTONE_LOGIN": LOGIN,
            "YOKOTEN_KINTONE_PASSWORD": PASSWORD,
        }

    def command(self, *words: str, **environ: str) -> Result:
        """Give a command in this process; the calls go over the network."""
        return CliRunner().invoke(main, list(words), env={**self.environ, **environ}, catch_exceptions=False)

    def pull(self, import_id: str) -> Result:
        return self.command("pull", import_id, "--kintone", self.domain.address, "--json")

    def package(self, path: Path) -> dict[str, Any]:
        """Have a package made."""
        import json

        order = [TEMPLATE, "--workspace", self.workspace_id, "--placeholder", "section-chief=sato"]
        made = self.command("package", *order, "-o", str(path), "--json")
        assert made.exit_code == 0, made.output
        return json.loads(made.stdout)

    def installed(self) -> dict[str, int]:
        """Return the apps of the kintone by name, with how many records they hold."""
        app = make_app(self.domain.runtime)
        client = KintoneClient(InProcessTransport(app, SITE))
        return {each.name: len(client.get_records(each.app_id, "")) for each in client.list_apps()}

    def assert_installed(self) -> None:
        assert self.installed() == SAMPLES
        with self.domain.runtime.unit_of_work() as ctx:
            from marketplace.sandbox.models import App

            assert ctx.session.query(App).filter_by(site_id=SITE).count() == len(SAMPLES), "a second copy"


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Serve both until the end of the block."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    domain = Domain(_runtime(folder / "domain"))
    runtime = _runtime(folder / "service", outbound_trusted_hosts=domain.host)
    server = make_server("127.0.0.1", 0, make_app(runtime), threaded=True)
    threads = [
        threading.Thread(target=each.serve_forever, kwargs={"poll_interval": 0.02}) for each in (domain.server, server)
    ]
    for thread in threads:
        thread.start()
    served = Served(runtime, f"http://127.0.0.1:{server.server_port}", domain)
    served.furnish()
    try:
        yield served
    finally:
        for each in (server, domain.server):
            each.shutdown()
            each.server_close()
        for thread in threads:
            thread.join()
        runtime.engine.dispose()
        domain.runtime.engine.dispose()


def _runtime(folder: Path, **settings: Any) -> Runtime:
    runtime = make_runtime(Settings(data_dir=folder, rate_limits=False, **settings))
    schema.METADATA.create_all(runtime.engine)
    return runtime
