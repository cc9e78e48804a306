"""Creator, modifier and times of new records; managers of the app may bring their own, as when moving data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.sandbox.caller import Caller
from marketplace.sandbox.form import FieldType, Form, JsonObject
from marketplace.sandbox.models import App
from marketplace.sandbox.principals import USER, find_principals
from marketplace.sandbox.records.computing import Stamps
from marketplace.sandbox.records.errors import NOT_A_DATETIME
from marketplace.sandbox.records.moments import parse_moment
from marketplace.sandbox.records.policy import require_manager
from marketplace.sandbox.records.problems import Place, Problems
from marketplace.sandbox.records.values import read_member, read_text

TIMES = (FieldType.CREATED_TIME, FieldType.UPDATED_TIME)
PEOPLE = (FieldType.CREATOR, FieldType.MODIFIER)


class StampReader:
    """Reads the stamps of the records of one call; people are looked up once for all of them."""

    def __init__(self, form: Form, caller: Caller, now: datetime, problems: Problems) -> None:
        """Keep what absent stamps fall back to."""
        self.form = form
        self.caller = caller
        self.now = now
        self.problems = problems

    def read(self, session: Session, app: App, bodies: Sequence[tuple[str, JsonObject]]) -> list[Stamps]:
        """Return the stamps of each new record. Raises NoPrivilegeError, UserNotFoundError."""
        sent = [(root, self._sent(values)) for root, values in bodies]
        if any(given for _, given in sent):
            require_manager(session, self.caller, app)
        people = [read_member(given[kind], "code") for _, given in sent for kind in PEOPLE if given.get(kind)]
        directory = find_principals(session, self.form.site_id, ((USER, code) for code in people))
        for code in people:
            directory.require(USER, code)
        return [self._stamps(root, given) for root, given in sent]

    def _sent(self, values: JsonObject) -> dict[FieldType, Any]:
        fields = ((kind, self.form.of_type(kind)) for kind in TIMES + PEOPLE)
        return {kind: values[field.code] for kind, field in fields if field is not None and field.code in values}

    def _stamps(self, root: str, given: dict[FieldType, Any]) -> Stamps:
        return Stamps(
            created_at=self._time(root, FieldType.CREATED_TIME, given),
            creator=self._person(FieldType.CREATOR, given),
            updated_at=self._time(root, FieldType.UPDATED_TIME, given),
            modifier=self._person(FieldType.MODIFIER, given),
        )

    def _person(self, kind: FieldType, given: dict[FieldType, Any]) -> str:
        return read_member(given[kind], "code") if given.get(kind) else self.caller.code

    def _time(self, root: str, kind: FieldType, given: dict[FieldType, Any]) -> datetime:
        text = read_text(given.get(kind))
        moment = parse_moment(text) if text else self.now
        field = self.form.of_type(kind)
        if moment is None and field is not None:
            self.problems.add(Place(root).key(field.code), NOT_A_DATETIME)
        return moment or self.now
