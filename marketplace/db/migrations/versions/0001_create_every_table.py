"""Create every table and the search index."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.create_index("ix_audit_events_municipality", ["municipality_code", "at", "id"], unique=False)

    op.create_table(
        "catalog_sources",
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_catalog_sources")),
    )
    op.create_table(
        "idempotency_answers",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_digest", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_idempotency_answers")),
    )
    with op.batch_alter_table("idempotency_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_answers_created_at"), ["created_at"], unique=False)

    op.create_table(
        "municipalities",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("prefecture", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kana", sa.String(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "prefecture",
                "designated_city",
                "core_city",
                "city",
                "special_ward",
                "town",
                "village",
                "ward",
                "northern_territories",
                "operator",
                name="municipalitytype",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("parent_code", sa.String(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("size_class", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("website", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fictitious", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_municipalities")),
    )
    with op.batch_alter_table("municipalities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_municipalities_prefecture"), ["prefecture"], unique=False)

    op.create_table(
        "municipality_master_loads",
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("file", name=op.f("pk_municipality_master_loads")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
    )
    op.create_table(
        "sandbox_sites",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("last_app_id", sa.Integer(), nullable=False),
        sa.Column("last_item_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_sites")),
    )
    op.create_table(
        "search_entries",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("title_key", sa.String(), nullable=False),
        sa.Column("keyword_key", sa.String(), nullable=False),
        sa.Column("summary_key", sa.String(), nullable=False),
        sa.Column("boost", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_entries")),
        sa.UniqueConstraint("subject_id", name=op.f("uq_search_entries_subject_id")),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("email_hash", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failures")),
    )
    with op.batch_alter_table("sign_in_failures", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_failures_address", ["address", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_failures_at"), ["at"], unique=False)
        batch_op.create_index("ix_sign_in_failures_email", ["email_hash", "at"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("admin", "publisher", "installer", "reader", name="role", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_memberships_municipality_code_municipalities")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_memberships_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", "municipality_code", name=op.f("pk_memberships")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_municipality_code"), ["municipality_code"], unique=False)

    op.create_table(
        "sandbox_apps",
        sa.Column("pk", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("app_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=True),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("preview_revision", sa.Integer(), nullable=False),
        sa.Column("live_revision", sa.Integer(), nullable=True),
        sa.Column(
            "deploy_status",
            sa.Enum("PROCESSING", "SUCCESS", "FAIL", "CANCEL", name="deploystatus", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("deploy_error", sa.String(), nullable=True),
        sa.Column("last_field_id", sa.Integer(), nullable=False),
        sa.Column("last_record_id", sa.Integer(), nullable=False),
        sa.Column("last_row_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("creator", sa.String(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modifier", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sandbox_sites.id"], name=op.f("fk_sandbox_apps_site_id_sandbox_sites")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_sandbox_apps")),
        sa.UniqueConstraint("site_id", "app_id", name=op.f("uq_sandbox_apps_site_id_app_id")),
    )
    op.create_table(
        "sandbox_files",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("attached", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sandbox_sites.id"], name=op.f("fk_sandbox_files_site_id_sandbox_sites")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sandbox_files")),
    )
    with op.batch_alter_table("sandbox_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sandbox_files_site_id"), ["site_id"], unique=False)

    op.create_table(
        "sandbox_principals",
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column(
            "kind", sa.Enum("GROUP", "ORGANIZATION", name="principalkind", native_enum=False, length=40), nullable=False
        ),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sandbox_sites.id"], name=op.f("fk_sandbox_principals_site_id_sandbox_sites")
        ),
        sa.PrimaryKeyConstraint("site_id", "kind", "code", name=op.f("pk_sandbox_principals")),
    )
    op.create_table(
        "sandbox_users",
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sandbox_sites.id"], name=op.f("fk_sandbox_users_site_id_sandbox_sites")),
        sa.PrimaryKeyConstraint("site_id", "code", name=op.f("pk_sandbox_users")),
    )
    op.create_table(
        "templates",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("publisher_code", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("summary_ja", sa.String(), nullable=False),
        sa.Column("summary_en", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("departments", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("keywords", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("license", sa.String(), nullable=False),
        sa.Column("icon", sa.String(), nullable=True),
        sa.Column("handles_personal_data", sa.Boolean(), nullable=False),
        sa.Column("app_count", sa.Integer(), nullable=False),
        sa.Column("latest_version_id", sa.String(), nullable=True),
        sa.Column("install_count", sa.Integer(), nullable=False),
        sa.Column("rating_count", sa.Integer(), nullable=False),
        sa.Column("rating_sum", sa.Integer(), nullable=False),
        sa.Column("rating_score", sa.Integer(), nullable=False),
        sa.Column("popularity", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["publisher_code"], ["municipalities.code"], name=op.f("fk_templates_publisher_code_municipalities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sa.UniqueConstraint("publisher_code", "slug", name=op.f("uq_templates_publisher_code_slug")),
    )
    with op.batch_alter_table("templates", schema=None) as batch_op:
        batch_op.create_index("ix_templates_category", ["category"], unique=False)
        batch_op.create_index("ix_templates_popularity", ["popularity", "id"], unique=False)
        batch_op.create_index("ix_templates_updated_at", ["updated_at", "id"], unique=False)

    op.create_table(
        "workspaces",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_workspaces_municipality_code_municipalities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
    )
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workspaces_municipality_code"), ["municipality_code"], unique=False)

    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_api_tokens_municipality_code_municipalities")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_api_tokens_workspace_id_workspaces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_tokens_secret_hash")),
    )
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_tokens_municipality_code"), ["municipality_code"], unique=False)

    op.create_table(
        "sandbox_app_settings",
        sa.Column("app_pk", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stage", sa.Enum("preview", "live", name="stage", native_enum=False, length=40), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "settings",
                "fields",
                "layout",
                "views",
                "status",
                "app_acl",
                "record_acl",
                "field_acl",
                "reports",
                "notifications_general",
                "notifications_per_record",
                "notifications_reminder",
                "customize",
                "plugins",
                "actions",
                "admin_notes",
                name="part",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("document", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["app_pk"], ["sandbox_apps.pk"], name=op.f("fk_sandbox_app_settings_app_pk_sandbox_apps")
        ),
        sa.PrimaryKeyConstraint("app_pk", "stage", "part", name=op.f("pk_sandbox_app_settings")),
    )
    op.create_table(
        "sandbox_app_tokens",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("app_pk", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("permissions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["app_pk"], ["sandbox_apps.pk"], name=op.f("fk_sandbox_app_tokens_app_pk_sandbox_apps")
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sandbox_app_tokens")),
    )
    op.create_table(
        "sandbox_records",
        sa.Column("app_pk", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("assignees", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("creator", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modifier", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["app_pk"], ["sandbox_apps.pk"], name=op.f("fk_sandbox_records_app_pk_sandbox_apps")),
        sa.PrimaryKeyConstraint("app_pk", "record_id", name=op.f("pk_sandbox_records")),
    )
    with op.batch_alter_table("sandbox_records", schema=None) as batch_op:
        batch_op.create_index("ix_sandbox_records_created", ["app_pk", "created_at", "record_id"], unique=False)
        batch_op.create_index("ix_sandbox_records_status", ["app_pk", "status", "record_id"], unique=False)
        batch_op.create_index("ix_sandbox_records_updated", ["app_pk", "updated_at", "record_id"], unique=False)

    op.create_table(
        "template_departments",
        sa.Column("template_id", sa.String(), nullable=False),
        sa.Column("name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"], ["templates.id"], name=op.f("fk_template_departments_template_id_templates")
        ),
        sa.PrimaryKeyConstraint("template_id", "name", name=op.f("pk_template_departments")),
    )
    with op.batch_alter_table("template_departments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_template_departments_name"), ["name"], unique=False)

    op.create_table(
        "template_versions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("template_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("precedence", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("is_prerelease", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("manifest", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("changes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.String(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["template_id"], ["templates.id"], name=op.f("fk_template_versions_template_id_templates")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_versions")),
        sa.UniqueConstraint("template_id", "number", name=op.f("uq_template_versions_template_id_number")),
        sa.UniqueConstraint("template_id", "precedence", name=op.f("uq_template_versions_template_id_precedence")),
    )
    with op.batch_alter_table("template_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_template_versions_digest"), ["digest"], unique=False)

    op.create_table(
        "drafts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "released", "discarded", name="draftstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("findings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("changes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("least_version", sa.String(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_drafts_municipality_code_municipalities")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["template_versions.id"], name=op.f("fk_drafts_version_id_template_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.create_index("ix_drafts_municipality", ["municipality_code", "created_at", "id"], unique=False)

    op.create_table(
        "installations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("template_id", sa.String(), nullable=False),
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("app_ids", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("app_names", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_installations_municipality_code_municipalities"),
        ),
        sa.ForeignKeyConstraint(["template_id"], ["templates.id"], name=op.f("fk_installations_template_id_templates")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["template_versions.id"], name=op.f("fk_installations_version_id_template_versions")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_installations_workspace_id_workspaces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installations")),
    )
    with op.batch_alter_table("installations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_installations_municipality_code"), ["municipality_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_installations_template_id"), ["template_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_installations_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "reviews",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("template_id", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_reviews_stars")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_reviews_municipality_code_municipalities")
        ),
        sa.ForeignKeyConstraint(["template_id"], ["templates.id"], name=op.f("fk_reviews_template_id_templates")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["template_versions.id"], name=op.f("fk_reviews_version_id_template_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("template_id", "municipality_code", name=op.f("uq_reviews_template_id_municipality_code")),
    )
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.create_index("ix_reviews_template_id_updated_at", ["template_id", "updated_at", "id"], unique=False)

    op.create_table(
        "sandbox_cells",
        sa.Column("app_pk", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("folded", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["app_pk", "record_id"],
            ["sandbox_records.app_pk", "sandbox_records.record_id"],
            name=op.f("fk_sandbox_cells_app_pk_record_id_sandbox_records"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("app_pk", "record_id", "field_id", "row", "item", name=op.f("pk_sandbox_cells")),
    )
    with op.batch_alter_table("sandbox_cells", schema=None) as batch_op:
        batch_op.create_index("ix_sandbox_cells_number", ["app_pk", "field_id", "number", "record_id"], unique=False)
        batch_op.create_index("ix_sandbox_cells_text", ["app_pk", "field_id", "text", "record_id"], unique=False)

    op.create_table(
        "imports",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("template_id", sa.String(), nullable=False),
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("installation_id", sa.String(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "succeeded",
                "failed",
                "cancelled",
                name="importstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("with_sample_records", sa.Boolean(), nullable=False),
        sa.Column("placeholders", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("error", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["installation_id"], ["installations.id"], name=op.f("fk_imports_installation_id_installations")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_imports_municipality_code_municipalities")
        ),
        sa.ForeignKeyConstraint(["template_id"], ["templates.id"], name=op.f("fk_imports_template_id_templates")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["template_versions.id"], name=op.f("fk_imports_version_id_template_versions")
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_imports_workspace_id_workspaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.create_index("ix_imports_state_lease_until", ["state", "lease_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_imports_workspace_id"), ["workspace_id"], unique=False)
        batch_op.create_index(
            "uq_imports_under_way",
            ["workspace_id", "template_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('queued', 'running')"),
            postgresql_where=sa.text("state IN ('queued', 'running')"),
        )

    op.create_table(
        "import_steps",
        sa.Column("import_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "create_app",
                "add_fields",
                "deploy",
                "settings",
                "layout",
                "process",
                "views",
                "reports",
                "notifications",
                "actions",
                "plugins",
                "customize",
                "admin_notes",
                "permissions",
                "records",
                "statuses",
                name="stepkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("app_key", sa.String(), nullable=True),
        sa.Column("app_name", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("pending", "running", "done", "failed", name="stepstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("intent", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("outcome", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_steps_import_id_imports")),
        sa.PrimaryKeyConstraint("import_id", "position", name=op.f("pk_import_steps")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE TABLE search_index (number bigint PRIMARY KEY, grams tsvector NOT NULL)")
        op.execute("CREATE INDEX search_index_grams ON search_index USING gin (grams) WITH (fastupdate = off)")
    else:
        op.execute("CREATE VIRTUAL TABLE search_index USING fts5(grams, tokenize='ascii', prefix='1')")


def downgrade() -> None:
    op.execute("DROP TABLE search_index")
    op.drop_table("import_steps")
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_imports_under_way",
            sqlite_where=sa.text("state IN ('queued', 'running')"),
            postgresql_where=sa.text("state IN ('queued', 'running')"),
        )
        batch_op.drop_index(batch_op.f("ix_imports_workspace_id"))
        batch_op.drop_index("ix_imports_state_lease_until")

    op.drop_table("imports")
    with op.batch_alter_table("sandbox_cells", schema=None) as batch_op:
        batch_op.drop_index("ix_sandbox_cells_text")
        batch_op.drop_index("ix_sandbox_cells_number")

    op.drop_table("sandbox_cells")
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.drop_index("ix_reviews_template_id_updated_at")

    op.drop_table("reviews")
    with op.batch_alter_table("installations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_installations_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_installations_template_id"))
        batch_op.drop_index(batch_op.f("ix_installations_municipality_code"))

    op.drop_table("installations")
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_index("ix_drafts_municipality")

    op.drop_table("drafts")
    with op.batch_alter_table("template_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_template_versions_digest"))

    op.drop_table("template_versions")
    with op.batch_alter_table("template_departments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_template_departments_name"))

    op.drop_table("template_departments")
    with op.batch_alter_table("sandbox_records", schema=None) as batch_op:
        batch_op.drop_index("ix_sandbox_records_updated")
        batch_op.drop_index("ix_sandbox_records_status")
        batch_op.drop_index("ix_sandbox_records_created")

    op.drop_table("sandbox_records")
    op.drop_table("sandbox_app_tokens")
    op.drop_table("sandbox_app_settings")
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_tokens_municipality_code"))

    op.drop_table("api_tokens")
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workspaces_municipality_code"))

    op.drop_table("workspaces")
    with op.batch_alter_table("templates", schema=None) as batch_op:
        batch_op.drop_index("ix_templates_updated_at")
        batch_op.drop_index("ix_templates_popularity")
        batch_op.drop_index("ix_templates_category")

    op.drop_table("templates")
    op.drop_table("sandbox_users")
    op.drop_table("sandbox_principals")
    with op.batch_alter_table("sandbox_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sandbox_files_site_id"))

    op.drop_table("sandbox_files")
    op.drop_table("sandbox_apps")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memberships_municipality_code"))

    op.drop_table("memberships")
    with op.batch_alter_table("sign_in_failures", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_failures_email")
        batch_op.drop_index(batch_op.f("ix_sign_in_failures_at"))
        batch_op.drop_index("ix_sign_in_failures_address")

    op.drop_table("sign_in_failures")
    op.drop_table("search_entries")
    op.drop_table("sandbox_sites")
    op.drop_table("people")
    op.drop_table("municipality_master_loads")
    with op.batch_alter_table("municipalities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_municipalities_prefecture"))

    op.drop_table("municipalities")
    with op.batch_alter_table("idempotency_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_answers_created_at"))

    op.drop_table("idempotency_answers")
    op.drop_table("catalog_sources")
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_events_municipality")

    op.drop_table("audit_events")
