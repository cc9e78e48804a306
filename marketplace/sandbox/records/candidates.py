"""Who may work on a record in a state of the process: users, those of groups and organisations, those a field names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from marketplace.sandbox.form import Field, FieldType, Form, State
from marketplace.sandbox.models import PrincipalKind, Record
from marketplace.sandbox.people.crowd import Crowd, read_crowd
from marketplace.sandbox.records.content import content_from_json
from marketplace.sandbox.rights.holders import Holder


class Candidates:
    """The candidates for the records of one call; the people of the site are read once, and only when needed."""

    def __init__(self, session: Session, form: Form) -> None:
        """Keep the form whose process is meant."""
        self.session = session
        self.form = form
        self._crowd: Crowd | None = None

    def of(self, record: Record, state: State) -> list[str]:
        """Return the codes of the users who may work on a record in a state, in the order the state names them."""
        return list(dict.fromkeys(code for holder in state.entities for code in self._people(record, holder)))

    def _people(self, record: Record, holder: Holder) -> Sequence[str]:
        match holder.kind:
            case "USER":
                return [holder.code]
            case "CREATOR":
                return [record.creator]
            case PrincipalKind.GROUP:
                return self._everybody().of_group(holder.code)
            case PrincipalKind.ORGANIZATION:
                return self._everybody().of_organization(holder.code, include_subs=holder.include_subs)
            case _:
                field = self.form.fields.get(holder.code)
                return [] if field is None else list(self._named(record, field, holder))

    def _named(self, record: Record, field: Field, holder: Holder) -> Iterator[str]:
        if field.type in {FieldType.CREATOR, FieldType.MODIFIER}:
            yield record.creator if field.type is FieldType.CREATOR else record.modifier
            return
        for code in content_from_json(self.form, record.values).values.get(field.id) or ():
            if field.type is FieldType.USER_SELECT:
                yield code
            elif field.type is FieldType.GROUP_SELECT:
                yield from self._everybody().of_group(code)
            elif field.type is FieldType.ORGANIZATION_SELECT:
                yield from self._everybody().of_organization(code, include_subs=holder.include_subs)

    def _everybody(self) -> Crowd:
        if self._crowd is None:
            self._crowd = read_crowd(self.session, self.form.site_id)
        return self._crowd
