"""Nobody is named twice in one list, whoever stands behind the placeholders."""

from __future__ import annotations

from marketplace.bundle.model import PartName
from marketplace.kintone.repeats import merge_repeats

SATO = {"type": "USER", "code": "sato"}
ITO = {"type": "USER", "code": "ito"}


def test_of_two_rights_of_one_holder_the_first_stays():
    rights = [{"entity": SATO, "appEditable": True}, {"entity": ITO}, {"entity": SATO, "appEditable": False}]
    merged = merge_repeats(PartName.PERMISSIONS, {"app": {"rights": rights}})
    assert merged == {"app": {"rights": rights[:2]}}


def test_a_user_and_a_group_of_the_same_code_are_two_holders():
    rights = [{"entity": SATO}, {"entity": {"type": "GROUP", "code": "sato"}}]
    assert merge_repeats(PartName.PERMISSIONS, {"app": {"rights": rights}})["app"]["rights"] == rights


def test_rights_of_creators_are_left_alone():
    rights = [{"entity": {"type": "CREATOR"}}, {"entity": {"type": "CREATOR", "code": None}}]
    assert merge_repeats(PartName.PERMISSIONS, {"app": {"rights": rights}})["app"]["rights"] == rights


def test_one_notification_covers_every_occasion_of_both():
    entries = [
        {"entity": SATO, "includeSubs": False, "recordAdded": True, "statusChanged": False},
        {"entity": SATO, "includeSubs": False, "recordAdded": False, "statusChanged": True},
    ]
    merged = merge_repeats(PartName.NOTIFICATIONS, {"general": {"notifications": entries}})
    [one] = merged["general"]["notifications"]
    assert (one["recordAdded"], one["statusChanged"], one["includeSubs"]) == (True, True, False)


def test_a_selection_in_a_record_names_a_user_once():
    record = {"担当者": {"value": [{"code": "sato"}, {"code": "sato"}]}}
    assert merge_repeats(PartName.RECORDS, {"records": [record]}) == {
        "records": [{"担当者": {"value": [{"code": "sato"}]}}]
    }


def test_rows_of_a_table_that_are_alike_stay():
    record = {"明細": {"value": [{"value": {"品": {"value": "鉛筆"}}}] * 2}}
    assert merge_repeats(PartName.RECORDS, {"records": [record]}) == {"records": [record]}
