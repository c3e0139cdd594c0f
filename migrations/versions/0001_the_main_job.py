"""The tables of the main job.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SEQUENCE order_numbers")
    op.create_table(
        "categories",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("attributes", JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "created_at >= '1900-01-01 00:00:00+00' AND created_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_categories_created_at_range"),
        ),
        sa.CheckConstraint(
            "path = slug OR right(path, length(slug) + 1) = '/' || slug",
            name=op.f("ck_categories_path_ends_in_slug"),
        ),
        sa.CheckConstraint(
            "updated_at >= '1900-01-01 00:00:00+00' AND updated_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_categories_updated_at_range"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["categories.id"], name=op.f("fk_categories_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint("slug", name=op.f("uq_categories_slug")),
    )
    op.create_index(op.f("ix_categories_parent_id"), "categories", ["parent_id"], unique=False)
    op.create_index(
        "ix_categories_path",
        "categories",
        ["path"],
        unique=False,
        postgresql_ops={"path": "text_pattern_ops"},
    )
    op.create_table(
        "handled_events",
        sa.Column("handler", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "handled_at >= '1900-01-01 00:00:00+00' AND handled_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_handled_events_handled_at_range"),
        ),
        sa.PrimaryKeyConstraint("handler", "event_id", name=op.f("pk_handled_events")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("makes", sa.Uuid(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_status", sa.Integer(), nullable=True),
        sa.Column("answer_headers", JSONB(), nullable=True),
        sa.Column("answer_body", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "created_at >= '1900-01-01 00:00:00+00' AND created_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_idempotency_keys_created_at_range"),
        ),
        sa.CheckConstraint(
            "lease_until >= '1900-01-01 00:00:00+00' AND lease_until < '2200-01-01 00:00:00+00'",
            name=op.f("ck_idempotency_keys_lease_until_range"),
        ),
        sa.CheckConstraint(
            "num_nulls(answer_status, answer_headers, answer_body) IN (0, 3)",
            name=op.f("ck_idempotency_keys_answer_whole"),
        ),
        sa.PrimaryKeyConstraint("actor", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(
        "ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"], unique=False
    )
    op.create_index(op.f("ix_idempotency_keys_makes"), "idempotency_keys", ["makes"], unique=False)
    op.create_table(
        "login_throttle",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("resets_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "resets_at >= '1900-01-01 00:00:00+00' AND resets_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_login_throttle_resets_at_range"),
        ),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_login_throttle_failures_range")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_throttle")),
    )
    op.create_index("ix_login_throttle_resets_at", "login_throttle", ["resets_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("payload", JSONB(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "delivered_at >= '1900-01-01 00:00:00+00' AND delivered_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_outbox_delivered_at_range"),
        ),
        sa.CheckConstraint(
            "next_attempt_at >= '1900-01-01 00:00:00+00' AND next_attempt_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_outbox_next_attempt_at_range"),
        ),
        sa.CheckConstraint(
            "occurred_at >= '1900-01-01 00:00:00+00' AND occurred_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_outbox_occurred_at_range"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_attempts_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_delivered",
        "outbox",
        ["delivered_at"],
        unique=False,
        postgresql_where="delivered_at IS NOT NULL",
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["next_attempt_at", "id"],
        unique=False,
        postgresql_where="delivered_at IS NULL",
    )
    op.create_table(
        "sandbox_charges",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "created_at >= '1900-01-01 00:00:00+00' AND created_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_sandbox_charges_created_at_range"),
        ),
        sa.CheckConstraint(
            "currency ~ '^[A-Z]{3}$'", name=op.f("ck_sandbox_charges_currency_code")
        ),
        sa.CheckConstraint(
            "updated_at >= '1900-01-01 00:00:00+00' AND updated_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_sandbox_charges_updated_at_range"),
        ),
        sa.CheckConstraint(
            "amount BETWEEN 0 AND 9007199254740991", name=op.f("ck_sandbox_charges_amount_range")
        ),
        sa.CheckConstraint(
            "num_nulls(token, amount, currency) IN (0, 3)",
            name=op.f("ck_sandbox_charges_charge_whole"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sandbox_charges")),
    )
    op.create_table(
        "sellers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "created_at >= '1900-01-01 00:00:00+00' AND created_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_sellers_created_at_range"),
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'approved', 'rejected', 'suspended')",
            name=op.f("ck_sellers_status_known"),
        ),
        sa.CheckConstraint(
            "updated_at >= '1900-01-01 00:00:00+00' AND updated_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_sellers_updated_at_range"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sellers")),
        sa.UniqueConstraint("slug", name=op.f("uq_sellers_slug")),
    )
    op.create_index("ix_sellers_status_name", "sellers", ["status", "name", "id"], unique=False)
    op.create_index(
        "ix_sellers_status_newest", "sellers", ["status", "created_at", "id"], unique=False
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("roles", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "created_at >= '1900-01-01 00:00:00+00' AND created_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_users_created_at_range"),
        ),
        sa.CheckConstraint(
            "roles <@ ARRAY['customer', 'admin']", name=op.f("ck_users_roles_known")
        ),
        sa.CheckConstraint(
            "updated_at >= '1900-01-01 00:00:00+00' AND updated_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_users_updated_at_range"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    op.create_index(
        "ix_users_newest",
        "users",
        [sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index("uq_users_email", "users", [sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("customer_name", sa.Text(), nullable=False),
        sa.Column("customer_email", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("shipping_address", JSONB(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("payment_status", sa.Text(), nullable=False),
        sa.Column("fulfilment_status", sa.Text(), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=False),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("shipping_total", sa.BigInteger(), nullable=False),
        sa.Column("tax_total", sa.BigInteger(), nullable=False),
        sa.Column("discount_total", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finalised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("abandoned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "abandoned_at >= '1900-01-01 00:00:00+00' AND abandoned_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_orders_abandoned_at_range"),
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_orders_currency_code")),
        sa.CheckConstraint(
            "finalised_at >= '1900-01-01 00:00:00+00' AND finalised_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_orders_finalised_at_range"),
        ),
        sa.CheckConstraint(
            "fulfilment_status IN ('unfulfilled', 'partiallyFulfilled', 'fulfilled', 'delivered', 'returned', 'cancelled')",
            name=op.f("ck_orders_fulfilment_status_known"),
        ),
        sa.CheckConstraint(
            "payment_status IN ('pending', 'authorized', 'paid', 'partiallyRefunded', 'refunded', 'voided', 'failed')",
            name=op.f("ck_orders_payment_status_known"),
        ),
        sa.CheckConstraint(
            "placed_at >= '1900-01-01 00:00:00+00' AND placed_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_orders_placed_at_range"),
        ),
        sa.CheckConstraint(
            "status IN ('placed', 'cancelled')", name=op.f("ck_orders_status_known")
        ),
        sa.CheckConstraint(
            "updated_at >= '1900-01-01 00:00:00+00' AND updated_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_orders_updated_at_range"),
        ),
        sa.CheckConstraint(
            "discount_total BETWEEN 0 AND 9007199254740991",
            name=op.f("ck_orders_discount_total_range"),
        ),
        sa.CheckConstraint(
            "finalised_at IS NULL OR abandoned_at IS NULL", name=op.f("ck_orders_not_both")
        ),
        sa.CheckConstraint(
            "shipping_total BETWEEN 0 AND 9007199254740991",
            name=op.f("ck_orders_shipping_total_range"),
        ),
        sa.CheckConstraint(
            "subtotal BETWEEN 0 AND 9007199254740991", name=op.f("ck_orders_subtotal_range")
        ),
        sa.CheckConstraint(
            "tax_total BETWEEN 0 AND 9007199254740991", name=op.f("ck_orders_tax_total_range")
        ),
        sa.CheckConstraint(
            "total = subtotal + shipping_total - discount_total + CASE WHEN prices_include_tax THEN 0 ELSE tax_total END",
            name=op.f("ck_orders_total_adds_up"),
        ),
        sa.CheckConstraint(
            "total BETWEEN 0 AND 9007199254740991", name=op.f("ck_orders_total_range")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["users.id"], name=op.f("fk_orders_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_orders_number")),
    )
    op.create_index(
        "ix_orders_customer",
        "orders",
        ["customer_id", "placed_at", "id"],
        unique=False,
        postgresql_where="finalised_at IS NOT NULL",
    )
    op.create_index(
        "ix_orders_newest",
        "orders",
        ["placed_at", "id"],
        unique=False,
        postgresql_where="finalised_at IS NOT NULL",
    )
    op.create_index(
        "ix_orders_unfinalised",
        "orders",
        ["placed_at", "id"],
        unique=False,
        postgresql_where="finalised_at IS NULL AND abandoned_at IS NULL",
    )
    op.create_table(
        "products",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("attributes", JSONB(), nullable=False),
        sa.Column("tags", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "created_at >= '1900-01-01 00:00:00+00' AND created_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_products_created_at_range"),
        ),
        sa.CheckConstraint(
            "published_at >= '1900-01-01 00:00:00+00' AND published_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_products_published_at_range"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'pending', 'published', 'rejected', 'archived')",
            name=op.f("ck_products_status_known"),
        ),
        sa.CheckConstraint(
            "updated_at >= '1900-01-01 00:00:00+00' AND updated_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_products_updated_at_range"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_products_category_id")
        ),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_products_seller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("slug", name=op.f("uq_products_slug")),
    )
    op.create_index("ix_products_category_id", "products", ["category_id"], unique=False)
    op.create_index(
        "ix_products_published_category",
        "products",
        ["category_id", "created_at", "id"],
        unique=False,
        postgresql_where="status = 'published'",
    )
    op.create_index(
        "ix_products_published_name",
        "products",
        ["name", "id"],
        unique=False,
        postgresql_where="status = 'published'",
    )
    op.create_index(
        "ix_products_published_newest",
        "products",
        ["created_at", "id"],
        unique=False,
        postgresql_where="status = 'published'",
    )
    op.create_index(
        "ix_products_seller", "products", ["seller_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_products_waiting",
        "products",
        ["status", "updated_at", "id"],
        unique=False,
        postgresql_where="status <> 'published'",
    )
    op.create_table(
        "refresh_families",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("current_hash", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=True),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "created_at >= '1900-01-01 00:00:00+00' AND created_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_refresh_families_created_at_range"),
        ),
        sa.CheckConstraint(
            "ended_at >= '1900-01-01 00:00:00+00' AND ended_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_refresh_families_ended_at_range"),
        ),
        sa.CheckConstraint(
            "expires_at >= '1900-01-01 00:00:00+00' AND expires_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_refresh_families_expires_at_range"),
        ),
        sa.CheckConstraint(
            "rotated_at >= '1900-01-01 00:00:00+00' AND rotated_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_refresh_families_rotated_at_range"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_refresh_families_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_families")),
    )
    op.create_index(
        "ix_refresh_families_expires_at", "refresh_families", ["expires_at"], unique=False
    )
    op.create_index(
        op.f("ix_refresh_families_user_id"), "refresh_families", ["user_id"], unique=False
    )
    op.create_table(
        "seller_members",
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "created_at >= '1900-01-01 00:00:00+00' AND created_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_seller_members_created_at_range"),
        ),
        sa.CheckConstraint(
            "role IN ('owner', 'manager', 'viewer')", name=op.f("ck_seller_members_role_known")
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["sellers.id"], name=op.f("fk_seller_members_seller_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_seller_members_user_id")),
        sa.PrimaryKeyConstraint("seller_id", "user_id", name=op.f("pk_seller_members")),
    )
    op.create_index(op.f("ix_seller_members_user_id"), "seller_members", ["user_id"], unique=False)
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("captured_amount", sa.BigInteger(), nullable=False),
        sa.Column("refunded_amount", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "created_at >= '1900-01-01 00:00:00+00' AND created_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_payments_created_at_range"),
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_payments_currency_code")),
        sa.CheckConstraint(
            "status IN ('pending', 'authorized', 'captured', 'voided', 'failed')",
            name=op.f("ck_payments_status_known"),
        ),
        sa.CheckConstraint(
            "updated_at >= '1900-01-01 00:00:00+00' AND updated_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_payments_updated_at_range"),
        ),
        sa.CheckConstraint(
            "amount BETWEEN 0 AND 9007199254740991", name=op.f("ck_payments_amount_range")
        ),
        sa.CheckConstraint("captured_amount <= amount", name=op.f("ck_payments_captured_most")),
        sa.CheckConstraint(
            "captured_amount BETWEEN 0 AND 9007199254740991",
            name=op.f("ck_payments_captured_amount_range"),
        ),
        sa.CheckConstraint(
            "refunded_amount <= captured_amount", name=op.f("ck_payments_refunded_most")
        ),
        sa.CheckConstraint(
            "refunded_amount BETWEEN 0 AND 9007199254740991",
            name=op.f("ck_payments_refunded_amount_range"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_payments_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
    )
    op.create_index(op.f("ix_payments_order_id"), "payments", ["order_id"], unique=False)
    op.create_index(
        "ix_payments_pending",
        "payments",
        ["order_id"],
        unique=False,
        postgresql_where="status = 'pending'",
    )
    op.create_index(
        "uq_payments_live",
        "payments",
        ["order_id"],
        unique=True,
        postgresql_where="status NOT IN ('voided', 'failed')",
    )
    op.create_table(
        "seller_orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("payment_status", sa.Text(), nullable=False),
        sa.Column("fulfilment_status", sa.Text(), nullable=False),
        sa.Column("shipping_name", sa.Text(), nullable=False),
        sa.Column("shipping_price", sa.BigInteger(), nullable=False),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "fulfilment_status IN ('unfulfilled', 'partiallyFulfilled', 'fulfilled', 'delivered', 'returned', 'cancelled')",
            name=op.f("ck_seller_orders_fulfilment_status_known"),
        ),
        sa.CheckConstraint(
            "payment_status IN ('pending', 'authorized', 'paid', 'partiallyRefunded', 'refunded', 'voided', 'failed')",
            name=op.f("ck_seller_orders_payment_status_known"),
        ),
        sa.CheckConstraint(
            "placed_at >= '1900-01-01 00:00:00+00' AND placed_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_seller_orders_placed_at_range"),
        ),
        sa.CheckConstraint(
            "status IN ('placed', 'cancelled')", name=op.f("ck_seller_orders_status_known")
        ),
        sa.CheckConstraint("position > 0", name=op.f("ck_seller_orders_position_range")),
        sa.CheckConstraint(
            "shipping_price BETWEEN 0 AND 9007199254740991",
            name=op.f("ck_seller_orders_shipping_price_range"),
        ),
        sa.CheckConstraint(
            "subtotal BETWEEN 0 AND 9007199254740991", name=op.f("ck_seller_orders_subtotal_range")
        ),
        sa.CheckConstraint(
            "total = subtotal + shipping_price", name=op.f("ck_seller_orders_total_adds_up")
        ),
        sa.CheckConstraint(
            "total BETWEEN 0 AND 9007199254740991", name=op.f("ck_seller_orders_total_range")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_seller_orders_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["sellers.id"], name=op.f("fk_seller_orders_seller_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seller_orders")),
        sa.UniqueConstraint(
            "order_id", "position", name=op.f("uq_seller_orders_order_id_position")
        ),
    )
    op.create_index(
        "ix_seller_orders_seller", "seller_orders", ["seller_id", "placed_at", "id"], unique=False
    )
    op.create_table(
        "variants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("options", JSONB(), nullable=False),
        sa.Column("barcode", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_variants_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variants")),
    )
    op.create_index("ix_variants_product", "variants", ["product_id", "position"], unique=False)
    op.create_table(
        "offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("price_amount", sa.BigInteger(), nullable=False),
        sa.Column("price_currency", sa.Text(), nullable=False),
        sa.Column("compare_at_amount", sa.BigInteger(), nullable=True),
        sa.Column("compare_at_currency", sa.Text(), nullable=True),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "compare_at_currency ~ '^[A-Z]{3}$'", name=op.f("ck_offers_compare_at_currency_code")
        ),
        sa.CheckConstraint(
            "condition IN ('new', 'refurbished', 'used', 'damaged')",
            name=op.f("ck_offers_condition_known"),
        ),
        sa.CheckConstraint(
            "created_at >= '1900-01-01 00:00:00+00' AND created_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_offers_created_at_range"),
        ),
        sa.CheckConstraint(
            "price_currency ~ '^[A-Z]{3}$'", name=op.f("ck_offers_price_currency_code")
        ),
        sa.CheckConstraint(
            "updated_at >= '1900-01-01 00:00:00+00' AND updated_at < '2200-01-01 00:00:00+00'",
            name=op.f("ck_offers_updated_at_range"),
        ),
        sa.CheckConstraint(
            "(compare_at_amount IS NULL) = (compare_at_currency IS NULL)",
            name=op.f("ck_offers_compare_at_whole"),
        ),
        sa.CheckConstraint(
            "compare_at_amount BETWEEN 0 AND 9007199254740991",
            name=op.f("ck_offers_compare_at_amount_range"),
        ),
        sa.CheckConstraint(
            "price_amount BETWEEN 0 AND 9007199254740991", name=op.f("ck_offers_price_amount_range")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_offers_product_id")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_offers_seller_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_offers_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint("seller_id", "sku", name=op.f("uq_offers_seller_id_sku")),
        sa.UniqueConstraint(
            "variant_id",
            "seller_id",
            "condition",
            name=op.f("uq_offers_variant_id_seller_id_condition"),
        ),
    )
    op.create_index(op.f("ix_offers_product_id"), "offers", ["product_id"], unique=False)
    op.create_table(
        "order_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seller_order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("options", JSONB(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("shipped", sa.Integer(), nullable=False),
        sa.Column("refunded", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "cancelled >= 0 AND shipped >= 0 AND cancelled + shipped <= quantity",
            name=op.f("ck_order_lines_open_range"),
        ),
        sa.CheckConstraint("position > 0", name=op.f("ck_order_lines_position_range")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_lines_quantity_range")),
        sa.CheckConstraint(
            "refunded BETWEEN 0 AND quantity", name=op.f("ck_order_lines_refunded_range")
        ),
        sa.CheckConstraint(
            "total = unit_price * quantity", name=op.f("ck_order_lines_total_adds_up")
        ),
        sa.CheckConstraint(
            "total BETWEEN 0 AND 9007199254740991", name=op.f("ck_order_lines_total_range")
        ),
        sa.CheckConstraint(
            "unit_price BETWEEN 0 AND 9007199254740991",
            name=op.f("ck_order_lines_unit_price_range"),
        ),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_orders.id"], name=op.f("fk_order_lines_seller_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
        sa.UniqueConstraint(
            "seller_order_id", "position", name=op.f("uq_order_lines_seller_order_id_position")
        ),
    )
    op.create_table(
        "stock_items",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("allocated", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "allocated BETWEEN 0 AND on_hand", name=op.f("ck_stock_items_allocated_range")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_stock_items_offer_id")),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_stock_items")),
        postgresql_with={"fillfactor": "70"},
    )


def downgrade() -> None:
    op.drop_table("stock_items")
    op.drop_table("order_lines")
    op.drop_table("offers")
    op.drop_table("variants")
    op.drop_table("seller_orders")
    op.drop_table("payments")
    op.drop_table("seller_members")
    op.drop_table("refresh_families")
    op.drop_table("products")
    op.drop_table("orders")
    op.drop_table("users")
    op.drop_table("sellers")
    op.drop_table("sandbox_charges")
    op.drop_table("outbox")
    op.drop_table("login_throttle")
    op.drop_table("idempotency_keys")
    op.drop_table("handled_events")
    op.drop_table("categories")
    op.execute("DROP SEQUENCE order_numbers")
