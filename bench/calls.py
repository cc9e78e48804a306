"""API calls of an import beside the least that kintone allows (docs/performance.md derives it), for each template."""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Iterator
from math import ceil
from pathlib import Path

from marketplace.bundle.model import AppDefinition, Bundle, PartName
from marketplace.bundle.reading import read_folder
from marketplace.installs.models import StepKind
from marketplace.installs.outline import outline
from marketplace.kintone import translation
from marketplace.kintone.client import FIELDS_PER_CALL, RECORDS_PER_CALL
from marketplace.kintone.process_paths import count_calls as count_status_calls
from marketplace.kintone.process_paths import first_state, is_enabled, shortest_path
from marketplace.kintone.rounds import Rounds, sort_into_rounds
from marketplace.kintone.samples import count_files, sample_records, wanted_statuses
from marketplace.kintone.translation import Target
from tests.installs.counting import count_calls
from tests.installs.large_bundles import make_large_bundle
from tests.installs.test_first_party import newest_versions

CALLS_PER_DEPLOY = 2
LIMIT_PER_APP_AND_DAY = 10_000
LARGE = 20


class EveryApp(dict[str, str]):
    """Knows an id for any app."""

    def __missing__(self, key: str) -> str:
        """Return the key itself."""
        return key


def least_calls(bundle: Bundle) -> int:
    """Return how many calls an import with sample records takes at least, its verification aside."""
    target, rounds = Target(EveryApp(), {}), sort_into_rounds(bundle)
    counted = sum(sum(_calls_of(app, rounds, target)) for app in bundle.apps)
    # The built-in fields are called alike in every app that one account makes.
    knowing_built_ins = int(any(translation.has_built_ins(app) for app in bundle.apps))
    return counted + knowing_built_ins + CALLS_PER_DEPLOY * (rounds.last + 1)


def _calls_of(app: AppDefinition, rounds: Rounds, target: Target) -> Iterator[int]:
    """Yield the least calls of each act on one app."""
    yield 1  # create
    yield from (ceil(len(rounds.codes(app, number)) / FIELDS_PER_CALL) for number in range(rounds.last + 1))
    yield int(translation.has_built_ins(app))
    yield 2  # settings, for the name, and layout
    icon = (app.part(PartName.SETTINGS) or {}).get("icon") or {}
    yield int(icon.get("type") == "FILE")
    bodies = (translation.process_body, translation.views_body, translation.reports_body, translation.actions_body)
    yield from (int(body(app, target) is not None) for body in (*bodies, translation.admin_notes_body))
    yield len(translation.notification_bodies(app, target))
    yield len(translation.permissions_bodies(app, target))
    yield int(bool(translation.plugin_names(app)))  # one call takes several
    items = translation.customization_items(app)
    yield int(bool(items)) + sum(item.get("type") == "FILE" for item in items)
    yield ceil(len(sample_records(app)) / RECORDS_PER_CALL) + count_files(app)
    process = translation.process_body(app, target)
    if process is not None and is_enabled(process):
        states = [state for state in wanted_statuses(app) if state]
        yield count_status_calls([shortest_path(process, first_state(process), state) or [] for state in states])


def planned_calls(bundle: Bundle) -> tuple[int, int]:
    """Return how many calls the plan foresees: up to the verification, and for it."""
    steps = outline(bundle, {}, with_sample_records=True)
    reading = sum(step.calls for step in steps if step.kind is StepKind.VERIFY)
    return sum(step.calls for step in steps) - reading, reading


def main() -> None:
    """Print a Markdown table, and the figures of a set of twenty apps."""
    logging.disable(logging.WARNING)
    print("| template | apps | calls | planned | least | calls / least | calls an app | reads of the verification |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    large = make_large_bundle(LARGE)
    with tempfile.TemporaryDirectory() as name:
        for bundle in [*map(read_folder, newest_versions()), large]:
            started = time.process_time()
            count = count_calls(bundle, Path(name))
            seconds = time.process_time() - started
            if count.wrong:
                raise SystemExit(f"{bundle.manifest.slug}: {count.wrong}")
            apps, least, (planned, reading) = len(bundle.apps), least_calls(bundle), planned_calls(bundle)
            figures = [f"{apps}", f"{count.writing}", f"{planned}", f"{least}", f"{count.writing / least:.2f}"]
            figures += [f"{count.writing / apps:.1f}", f"{count.reading} (planned {reading})"]
            print(f"| {bundle.manifest.slug} | {' | '.join(figures)} |")
    print(
        f"\n{LARGE} apps: {count.writing + count.reading} calls, at most {count.most_of_an_app} about one app "
        f"({count.most_of_an_app / LIMIT_PER_APP_AND_DAY:.2%} of a day's), {count.most_at_once} at once, "
        f"{len(count.deployed)} deploys of at most {max(count.deployed)} apps, {seconds:.1f} s of processor"
    )
