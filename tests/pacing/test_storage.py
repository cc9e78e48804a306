"""Where requests are counted, and what happens when that place is gone."""

from __future__ import annotations

import logging
import signal

import pytest

from marketplace.app import make_runtime
from marketplace.edge.pacing.memory import MOST_ACCOUNTS, ProcessMemory
from marketplace.edge.pacing.meter import REST_SECONDS, Account, Meter, PacingStorageError
from marketplace.kernel.pacing import Bound, Cost, PacingRules, Payer, read_bounds, read_pace
from marketplace.setting_values import SettingsError
from marketplace.settings import Settings
from tests.redis import running_redis

TWO = {Cost.READS: {Payer.CALLER: Bound(2, 60)}}
SOMEBODY = (Account(Payer.CALLER, "token"),)


@pytest.fixture
def redis():
    with running_redis() as server:
        yield server


def test_two_processes_with_one_storage_share_the_bounds(redis):
    meters = [Meter(PacingRules(TWO, redis.address), lambda: 0.0) for _ in range(2)]
    balances = [meter.spend(Cost.READS, SOMEBODY)[0] for meter in meters * 2]
    assert [(balance.is_spent, balance.remaining) for balance in balances] == [
        (False, 1),
        (False, 0),
        (True, 0),
        (True, 0),
    ]


def test_everybody_passes_while_the_storage_is_silent_and_the_log_says_so_once(redis, caplog):
    now = [0.0]
    meter = Meter(PacingRules(TWO, redis.address), lambda: now[0])
    assert [meter.spend(Cost.READS, SOMEBODY)[0].is_spent for _ in range(3)] == [False, False, True]
    redis.process.send_signal(signal.SIGSTOP)
    with caplog.at_level(logging.ERROR):
        assert meter.spend(Cost.READS, SOMEBODY) == []
        redis.process.send_signal(signal.SIGCONT)
        assert meter.spend(Cost.READS, SOMEBODY) == [], "nobody asks it meanwhile"
    assert len(caplog.records) == 1
    now[0] += REST_SECONDS
    assert meter.spend(Cost.READS, SOMEBODY)[0].is_spent


def test_counting_begins_anew_when_the_storage_is_there_again(redis):
    now = [0.0]
    meter = Meter(PacingRules(TWO, redis.address), lambda: now[0])
    meter.spend(Cost.READS, SOMEBODY)
    redis.end()
    assert [meter.spend(Cost.READS, SOMEBODY) for _ in range(5)] == [[]] * 5
    redis.start()
    now[0] += REST_SECONDS
    assert [meter.spend(Cost.READS, SOMEBODY)[0].is_spent for _ in range(3)] == [False, False, True]


@pytest.mark.parametrize("address", ["nowhere://x", "valkey://localhost", "redis://localhost:port"])
def test_a_storage_that_can_t_be_used_refuses_to_start(address):
    with pytest.raises(PacingStorageError):
        Meter(PacingRules(TWO, address), lambda: 0.0)


def test_a_service_is_not_opened_with_rules_that_can_t_be_kept(tmp_path):
    with pytest.raises(PacingStorageError, match="MARKETPLACE_RATE_LIMIT_STORAGE"):
        make_runtime(Settings(data_dir=tmp_path, rate_limit_storage="valkey://localhost"))
    with pytest.raises(SettingsError, match="MARKETPLACE_LIMIT_READS"):
        make_runtime(Settings(data_dir=tmp_path, limit_reads="many"))


def test_strangers_can_t_fill_the_memory():
    memory = ProcessMemory(lambda: 0.0)
    for number in range(MOST_ACCOUNTS + 10):
        memory.acquire_sliding_window_entry(f"address-{number}", 1, 60)
    assert len(memory._kept) == MOST_ACCOUNTS


def test_a_clock_that_goes_back_locks_nobody_out():
    now = [600.0]
    memory = ProcessMemory(lambda: now[0])
    assert memory.acquire_sliding_window_entry("key", 1, 60)
    now[0] = 0.0
    assert memory.acquire_sliding_window_entry("key", 1, 60)


def test_bounds_and_paces_are_read_as_people_write_them():
    read = read_bounds("caller 20/second, address 5/10 minutes")
    assert read == {Payer.CALLER: Bound(20, 1), Payer.ADDRESS: Bound(5, 600)}
    assert read_bounds("") == {}
    pace = read_pace("burst 5, 1/10 minutes")
    assert pace is not None
    assert (pace.burst, pace.every.total_seconds()) == (5, 600)
    assert read_pace(" ") is None


@pytest.mark.parametrize("written", ["somebody 1/minute", "caller", "caller 0/minute", "caller 1/week", "1/minute"])
def test_a_bound_that_can_t_be_read_is_refused(written):
    with pytest.raises(ValueError):
        read_bounds(written)


@pytest.mark.parametrize("written", ["burst 0, 1/minute", "5, 1/minute", "burst 5", "burst 5, 0/minute"])
def test_a_pace_that_can_t_be_read_is_refused(written):
    with pytest.raises(ValueError):
        read_pace(written)
