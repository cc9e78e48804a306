"""Adding and withdrawing versions, and the figures that the community's acts change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import select

from marketplace.bundle.model import Bundle
from marketplace.catalog import similar
from marketplace.catalog.bundles import KeptBundle, keep_bundle, load_bundle
from marketplace.catalog.errors import TemplateNotFoundError
from marketplace.catalog.followers import tell_followers
from marketplace.catalog.index_files.noting import note_change, note_publisher
from marketplace.catalog.merits import UNVERIFIED_PUBLISHER, USES
from marketplace.catalog.models import Template, TemplateVersion
from marketplace.catalog.numbering import Demand, demand_on
from marketplace.catalog.precedence import precedence_of, read_number
from marketplace.catalog.queries import find_template, versions_of
from marketplace.catalog.ratings import Rating
from marketplace.catalog.requirements import requirements_of
from marketplace.catalog.searchable import figures_of_community, search_entry
from marketplace.catalog.sets import keep_members
from marketplace.catalog.traits import traits_of
from marketplace.db.writing import write_row
from marketplace.kernel.actor import Permission
from marketplace.kernel.context import Context
from marketplace.kernel.ids import new_id
from marketplace.municipalities.models import Municipality
from marketplace.municipalities.queries import get_municipality
from marketplace.search import services as search


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a release needs to know: the template, locked, with its versions, and what these ask of the number."""

    publisher: Municipality
    template: Template | None
    """None if this is its first version."""
    earlier: Sequence[TemplateVersion]
    demand: Demand


def add_version(ctx: Context, publisher_code: str, bundle: Bundle) -> TemplateVersion:
    """Release a bundle as an immutable version of its publisher's template of that slug.

    Raises VersionExistsError, VersionTooSmallError or VersionNumberUnusableError.
    """
    ctx.actor.require(Permission.TEMPLATES_PUBLISH, publisher_code)
    return keep_version(ctx, publisher_code, keep_bundle(ctx, bundle), ctx.actor.person_id)


def keep_version(ctx: Context, publisher_code: str, kept: KeptBundle, released_by: str | None) -> TemplateVersion:
    """Do the same in the name of somebody; the caller has checked who asks."""
    publisher = get_municipality(ctx, publisher_code)
    return write_version(ctx, prepare_version(ctx, publisher, kept.bundle), kept, released_by)


def prepare_version(ctx: Context, publisher: Municipality, bundle: Bundle, judged: Demand | None = None) -> Prepared:
    """Lock the template of a bundle and judge its number, before anything is written; `judged` as it was before.

    Raises VersionExistsError, VersionTooSmallError or VersionNumberUnusableError.
    """
    # Where there was nothing to judge by, a template that came since meets the constraint, and the act is done again.
    is_first = judged is not None and judged.is_of([])
    template = None if is_first else find_template(ctx, publisher.code, bundle.manifest.slug)
    earlier: Sequence[TemplateVersion] = []
    if template is not None:
        template = lock_template(ctx, template.id)
        earlier = versions_of(ctx, template.id)
    demand = judged if judged is not None and judged.is_of(earlier) else demand_on(ctx, earlier, bundle)
    demand.require_met()
    return Prepared(publisher, template, earlier, demand)


def write_version(ctx: Context, prepared: Prepared, kept: KeptBundle, released_by: str | None) -> TemplateVersion:
    """Release a bundle whose number was judged; none of what is done here refuses."""
    bundle = kept.bundle
    version = _version_of(ctx, prepared, kept, released_by)
    if prepared.template is None:
        template = _start(ctx, prepared.publisher, bundle, version)
        _write(ctx, version, bundle)
        if template.latest_version_id is not None:  # Nobody has compared it or follows it yet.
            search.index_new(ctx, search_entry(template, bundle, prepared.publisher, traits_of(bundle)))
    else:
        version.template_id = prepared.template.id
        _write(ctx, version, bundle)
        _follow_latest(ctx, prepared.template, [version, *prepared.earlier], {version.id: bundle})
    return version


def _version_of(ctx: Context, prepared: Prepared, kept: KeptBundle, released_by: str | None) -> TemplateVersion:
    """Return the row of a version, not written yet and of no template."""
    manifest = kept.bundle.manifest
    return TemplateVersion(
        id=new_id(),
        number=manifest.version,
        precedence=precedence_of(manifest.version),
        is_prerelease=bool(read_number(manifest.version).prerelease),
        digest=kept.digest,
        size=kept.size,
        manifest=manifest.raw,
        changes=prepared.demand.changes.as_document(),
        released_at=ctx.now(),
        released_by=released_by,
    )


def _write(ctx: Context, version: TemplateVersion, bundle: Bundle) -> None:
    write_row(ctx.session, version)
    keep_members(ctx, version.id, bundle.manifest)
    note_change(ctx, version.template_id)


def preview_demand(ctx: Context, publisher_code: str, bundle: Bundle) -> Demand:
    """Tell what add_version would ask of a bundle's number, without adding it."""
    template = find_template(ctx, publisher_code, bundle.manifest.slug)
    released = [] if template is None else versions_of(ctx, template.id)
    return demand_on(ctx, released, bundle)


def mark_withdrawn(ctx: Context, version: TemplateVersion, reason: str, *, by_operator: bool = False) -> bool:
    """Hide a version from new installs, and tell whether it was shown: withdrawing twice keeps the first reason.

    The caller has checked who asks.
    """
    template = lock_template(ctx, version.template_id)
    ctx.session.refresh(version)  # somebody else may have withdrawn it while we waited for the lock
    if version.withdrawn_at is not None:
        return False
    version.withdrawn_at = ctx.now()
    version.withdrawal_reason = reason
    version.withdrawn_by_operator = by_operator
    note_change(ctx, template.id)
    _follow_latest(ctx, template, versions_of(ctx, template.id))
    return True


def count_install(ctx: Context, template_id: str, municipality_code: str, change: int) -> None:
    """Add a municipality to those that use a template, or take it away; the caller knows which installations count."""
    template = lock_template(ctx, template_id)
    template.install_count = max(0, template.install_count + change)
    size_class = get_municipality(ctx, municipality_code).size_class
    if size_class is not None:
        search.add_to_figure(ctx, template_id, f"{USES}{size_class}", change)
    _weigh(ctx, template)


def follow_verification(ctx: Context, publisher: Municipality) -> None:
    """Rank the templates of a publisher by whether it is verified; the caller has changed that and locked it."""
    note_publisher(ctx, publisher.code)
    shown = select(Template.id).where(
        Template.publisher_code == publisher.code, Template.latest_version_id.is_not(None)
    )
    for template_id in ctx.session.scalars(shown.order_by(Template.id)).all():
        search.set_figures(ctx, template_id, {UNVERIFIED_PUBLISHER: int(not publisher.is_verified)})


def set_installs(ctx: Context, template_id: str, by_size_class: Mapping[str | None, int]) -> None:
    """Replace how many municipalities of each size class use a template; the caller has counted them."""
    template = lock_template(ctx, template_id)
    template.install_count = sum(by_size_class.values())
    sizes = {f"{USES}{size}": count for size, count in by_size_class.items() if size is not None}
    search.set_figures(ctx, template_id, sizes)
    _weigh(ctx, template)


def follow_latest(ctx: Context, template_id: str) -> None:
    """Make a template speak of its newest version, if it does not."""
    _follow_latest(ctx, lock_template(ctx, template_id), versions_of(ctx, template_id))


def set_rating(ctx: Context, template_id: str, count: int, total: int) -> None:
    """Replace how many stars a template has and from how many municipalities; the caller has counted them."""
    template = lock_template(ctx, template_id)
    template.rating_count = count
    template.rating_sum = total
    _weigh(ctx, template)


def lock_template(ctx: Context, template_id: str) -> Template:
    """Return a template that nobody else changes until the transaction ends. Raises TemplateNotFoundError."""
    ctx.session.flush()  # reading anew would lose what is not written yet
    template = ctx.session.get(Template, template_id, with_for_update=True, populate_existing=True)
    if template is None:
        raise TemplateNotFoundError
    return template


def _start(ctx: Context, publisher: Municipality, bundle: Bundle, first: TemplateVersion) -> Template:
    """Make the template of a first version; a second one of that slug at once meets the constraint."""
    unrated = Rating(0, 0)
    template = Template(
        id=new_id(),
        publisher_code=publisher.code,
        slug=bundle.manifest.slug,
        latest_version_id=None if first.is_prerelease else first.id,
        install_count=0,
        rating_count=0,
        rating_sum=0,
        rating_score=unrated.thousandths,
        created_at=first.released_at,
        updated_at=first.released_at,
    )
    _describe(template, bundle)
    first.template_id = template.id
    write_row(ctx.session, template)
    return template


def _describe(template: Template, bundle: Bundle) -> None:
    manifest = bundle.manifest
    template.name_ja, template.name_en = manifest.name.ja, manifest.name.en
    template.summary_ja, template.summary_en = manifest.summary.ja, manifest.summary.en
    template.category = manifest.category
    template.departments = list(manifest.departments)
    template.keywords = list(manifest.keywords)
    template.license = manifest.license
    template.icon = manifest.icon
    template.handles_personal_data = manifest.personal_data is not None and manifest.personal_data.handles
    template.app_count = len(bundle.apps)
    template.is_set = bool(manifest.includes)
    asked = requirements_of(bundle)
    template.needs_plugins, template.has_script = bool(asked.plugins), asked.has_script


def _follow_latest(
    ctx: Context,
    template: Template,
    versions: Sequence[TemplateVersion],
    at_hand: Mapping[str, Bundle] = MappingProxyType({}),
) -> None:
    """Make the template and the index speak of the newest version that is neither withdrawn nor a pre-release.

    Bundles that are at hand, by the id of their version, need not be read from the store.
    """
    shown = (version for version in versions if not (version.is_prerelease or version.is_withdrawn))
    latest = max(shown, key=lambda version: version.precedence, default=None)
    if latest is None:
        template.latest_version_id = None
        search.remove_entry(ctx, template.id)
        similar.forget(ctx, template.id)
        tell_followers(ctx, template)
        return
    if template.latest_version_id == latest.id:
        return
    bundle = at_hand.get(latest.id) or load_bundle(ctx, latest)
    _describe(template, bundle)
    template.latest_version_id = latest.id
    template.updated_at = latest.released_at
    publisher = get_municipality(ctx, template.publisher_code)
    search.index_entry(ctx, search_entry(template, bundle, publisher, traits_of(bundle)))
    similar.ask_anew(ctx, [template.id])
    tell_followers(ctx, template)


def _weigh(ctx: Context, template: Template) -> None:
    rating = Rating(template.rating_count, template.rating_sum)
    template.rating_score = rating.thousandths
    search.set_figures(ctx, template.id, figures_of_community(template))
