"""The conventions of templates_catalog/README.md that let every install run through, whatever stays unmapped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace.bundle.model import AppDefinition, JsonObject, PartName
from tests.catalog.first_party import bundle_in, folder_id, records_of, version_folders

EVERYONE = {"type": "GROUP", "code": "everyone"}
PEOPLE_TYPES = {"USER_SELECT", "GROUP_SELECT", "ORGANIZATION_SELECT"}

every_version = pytest.mark.parametrize("folder", version_folders(), ids=folder_id)


def apps_in(folder: Path) -> Iterator[AppDefinition]:
    bundle = bundle_in(folder)
    return (bundle.app(key) for key in bundle.manifest.app_keys)


def process_of(app: AppDefinition) -> JsonObject:
    process = app.part(PartName.PROCESS)
    return process if process and process["enable"] else {"states": {}, "actions": []}


def lookups_of(app: AppDefinition) -> list[JsonObject]:
    return [field["lookup"] for field in app.fields.values() if "lookup" in field]


@every_version
def test_no_state_asks_whoever_moves_a_record_to_choose_an_assignee(folder: Path) -> None:
    for app in apps_in(folder):
        for name, state in process_of(app)["states"].items():
            assignee = state["assignee"]
            assert assignee["type"] == "ANY" or not assignee["entities"], (app.key, name)


@every_version
def test_the_first_state_belongs_to_nobody(folder: Path) -> None:
    for app in apps_in(folder):
        first = [state for state in process_of(app)["states"].values() if state["index"] == "0"]
        assert all(state["assignee"] == {"type": "ONE", "entities": []} for state in first), app.key


@every_version
def test_a_state_with_assignees_also_names_a_field_of_the_record(folder: Path) -> None:
    for app in apps_in(folder):
        for name, state in process_of(app)["states"].items():
            kinds = {holder["entity"]["type"] for holder in state["assignee"]["entities"]}
            assert not kinds or "FIELD_ENTITY" in kinds, (app.key, name)


@every_version
def test_names_of_buttons_are_unique_in_an_app(folder: Path) -> None:
    for app in apps_in(folder):
        names = [action["name"] for action in process_of(app)["actions"]]
        assert len(names) == len(set(names)), app.key


@every_version
def test_app_permissions_begin_with_the_creator_and_end_with_everyone(folder: Path) -> None:
    for app in apps_in(folder):
        rights = app.parts[PartName.PERMISSIONS]["app"]["rights"]
        assert rights[0]["entity"] == {"type": "CREATOR"}
        assert rights[0]["appEditable"]
        assert rights[-1]["entity"] == EVERYONE
        assert not rights[-1]["recordEditable"]


@every_version
def test_each_record_and_field_right_ends_with_everyone(folder: Path) -> None:
    for app in apps_in(folder):
        permissions = app.parts[PartName.PERMISSIONS]
        for right in (*permissions["record"]["rights"], *permissions["field"]["rights"]):
            assert right["entities"][-1]["entity"] == EVERYONE, app.key


@every_version
def test_whoever_installs_can_write_every_field_of_the_sample_records(folder: Path) -> None:
    for app in apps_in(folder):
        for right in app.parts[PartName.PERMISSIONS]["field"]["rights"]:
            assert right["entities"][-1]["accessibility"] == "WRITE", (app.key, right["code"])


@every_version
def test_no_field_for_people_is_required(folder: Path) -> None:
    for app in apps_in(folder):
        required = [code for code, field in app.fields.items() if field.get("required")]
        assert not [code for code in required if app.fields[code]["type"] in PEOPLE_TYPES], app.key


@every_version
def test_conditions_of_links_between_apps_name_no_state(folder: Path) -> None:
    for app in apps_in(folder):
        related = [field["referenceTable"] for field in app.fields.values() if "referenceTable" in field]
        for link in (*lookups_of(app), *related):
            assert "ステータス" not in link["filterCond"], app.key


@every_version
def test_fields_that_a_lookup_fills_are_left_to_it(folder: Path) -> None:
    for app in apps_in(folder):
        filled = {mapping["field"] for lookup in lookups_of(app) for mapping in lookup["fieldMappings"]}
        required = {code for code in filled if app.fields[code]["required"]}
        assert {app.fields[code]["type"] for code in required} <= {"RADIO_BUTTON"}, app.key
        assert not [code for record in records_of(app) for code in filled & set(record)], app.key


@every_version
def test_no_field_that_may_stay_empty_has_a_least_length(folder: Path) -> None:
    for app in apps_in(folder):
        optional = [field for field in app.fields.values() if not field.get("required")]
        assert not [field["code"] for field in optional if field.get("minLength")], app.key
