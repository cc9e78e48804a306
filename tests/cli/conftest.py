"""The `yokoten` command, as somebody types it, with a folder of its own for what it keeps."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from marketplace.cli.main import main
from marketplace.cli.outcomes import Outcome
from tests.bundle.factories import make_files
from tests.e2e.service import Service
from tests.outbound.receiver import Receiver, running_receiver


@dataclass
class Typist:
    """Types commands and looks at what comes of them."""

    environ: dict[str, str | None]

    def __call__(self, *words: object, exit_code: int = Outcome.DONE, typed: str = "", **environ: str) -> Result:
        """Type a command; fail if it ends with another exit code than the one given."""
        result = CliRunner().invoke(
            main, [str(word) for word in words], input=typed, env={**self.environ, **environ}, prog_name="yokoten"
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == exit_code, result.output
        return result

    def json(self, *words: object, exit_code: int = Outcome.DONE, **environ: str) -> Any:
        """Type a command and return its one JSON document; nothing else may stand on stdout."""
        return json.loads(self(*words, "--json", exit_code=exit_code, **environ).stdout)


NO_ENVIRONMENT = dict.fromkeys(
    ("YOKOTEN_URL", "YOKOTEN_TOKEN", "YOKOTEN_WORKSPACE", "YOKOTEN_LANG", "YOKOTEN_CA_BUNDLE", "LC_ALL", "LC_MESSAGES")
)


@pytest.fixture
def yokoten(tmp_path: Path) -> Typist:
    return Typist({**NO_ENVIRONMENT, "LANG": "ja_JP.UTF-8", "YOKOTEN_CONFIG_DIR": str(tmp_path / "config")})


@pytest.fixture
def write_folder(tmp_path: Path) -> Callable[..., Path]:
    """Write the files of a bundle into a folder, valid unless told otherwise."""

    def write(name: str = "template", **options: Any) -> Path:
        for path, content in make_files(**options).items():
            target = tmp_path / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return tmp_path / name

    return write


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server that is not the service, or behaves badly."""
    with running_receiver() as running:
        yield running


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The whole service with fresh data."""
    running = Service(tmp_path_factory.mktemp("service") / "var")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def signed_in(yokoten: Typist, service: Service) -> Typist:
    """A typist whose commands speak to the service, as みほん市."""
    yokoten.environ |= {"YOKOTEN_URL": service.demo["url"], "YOKOTEN_TOKEN": service.demo["token"]}
    yokoten.environ["YOKOTEN_WORKSPACE"] = service.demo["workspace"]["id"]
    return yokoten
