"""Whatever happens to any call of an import, it ends complete, with nothing made twice (docs/faults.md)."""

from __future__ import annotations

import random

import pytest

from marketplace.installs.steps.registry import ACTS
from tests.installs.fault_matrix import Cell, Course, disturb, record_course, sample_of
from tests.installs.faults import DEPLOY_FAILS, FAULTS
from tests.sampling import THOROUGH

EVERY_FAULT = (*FAULTS, DEPLOY_FAILS)
KILLS = ("killed before", "killed after")
OTHERS = tuple(fault for fault in EVERY_FAULT if fault not in KILLS)
STRIDE = 4
"""Of the calls one in so many meets a fault of the others, each time from another one on."""
PERSISTENT = ("HTML", "half JSON", "wrong JSON", DEPLOY_FAILS)
"""What waiting does not help against: a person may have to ask for the import to go on."""


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Course:
    return record_course(tmp_path_factory.mktemp("course"))


def wrong(course, folder, cells):
    """Return the cells that did not end as they should."""
    found = []
    for cell in cells:
        ending = disturb(course, folder, cell)
        by_itself = ending.resumed != "by a person"
        if ending.wrong or not (by_itself or cell.fault in PERSISTENT):
            found.append((cell.stage.label, cell.number, cell.fault, ending))
    return found


def cells_of(course, fault):
    return [cell for cell in course.cells() if cell.fault == fault]


def test_each_kind_of_step_is_in_the_matrix(course):
    # A first import has no apps of an earlier one to take over.
    assert {kind.value for kind in ACTS} - {stage.kind.value for stage in course.stages} <= {"take_over"}


def test_each_kind_of_step_survives_one_of_the_faults(course, tmp_path):
    cells = sample_of(list(course.cells()))
    assert {cell.fault for cell in cells} == set(EVERY_FAULT)
    assert wrong(course, tmp_path, cells) == []


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("fault", KILLS)
def test_every_call_survives_a_kill(course, tmp_path, fault):
    assert wrong(course, tmp_path, cells_of(course, fault)) == []


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("place", "fault"), list(enumerate(OTHERS)))
def test_every_call_survives_some_of_the_other_faults(course, tmp_path, place, fault):
    assert wrong(course, tmp_path, cells_of(course, fault)[place % STRIDE :: STRIDE]) == []


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.timeout(900)
@pytest.mark.parametrize("fault", OTHERS)
def test_every_call_survives_every_fault(course, tmp_path, fault):
    assert wrong(course, tmp_path, cells_of(course, fault)) == []


def unlucky(course, seed):
    """Return a cell, and three more faults among the calls that follow it."""
    chance = random.Random(seed)  # noqa: S311 - the same bad luck each time
    cell: Cell = chance.choice(list(course.cells()))
    further = {cell.number + chance.randrange(1, 12): chance.choice(list(FAULTS)) for _ in range(3)}
    return cell, further


@pytest.mark.parametrize(
    "seeds",
    [
        range(5),
        pytest.param(range(5, 45), marks=pytest.mark.slow),
        pytest.param(range(45, 200), marks=[*THOROUGH, pytest.mark.timeout(900)]),
    ],
)
def test_one_misfortune_after_the_other_is_survived(course, tmp_path, seeds):
    found = []
    for seed in seeds:
        cell, further = unlucky(course, seed)
        ending = disturb(course, tmp_path, cell, further)
        if ending.wrong:
            found.append((seed, cell.stage.label, cell.number, cell.fault, further, ending))
    assert found == []
