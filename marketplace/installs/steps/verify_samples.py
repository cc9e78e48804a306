"""Compares the sample records with what was added; what people did to them since is told, but no difference."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from marketplace.bundle.matching import Mismatch
from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from marketplace.bundle.walking import join_pointer
from marketplace.installs.models import StepKind
from marketplace.installs.steps.act import Scene
from marketplace.installs.verification import ChangedRecord, Since
from marketplace.kernel.text import Text
from marketplace.kintone.client import RECORDS_PER_PAGE
from marketplace.kintone.errors import FailureKind, KintoneFailure
from marketplace.kintone.process_paths import first_state, is_enabled, shortest_path
from marketplace.kintone.reading.apps import expecting_sense
from marketplace.kintone.reading.left_behind import LeftBehind, refused
from marketplace.kintone.reading.sources import Unread
from marketplace.kintone.record_matching import RecordMatch
from marketplace.kintone.samples import record_bodies, sample_records, wanted_statuses
from marketplace.kintone.translation import process_body

REVISIONS_PER_ACTION = 2
"""Running an action of a process raises a record's revision by as many."""
HIDDEN = Text("レコードを読み出しても、値が示されませんでした。", "The value was not shown when the records were read.")


@dataclass(slots=True)
class Samples:
    """What reading the sample records of one app back showed."""

    mismatches: list[Mismatch] = field(default_factory=list)
    unread: list[LeftBehind] = field(default_factory=list)
    changed: list[ChangedRecord] = field(default_factory=list)


def check_samples(scene: Scene, app: AppDefinition) -> Samples:
    """Read the sample records of an app back, 500 at a call, and compare each with the bundle.

    Raises KintoneFailure where waiting may help.
    """
    outcome = scene.outcomes.get((StepKind.RECORDS, app.key))
    if outcome is None:
        return Samples()
    return _Check(scene, app, [str(each) for each in outcome["ids"]]).run()


@dataclass
class _Check:
    scene: Scene
    app: AppDefinition
    ids: list[str]
    seen: Samples = field(default_factory=Samples)

    def run(self) -> Samples:
        try:
            with expecting_sense():
                self._compare_all(self._read())
        except KintoneFailure as failure:
            if failure.kind is not FailureKind.PERMANENT:
                raise
            self.seen.unread.append(refused(self.app.key, Unread(PartName.RECORDS, "", failure)))
        return self.seen

    def _compare_all(self, found: dict[str, JsonObject]) -> None:
        if len(self.ids) != len(self._wanted):
            self._differ("", str(len(self._wanted)), str(len(self.ids)))
        hidden: dict[str, None] = {}
        for position, (record_id, wanted) in enumerate(zip(self.ids, self._wanted, strict=False)):
            record = found.pop(record_id, None)
            if record is None:
                self._note(record_id, Since.GONE)
            else:
                self._compare(position, wanted, record)
                hidden |= dict.fromkeys(self._match.hidden(wanted, record))
        for record_id, record in found.items():
            self._judge_further(record_id, record)
        self.seen.unread += [LeftBehind(self.app.key, PartName.RECORDS, code, HIDDEN) for code in hidden]

    def _read(self) -> dict[str, JsonObject]:
        """Return the records by id: page by page until all that were added have been met, or there are no more."""
        found: dict[str, JsonObject] = {}
        waiting, last, newest = set(self.ids), -1, 0
        while last < newest:  # A server that gives the same page again and again is not followed.
            last = newest
            query = f"$id > {last} order by $id asc limit {RECORDS_PER_PAGE}"
            page = self.scene.client.get_records(self.scene.app_ids[self.app.key], query)
            found |= {str(record["$id"]["value"]): record for record in page}
            waiting -= found.keys()
            if not waiting or len(page) < RECORDS_PER_PAGE:
                break
            newest = int(page[-1]["$id"]["value"])
        return found

    @cached_property
    def _match(self) -> RecordMatch:
        return RecordMatch(self.app)

    @cached_property
    def _wanted(self) -> list[JsonObject]:
        scene = self.scene
        return record_bodies(self.app, sample_records(self.app), scene.target, send=str, now=scene.moment)

    @cached_property
    def _process(self) -> JsonObject | None:
        process = process_body(self.app, self.scene.target)
        return process if is_enabled(process) else None

    @cached_property
    def _states(self) -> list[str | None]:
        """Return the state each record should be in; None where it may be in any, or could not be moved."""
        outcome = self.scene.outcomes.get((StepKind.STATUSES, self.app.key)) or {}
        behind = {str(one["record"]) for one in outcome.get("left", ())}
        states = wanted_statuses(self.app) if self._process else [None] * len(self._wanted)
        return [None if each in behind else state for each, state in zip(self.ids, states, strict=False)]

    def _compare(self, position: int, wanted: JsonObject, record: JsonObject) -> None:
        pointer = f"/records/{position}"
        found = [(pointer + where, *values) for where, *values in self._match.compare(wanted, record)]
        state, present = self._states[position], _value_of_type(record, "STATUS")
        if state is not None and present not in (None, state):
            found.append((join_pointer(pointer, "$status"), state, present))
        if found and self._was_edited(record, state):
            self._note(str(record["$id"]["value"]), Since.EDITED)
            return
        for where, mine, theirs in found:
            self._differ(where, mine, theirs)

    def _was_edited(self, record: JsonObject, state: str | None) -> bool:
        """Tell whether somebody else wrote to a record since, or more often than the import did."""
        creator, modifier = (_value_of_type(record, kind) for kind in ("CREATOR", "MODIFIER"))
        if creator != modifier:
            return True
        process = self._process
        path = shortest_path(process, first_state(process), state) if process and state else None
        revision = str(record.get("$revision", {}).get("value", ""))
        return revision.isdecimal() and int(revision) > 1 + REVISIONS_PER_ACTION * len(path or ())

    def _judge_further(self, record_id: str, record: JsonObject) -> None:
        """Tell a second copy of a sample from a record that somebody added."""
        if any(not list(self._match.compare(wanted, record)) for wanted in self._wanted):
            self._differ(f"/records/{len(self._wanted)}", None, json.dumps({"$id": record_id}))
        else:
            self._note(record_id, Since.ADDED)

    def _differ(self, pointer: str, wanted: object, found: object) -> None:
        self.seen.mismatches.append(Mismatch(self.app.key, PartName.RECORDS, pointer, wanted, found))

    def _note(self, record_id: str, since: Since) -> None:
        self.seen.changed.append(ChangedRecord(self.app.key, record_id, since))


def _value_of_type(record: Mapping[str, JsonObject], kind: str) -> object:
    """Return the value of the field of a type that a record has once; of a user, the code."""
    value = next((cell.get("value") for cell in record.values() if cell.get("type") == kind), None)
    return value.get("code") if isinstance(value, dict) else value
