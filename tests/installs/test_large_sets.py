"""A whole office's apps at once keep within what kintone allows."""

from __future__ import annotations

import pytest

from bench.calls import LARGE, LIMIT_PER_APP_AND_DAY, least_calls, planned_calls
from marketplace.bundle.checking import check
from marketplace.bundle.limits import APPS
from marketplace.bundle.reading import read_folder
from tests.installs.counting import count_calls
from tests.installs.large_bundles import make_large_bundle
from tests.installs.test_first_party import newest_versions
from tests.sampling import sampled

APPS_PER_DEPLOY = 300
FEW = 40
"""Calls about one app that nobody's daily allowance feels."""


@pytest.mark.parametrize("size", [LARGE, pytest.param(APPS, marks=pytest.mark.slow)])
def test_a_large_set_is_installed_within_the_limits_of_kintone(tmp_path, size):
    bundle = make_large_bundle(size)
    assert [finding.as_dict() for finding in check(bundle) if finding.is_error] == []
    count = count_calls(bundle, tmp_path)
    assert count.wrong == ()
    assert count.most_of_an_app <= FEW < LIMIT_PER_APP_AND_DAY
    assert count.most_at_once == 1
    assert max(count.deployed) <= APPS_PER_DEPLOY
    assert (count.writing, count.reading) == planned_calls(bundle)


@pytest.mark.parametrize("folder", sampled(newest_versions(), lambda folder: folder.parent.name, slow_every=4))
def test_a_template_takes_the_calls_it_was_planned_with_and_few_more_than_the_least(tmp_path, folder):
    bundle = read_folder(folder)
    count = count_calls(bundle, tmp_path)
    assert count.wrong == ()
    planned, reading = planned_calls(bundle)
    assert count.reading == reading
    # Nobody can foresee which records the conditions of actions refuse.
    assert planned <= count.writing <= planned + count.moving
    assert planned <= least_calls(bundle) * 1.25
