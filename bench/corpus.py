"""Invented templates in any number: the first-party ones recombined, as municipalities would publish them anew.

Seeded, so the same on every database. What is indexed of them is what marketplace/catalog/searchable.py writes.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from marketplace.bundle.model import AppDefinition, Bundle, Manifest, PartName
from marketplace.bundle.reading import read_folder
from marketplace.catalog.changes import NOTHING
from marketplace.catalog.merits import USES
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.catalog.precedence import precedence_of
from marketplace.catalog.ratings import Rating
from marketplace.catalog.requirements import requirements_of
from marketplace.catalog.searchable import ENGLISH, JAPANESE, search_entry
from marketplace.catalog.traits import traits_of
from marketplace.kernel.text import Text
from marketplace.municipalities.models import Municipality, MunicipalityType
from marketplace.municipalities.services import load_master
from marketplace.search.models import IndexedEntry
from marketplace.search.services import stored_texts

CATALOG = Path(__file__).parents[1] / "templates_catalog"
SEED, BATCH = 2026, 1_000
NEWEST, OLDEST_DAYS = datetime(2026, 11, 1, tzinfo=UTC), 1_500
STEEPNESS = 0.8
"""The exponent of the power law: of the most used template down, use falls with this power of the place."""
MOST_INSTALLS, MOST_RATINGS = 900, 300
NO_GOVERNMENT = {MunicipalityType.WARD, MunicipalityType.NORTHERN_TERRITORIES, MunicipalityType.OPERATOR}
SIZES = tuple(f"S{size}" for size in range(1, 9))
LICENSES = ("CC-BY-4.0", "CC0-1.0", "MIT")
EDITIONS = ("{place}版 {name}", "{name}（{place}）", "{department} {name}", "{name} {department}用", "{name}・{other}")
AIMS = (
    "{place}の{department}で使っているものを、ほかの団体でも使えるように直しました。",
    "{other}と合わせて使うため、{field}と{second}の欄を足しています。",
    "{department}の{field}の確認に毎年時間がかかっていたことから作りました。",
    "{keyword}の担当が1人でも、{field}と{second}の抜けに気づけるようにしています。",
)

Row = dict[str, Any]
Rows = tuple[Row, Row, Row]


class Corpus:
    """Everything that templates are made of, and the chance that decides."""

    def __init__(self, publishers: Sequence[Municipality], count: int) -> None:
        """Read the latest version of every first-party template."""
        folders = sorted(folder for folder in CATALOG.iterdir() if folder.is_dir())
        self.bundles = [read_folder(max(folder.iterdir())) for folder in folders]
        self.publishers = publishers
        self.count = count
        self.chance = random.Random(SEED)

    def rows(self) -> Iterator[Rows]:
        """Yield the rows of each template: itself, its version, its entry in the index."""
        for number in range(1, self.count + 1):
            publisher = self.chance.choice(self.publishers)
            bundle = self.variant(number, publisher)
            template = self.template(bundle, publisher)
            yield row_of(template), self.version(template, bundle), self.entry(number, template, bundle, publisher)

    def variant(self, number: int, publisher: Municipality) -> Bundle:
        """Return a template as another municipality might have changed it, with some of a second one."""
        chance = self.chance
        own, other = chance.sample(self.bundles, 2)
        manifest = own.manifest
        departments = manifest.departments if chance.random() < 0.7 else other.manifest.departments
        apps = [self.changed(app, other) for app in own.apps]
        if chance.random() < 0.2:
            apps.append(self.changed(other.apps[0], own))
        words = {
            "place": publisher.name,
            "name": manifest.name.ja,
            "other": other.manifest.name.ja,
            "department": chance.choice(departments or ("総務課",)),
            "keyword": chance.choice(manifest.keywords or (manifest.name.ja,)),
            "field": chance.choice(list(apps[0].fields)),
            "second": chance.choice(list(apps[-1].fields)),
        }
        changed = replace(
            manifest,
            slug=f"{manifest.slug}-{number}",
            name=Text(chance.choice(EDITIONS).format(**words), f"{manifest.name.en}, edition {number}"),
            summary=self.summary(manifest, words),
            keywords=(*self.some(manifest.keywords, 0.7), *self.some(other.manifest.keywords, 0.1)),
            departments=departments,
            license=chance.choices(LICENSES, (8, 3, 1))[0],
            includes=manifest.includes if chance.random() < 0.5 else (),
        )
        return Bundle(changed, tuple(apps), self.documents(own, words))

    def changed(self, app: AppDefinition, other: Bundle) -> AppDefinition:
        """Return an app with other fields and lists, and here and there without its process or with a script."""
        chance = self.chance
        parts = dict(app.parts)
        fields = [*self.some(list(app.fields.items()), 0.75)]
        fields += self.some(list(chance.choice(other.apps).fields.items()), 0.2)
        parts[PartName.FIELDS] = {"properties": dict(fields) or app.fields}
        if chance.random() < 0.3:
            parts.pop(PartName.PROCESS, None)
        if chance.random() < 0.1:
            parts[PartName.CUSTOMIZE] = {"desktop": {"js": [{"type": "FILE"}]}}
        if chance.random() < 0.05:
            parts[PartName.PLUGINS] = {"plugins": [{"id": "plug-in"}]}
        return AppDefinition(app.key, parts)

    def summary(self, manifest: Manifest, words: dict[str, str]) -> Text:
        """Return the summary, in half of the templates with a word about who it is for."""
        if self.chance.random() < 0.5:
            return manifest.summary
        return Text("{place}の{department}向け。".format(**words) + manifest.summary.ja, manifest.summary.en)

    def documents(self, own: Bundle, words: dict[str, str]) -> dict[str, str]:
        """Return what the template is for, partly in words of its own; in half of the templates in English too."""
        chance = self.chance
        purpose = own.documents[JAPANESE].split("\n## ", maxsplit=2)[1].splitlines()
        aims = [aim.format(**words) for aim in self.some(AIMS, 0.5)]
        documents = {JAPANESE: "\n".join(["## 何のためのアプリか", *aims, *self.some(purpose[1:], 0.7)])}
        if ENGLISH in own.documents and chance.random() < 0.5:
            documents[ENGLISH] = own.documents[ENGLISH]
        return documents

    def template(self, bundle: Bundle, publisher: Municipality) -> Template:
        """Return the template with a use and stars that few have and most have not."""
        manifest = bundle.manifest
        rated, requirements = self.by_power(MOST_RATINGS), requirements_of(bundle)
        rating = Rating(rated, round(rated * self.chance.uniform(2.5, 5)))
        updated = NEWEST - timedelta(seconds=self.chance.randrange(OLDEST_DAYS * 86_400))
        return Template(
            id=self.id(),
            publisher_code=publisher.code,
            slug=manifest.slug,
            name_ja=manifest.name.ja,
            name_en=manifest.name.en,
            summary_ja=manifest.summary.ja,
            summary_en=manifest.summary.en,
            category=manifest.category,
            departments=list(manifest.departments),
            keywords=list(manifest.keywords),
            license=manifest.license,
            icon=manifest.icon,
            handles_personal_data=manifest.personal_data is not None and manifest.personal_data.handles,
            app_count=len(bundle.apps),
            is_set=bool(manifest.includes),
            needs_plugins=bool(requirements.plugins),
            has_script=requirements.has_script,
            latest_version_id=self.id(),
            install_count=self.by_power(MOST_INSTALLS),
            rating_count=rating.count,
            rating_sum=rating.total,
            rating_score=rating.thousandths,
            created_at=updated,
            updated_at=updated,
        )

    def version(self, template: Template, bundle: Bundle) -> Row:
        """Return the one version of a template."""
        return {
            "id": template.latest_version_id,
            "template_id": template.id,
            "number": "1.0.0",
            "precedence": precedence_of("1.0.0"),
            "is_prerelease": False,
            "digest": f"{self.chance.getrandbits(256):064x}",
            "size": self.chance.randrange(5_000, 90_000),
            "manifest": {**bundle.manifest.raw, "slug": template.slug},
            "changes": NOTHING.as_document(),
            "released_at": template.updated_at,
        }

    def entry(self, number: int, template: Template, bundle: Bundle, publisher: Municipality) -> Row:
        """Return what the service would keep of a template in order to find it (search.services.index_entry)."""
        entry = search_entry(template, bundle, publisher, traits_of(bundle))
        alike = template.install_count // len(SIZES)
        return {
            "number": number,
            "subject_id": entry.subject_id,
            "kind": entry.kind.value,
            "texts": stored_texts(entry),
            "facets": entry.facets,
            "figures": {**entry.figures, **{f"{USES}{size}": alike for size in SIZES if alike}},
            "is_removed": False,
            "revision": 1,
        }

    def some(self, items: Sequence[Any], share: float) -> list[Any]:
        """Return about a share of some things, in their order."""
        return [item for item in items if self.chance.random() < share]

    def by_power(self, most: int) -> int:
        """Return the figure of a template at a random place below the one that has most."""
        return int(most * self.chance.randint(1, self.count) ** -STEEPNESS)

    def id(self) -> str:
        """Return an identifier such as kernel.ids makes."""
        return base64.b32encode(self.chance.randbytes(10)).decode("ascii").lower()


def row_of(template: Template) -> Row:
    """Return a template as it is stored."""
    return {column.key: getattr(template, column.key) for column in Template.__mapper__.column_attrs}


def write_corpus(engine: Engine, count: int) -> None:
    """Fill a fresh database with municipalities and templates; the index is left to be made."""
    with Session(engine, expire_on_commit=False) as session:
        load_master(session)
        chosen = select(Municipality).where(Municipality.active, Municipality.type.not_in(NO_GOVERNMENT))
        publishers = session.scalars(chosen.order_by(Municipality.code)).all()
        session.commit()
    made = Corpus(publishers, count).rows()
    while batch := list(islice(made, BATCH)):
        with engine.begin() as connection:
            for model, rows in zip((Template, TemplateVersion, IndexedEntry), zip(*batch, strict=True), strict=True):
                connection.execute(insert(model), rows)
    _count_on(engine, count)


def _count_on(engine: Engine, count: int) -> None:
    """Let the next entry of the index get the next number; SQLite looks for it itself."""
    if engine.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(IndexedEntry.__tablename__, IndexedEntry.number.name)
        with engine.begin() as connection:
            connection.execute(select(func.setval(sequence, count)))
