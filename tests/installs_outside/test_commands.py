"""The commands of the closed side, over real connections: `pull`, `package`, `install-package`, `report`."""

from __future__ import annotations

import json

import pytest

from marketplace.cli.outcomes import Outcome
from marketplace.installs.models import ImportState, StepKind
from marketplace.kintone.domain import DomainTransport
from tests.installs.fake_kintone import KilledError
from tests.sampling import THOROUGH


def test_pull_installs_into_a_kintone_that_the_service_never_calls(served):
    import_id = served.order()
    done = served.pull(import_id)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["state"] == "succeeded"
    served.assert_installed()
    progress = served.progress(import_id)
    verified = next(step for step in progress.steps if step.kind is StepKind.VERIFY)
    assert verified.outcome["result"] == "identical"


class Dying:
    """The transport of the command line, in a process that dies at one of its calls."""

    def __init__(self, monkeypatch, number, moment):
        self.count, self.number, self.moment = 0, number, moment
        self.exchange = DomainTransport.exchange
        dying = self

        def exchange(transport, *args, **facts):
            return dying.perform(transport, *args, **facts)

        monkeypatch.setattr(DomainTransport, "exchange", exchange)

    def perform(self, transport, *args, **facts):
        self.count += 1
        if self.count == self.number and self.moment == "before":
            raise KilledError
        reply = self.exchange(transport, *args, **facts)
        if self.count == self.number and self.moment == "after":
            raise KilledError
        return reply


CELLS = [(number, moment) for number in (2, 14, 34) for moment in ("before", "after")]
ALL_CELLS = [
    pytest.param(number, moment, marks=(pytest.mark.slow,) if is_odd == (moment == "before") else THOROUGH)
    for number in range(1, 46)
    for moment in ("before", "after")
    for is_odd in [number % 2 == 1]
]
"""Each call at one of its two moments; at the other where everything is tried."""


def install_in_spite_of_death(served, path, monkeypatch, number, moment):
    made = served.package(path)
    words = ("install-package", str(path), "--trust", made["keys"], "--kintone", served.domain.address)
    with monkeypatch.context() as patch:
        Dying(patch, number, moment)
        with pytest.raises(KilledError):
            served.command(*words)
    done = served.command(*words)
    assert done.exit_code == 0, done.output
    served.assert_installed()
    return made


@pytest.mark.parametrize(("number", "moment"), CELLS)
def test_a_package_whose_installation_died_is_installed_once(served, tmp_path, monkeypatch, number, moment):
    install_in_spite_of_death(served, tmp_path / "a.yokoten", monkeypatch, number, moment)


@pytest.mark.parametrize(("number", "moment"), ALL_CELLS)
def test_it_is_so_at_every_call(served, tmp_path, monkeypatch, number, moment):
    install_in_spite_of_death(served, tmp_path / "a.yokoten", monkeypatch, number, moment)


def test_what_was_carried_in_is_reported_back(served, tmp_path):
    path = tmp_path / "a.yokoten"
    made = served.package(path)
    words = ("install-package", str(path), "--kintone", served.domain.address)
    refused = served.command(*words)
    assert refused.exit_code == Outcome.REFUSED
    assert made["fingerprint"] in refused.stderr
    done = served.command(*words, "--trust", made["fingerprint"], "--json")
    assert done.exit_code == 0, done.output
    assert "導入記録票" in (tmp_path / "a.yokoten.receipt.html").read_text(encoding="utf-8")
    for _ in range(2):
        told = served.command("report", str(tmp_path / "a.yokoten.report.json"), "--json")
        assert told.exit_code == 0, told.output
    progress = served.progress(made["import"])
    assert progress.import_.state is ImportState.SUCCEEDED
    assert progress.import_.installation_id is not None
    assert set(progress.app_ids) == {"program", "request", "report"}
    assert served.command(*words, "--trust", made["fingerprint"]).exit_code == 0, "installing again does nothing"
    served.assert_installed()
