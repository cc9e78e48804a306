"""What comes to a service at a busy time: pages, lists, searches, the API, downloads, and here and there a review."""

from __future__ import annotations

import json
import random
from dataclasses import replace

from sqlalchemy import select

from bench.asking import Sent
from bench.cases import ADDRESSES, ASKED, LISTS, QUESTIONS, SEED, often, questions_of
from bench.filling import Filled
from marketplace.app import Runtime, make_runtime
from marketplace.catalog.models import Template
from marketplace.installs.models import Installation
from marketplace.kernel.actor import Actor, ActorKind, Permission
from marketplace.workspaces.tokens import issue_token

SHARES = {
    "page: template": 300,
    "page: list": 200,
    "API: template": 150,
    "API: version": 100,
    "API: search": 150,
    "API: list": 49,
    "API: bundle": 50,
    "review": 1,
}
"""Of a thousand requests."""
REVIEWERS = 50
OFFICER = frozenset({Permission.REVIEWS_WRITE, Permission.TOKENS_MANAGE})
WORDS = "担当が替わっても、手順がアプリの中にあるので困りません。（{}回目）"


def make_mix(made: Filled) -> list[Sent]:
    """Return requests by their shares, of templates and questions as people ask for them (Zipf)."""
    chance = random.Random(SEED)
    reads: dict[str, list[str]] = {
        name: [address(*each) for each in often(made.names, chance)] for name, address in ADDRESSES.items()
    }
    for name, path in LISTS.items():
        questions = list(questions_of(chance, with_words="search" in name))[:QUESTIONS]
        reads[name] = [path + each for each in often(questions, chance)]
    reviews = make_reviews(made)
    kinds = chance.choices(list(SHARES), list(SHARES.values()), k=ASKED)
    return [
        reviews[at % len(reviews)] if kind == "review" else (reads[kind][at], {}, "") for at, kind in enumerate(kinds)
    ]


def make_reviews(made: Filled) -> list[Sent]:
    """Return a review by each of some municipalities, of a template that it has installed."""
    runtime = make_runtime(made.settings())
    chosen = (
        select(Installation.municipality_code, Template.publisher_code, Template.slug)
        .join(Template, Template.id == Installation.template_id)
        .where(Installation.municipality_code != Template.publisher_code)
        .order_by(Installation.id)
        .limit(REVIEWERS)
    )
    with runtime.unit_of_work() as ctx:
        rows = ctx.session.execute(chosen).all()
    found = [
        _review(_token(runtime, code), f"{ADDRESSES['API: template'](publisher, slug)}/reviews", number)
        for number, (code, publisher, slug) in enumerate(rows)
    ]
    runtime.engine.dispose()
    return found


def _review(token: str, path: str, number: int) -> Sent:
    body = json.dumps({"stars": number % 5 + 1, "text": WORDS.format(number)})
    return path, {"Authorization": f"Bearer {token}"}, body


def _token(runtime: Runtime, code: str) -> str:
    officer = Actor(ActorKind.PERSON, municipality_code=code, permissions=OFFICER)
    wanted = {"name": "bench", "scopes": [Permission.REVIEWS_WRITE.value], "expires_in_days": 1}
    with runtime.unit_of_work() as ctx:
        return issue_token(replace(ctx, actor=officer), wanted).secret
