"""Every act that the service can note is told in words, and can be found by its kind."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from marketplace.audit.models import AuditEvent
from marketplace.kernel.text import Language
from marketplace.web.audit_kinds import KINDS
from marketplace.web.audit_words import BY_ONESELF, FACTS, OTHER, SENTENCES, say_act

ACT = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*")
WRITES = ("marketplace.audit", "managed.log(")
"""What stands in every module that notes acts."""
NO_ACTS = frozenset({"apps.json"})
PUT_TOGETHER = re.compile(r"wanted-app\..+|.+\.(hidden|shown)")
"""Acts whose names are made of two parts where they are noted."""
OF_LOGGERS = "marketplace."
JAPANESE = re.compile(r"[ぁ-ん]")


@cache
def acts_noted() -> frozenset[str]:
    """The names of acts that stand in modules which write the log."""
    found: set[str] = set()
    for path in Path("marketplace").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if any(mark in source for mark in WRITES) and not path.name.startswith("audit_"):
            constants = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
            names = {each for each in constants if isinstance(each, str) and ACT.fullmatch(each)}
            found |= {name for name in names if not name.startswith(OF_LOGGERS)}
    return frozenset(found - NO_ACTS)


def test_every_act_has_words_and_no_words_are_for_nothing():
    assert len(acts_noted()) > 80
    assert acts_noted() - set(SENTENCES) == set()
    assert {act for act in SENTENCES if not PUT_TOGETHER.fullmatch(act)} - acts_noted() == set()


@pytest.mark.parametrize("act", sorted({*SENTENCES, *BY_ONESELF}))
def test_its_words_are_sentences_in_both_languages(act):
    told = dict.fromkeys(FACTS, "x") | {"role": "admin", "before": "reader"}
    event = AuditEvent(act=act, subject_kind="person", subject_id="p", actor_id="q", facts=told)
    for own in ("q", "p"):
        event.actor_id = own
        ja, en = (say_act(event, {"p": "同僚"}, language) for language in (Language.JA, Language.EN))
        assert JAPANESE.search(ja)
        assert en[0].isupper()
        assert not JAPANESE.search(en)
        assert not {"{", "}", act} & {ja, en, *ja, *en}


def test_an_act_of_a_later_version_is_told_by_its_name():
    event = AuditEvent(act="something.new", subject_kind="x", subject_id="1", actor_id=None, facts={})
    assert say_act(event, {}, Language.JA) == OTHER.in_language(Language.JA, act="something.new")


def test_every_act_belongs_to_one_kind():
    names = [name for kind in KINDS.values() for name in kind.names]
    assert len(names) == len(set(names))
    assert {act.partition(".")[0] for act in SENTENCES} - set(names) == set()
