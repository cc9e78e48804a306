"""Packages are believed only as far as their signature goes, and reports only as far as they fit."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.bundle.writing import store_files
from marketplace.installs.errors import ImportUnderWayError
from marketplace.installs.models import Import, ImportState, Installation
from marketplace.installs.offline import errors
from marketplace.installs.offline.installing import install
from marketplace.installs.offline.local_journal import open_journal
from marketplace.installs.offline.making import make_package
from marketplace.installs.offline.opening import Trust, open_package
from marketplace.installs.offline.reporting import take_report
from marketplace.installs.receipt import make_receipt
from marketplace.installs.services import cancel_import
from marketplace.kintone.client import KintoneClient, Reply
from marketplace.vault.ed25519 import Ed25519Signer, new_signing_key

SERVICE = "https://yokoten.example"
REFUSALS = (
    errors.PackageDamagedError,
    errors.PackageForgedError,
    errors.PackageUntrustedError,
    errors.PackageUnknownFormatError,
)
PLACE = {"kintone": "https://closed.cybozu.com"}


@pytest.fixture
def import_id(outside):
    return outside.order(mode="carry")


@pytest.fixture
def package(outside, import_id):
    with outside.context() as ctx:
        return make_package(ctx, import_id, SERVICE)


@pytest.fixture
def trust(outside):
    return Trust(keys=outside.ports.signer.public_keys())


def files_of(package):
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(package, name, content):
    return store_files({**files_of(package), name: content})


def carried(outside, package, trust, folder, kintone=None):
    """Install a package and return how that went."""
    opened = open_package(package, trust, outside.clock())
    with open_journal(folder / "journal", outside.clock) as journal:
        journal.claim({"import": opened.statement.import_id, **PLACE})
        client = KintoneClient(kintone or outside.kintone)
        return install(opened, journal, client, lambda _step: None, outside.waited.append)


def test_a_package_is_the_same_however_often_it_is_made(outside, import_id, package):
    with outside.context() as ctx:
        assert make_package(ctx, import_id, SERVICE) == package


def test_a_package_says_what_it_is_for(package, trust, outside, import_id):
    opened = open_package(package, trust, outside.clock())
    assert (opened.statement.import_id, opened.statement.service) == (import_id, SERVICE)
    assert opened.order["placeholders"] == {"section-chief": "sato"}
    assert {app.key for app in opened.bundle.apps} == {"program", "request", "report"}


TAMPERED = [
    (name, how)
    for name in ("bundle.zip", "order.json", "statement.json", "signature.json")
    for how in ("cut", "other", "empty", "spaced")
    if (name, how) != ("signature.json", "spaced")  # Space around the signature means nothing.
]


@pytest.mark.parametrize(("name", "how"), TAMPERED)
def test_a_package_that_was_tampered_with_is_refused(package, trust, outside, name, how):
    content = files_of(package)[name]
    made = {"cut": content[:-3], "other": content.replace(b"a", b"b", 1), "empty": b"", "spaced": content + b" "}[how]
    with pytest.raises((errors.PackageForgedError, errors.PackageDamagedError)):
        open_package(changed(package, name, made), trust, outside.clock())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_changed_byte_anywhere_never_leads_to_another_installation(package, trust, outside, data):
    at = data.draw(st.integers(0, len(package) - 1))
    made = bytearray(package)
    made[at] ^= data.draw(st.integers(1, 255))
    good = open_package(package, trust, outside.clock())
    with suppress(*REFUSALS):
        opened = open_package(bytes(made), trust, outside.clock())
        assert (opened.statement, opened.order, opened.digest) == (good.statement, good.order, good.digest)


@pytest.mark.parametrize("content", [b"", b"PK", b"<html>", bytes(100)])
def test_what_is_no_package_is_refused(content, trust, outside):
    with pytest.raises(errors.PackageDamagedError):
        open_package(content, trust, outside.clock())


def test_entries_that_do_not_belong_are_refused(package, trust, outside):
    files = files_of(package)
    for made in ({**files, "more.txt": b""}, {name: files[name] for name in files if name != "order.json"}):
        with pytest.raises(errors.PackageDamagedError):
            open_package(store_files(made), trust, outside.clock())


def test_a_package_of_another_service_is_refused_with_its_fingerprint(package, outside):
    other = Trust(keys=Ed25519Signer([new_signing_key()]).public_keys())
    with pytest.raises(errors.PackageUntrustedError) as refused:
        open_package(package, other, outside.clock())
    key = outside.ports.signer.public_keys()[0]
    assert refused.value.params == {"fingerprint": key.fingerprint}
    assert open_package(package, Trust(fingerprints=[key.fingerprint.upper()]), outside.clock())


def test_a_package_of_a_key_that_was_replaced_is_believed_by_who_trusts_both(outside, import_id):
    old, new = new_signing_key(), new_signing_key()
    outside.ports = replace(outside.ports, signer=Ed25519Signer([old]))
    with outside.context() as ctx:
        made = make_package(ctx, import_id, SERVICE)
    assert open_package(made, Trust(keys=Ed25519Signer([new, old]).public_keys()), outside.clock())


def test_a_package_is_too_old_after_90_days(package, trust, outside):
    until = outside.clock() + timedelta(days=90)
    assert open_package(package, trust, until - timedelta(seconds=1))
    with pytest.raises(errors.PackageExpiredError):
        open_package(package, trust, until)
    assert open_package(package, trust, None), "what was begun in time is finished"


def test_a_journal_is_of_one_package_and_one_kintone(outside, package, trust, tmp_path):
    carried(outside, package, trust, tmp_path)
    with open_journal(tmp_path / "journal", outside.clock) as journal, pytest.raises(errors.JournalForeignError):
        journal.claim({"import": "another", **PLACE})


def test_two_processes_do_not_install_the_same_package_at_once(outside, tmp_path):
    with (
        open_journal(tmp_path / "journal", outside.clock),
        pytest.raises(errors.JournalInUseError),
        open_journal(tmp_path / "journal", outside.clock),
    ):
        pass


def test_a_line_that_was_cut_off_is_as_if_it_had_not_been_written(outside, package, trust, tmp_path):
    done = carried(outside, package, trust, tmp_path)
    path = tmp_path / "journal"
    path.write_bytes(path.read_bytes()[:-7])
    assert carried(outside, package, trust, tmp_path).app_ids == done.app_ids
    assert len(outside.kintone.apps) == 3


def reported(outside, import_id, report):
    with outside.context() as ctx:
        take_report(ctx, import_id, json.loads(json.dumps(report)))


def test_a_report_makes_the_installation_known_with_its_receipt(outside, package, trust, import_id, tmp_path):
    done = carried(outside, package, trust, tmp_path)
    reported(outside, import_id, done.as_report())
    with outside.context() as ctx:
        receipt = make_receipt(ctx, import_id)
        installation = ctx.session.query(Installation).one()
        assert ctx.session.get_one(Import, import_id).mode == "carry"
    assert installation.app_ids == done.app_ids
    assert receipt.verification == done.verification
    reported(outside, import_id, done.as_report())
    other = copy.deepcopy(done.as_report())
    other["steps"][0]["outcome"]["app"] = "77"
    with pytest.raises(errors.ReportDiffersError):
        reported(outside, import_id, other)


def test_an_installation_that_stopped_is_reported_and_reported_again_when_it_went_on(
    outside, package, trust, import_id, tmp_path
):
    outside.kintone.before = lambda index, _method, _path: Reply(403, b"", {}) if index == 20 else None
    stopped = carried(outside, package, trust, tmp_path)
    assert stopped.failure["code"] == "http-403"
    reported(outside, import_id, stopped.as_report())
    assert outside.progress(import_id).import_.state is ImportState.FAILED
    outside.kintone.before = lambda _index, _method, _path: None
    reported(outside, import_id, carried(outside, package, trust, tmp_path).as_report())
    assert outside.progress(import_id).import_.state is ImportState.SUCCEEDED
    assert len(outside.kintone.apps) == 3


def test_a_report_counts_even_of_an_import_that_was_cancelled_unless_another_is_under_way(
    outside, package, trust, import_id, tmp_path
):
    report = carried(outside, package, trust, tmp_path).as_report()
    outside.act(cancel_import, import_id)
    other = outside.order(mode="carry")
    with pytest.raises(ImportUnderWayError):
        reported(outside, import_id, report)
    outside.act(cancel_import, other)
    reported(outside, import_id, report)
    assert outside.progress(import_id).import_.state is ImportState.SUCCEEDED


CHANGES = {
    "another import": lambda report: report.update({"import": "x"}),
    "another digest": lambda report: report.update(digest="x"),
    "fewer steps": lambda report: report["steps"].pop(),
    "other steps": lambda report: report["steps"][0].update(kind="deploy"),
    "a step half done": lambda report: report["steps"][3].update(state="running"),
    "failed without a reason": lambda report: report.update(state="failed"),
    "an app that is none": lambda report: report["steps"][0]["outcome"].update(app="<script>"),
    "a negative app": lambda report: report["steps"][0]["outcome"].update(app="-1"),
    "no steps": lambda report: report.update(steps=None),
    "a difference without end": lambda report: report["steps"][-1]["outcome"].update(count=-1),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_report_that_does_not_fit_is_refused_and_changes_nothing(
    outside, package, trust, import_id, tmp_path, change
):
    report = copy.deepcopy(carried(outside, package, trust, tmp_path).as_report())
    change(report)
    with pytest.raises(errors.ReportUnfitError):
        reported(outside, import_id, report)
    assert outside.progress(import_id).import_.state is ImportState.QUEUED
