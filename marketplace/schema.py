"""Imports every models module, so that the metadata is whole for migrations and tests."""

from __future__ import annotations

import marketplace.accounts.factors.models
import marketplace.accounts.models
import marketplace.audit.models
import marketplace.catalog.index_files.models
import marketplace.catalog.models
import marketplace.catalog.visits.models
import marketplace.community.models
import marketplace.community.wanted.models
import marketplace.db.public_revision
import marketplace.db.reach
import marketplace.exports.models
import marketplace.holdings.models
import marketplace.holdings.takeouts.models
import marketplace.idempotency.models
import marketplace.installs.checks.models
import marketplace.installs.models
import marketplace.installs.pulling.models
import marketplace.jobs.models
import marketplace.mail.models
import marketplace.municipalities.models
import marketplace.operating.models
import marketplace.publishing.models
import marketplace.sandbox.comments.models
import marketplace.sandbox.cursors.models
import marketplace.sandbox.deploys.models
import marketplace.sandbox.models
import marketplace.sandbox.people.models
import marketplace.sandbox.plugins.models
import marketplace.sandbox.spaces.models
import marketplace.sandbox.webhooks.models
import marketplace.search.models
import marketplace.storage.models
import marketplace.tryouts.models
import marketplace.workspaces.domains.models
import marketplace.workspaces.models
from marketplace.db.base import Base

METADATA = Base.metadata

__all__ = ["METADATA", "marketplace"]
