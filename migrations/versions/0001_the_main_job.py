"""The tables of the main job."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_UPGRADE = (
    "CREATE SEQUENCE order_numbers",
    """
    CREATE TABLE users (
        id UUID NOT NULL,
        version INTEGER NOT NULL,
        email TEXT NOT NULL,
        name TEXT NOT NULL,
        password_hash TEXT NOT NULL,
        roles TEXT[] NOT NULL,
        session_version INTEGER NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_users PRIMARY KEY (id),
        CONSTRAINT ck_users_roles_known CHECK (roles <@ ARRAY['customer', 'admin']),
        CONSTRAINT ck_users_created_at_range
            CHECK (created_at >= '1900-01-01 00:00:00+00'
                AND created_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_users_updated_at_range
            CHECK (updated_at >= '1900-01-01 00:00:00+00' AND updated_at < '2200-01-01 00:00:00+00')
    )
    """,
    "CREATE INDEX ix_users_newest ON users (created_at DESC, id DESC)",
    "CREATE UNIQUE INDEX uq_users_email ON users (lower(email))",
    """
    CREATE TABLE refresh_families (
        id UUID NOT NULL,
        version INTEGER NOT NULL,
        user_id UUID NOT NULL,
        current_hash TEXT NOT NULL,
        previous_hash TEXT,
        rotated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ended_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_refresh_families PRIMARY KEY (id),
        CONSTRAINT ck_refresh_families_rotated_at_range
            CHECK (rotated_at >= '1900-01-01 00:00:00+00'
                AND rotated_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_refresh_families_created_at_range
            CHECK (created_at >= '1900-01-01 00:00:00+00'
                AND created_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_refresh_families_expires_at_range
            CHECK (expires_at >= '1900-01-01 00:00:00+00'
                AND expires_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_refresh_families_ended_at_range
            CHECK (ended_at >= '1900-01-01 00:00:00+00' AND ended_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT fk_refresh_families_user_id FOREIGN KEY(user_id) REFERENCES users (id)
    )
    """,
    "CREATE INDEX ix_refresh_families_expires_at ON refresh_families (expires_at)",
    "CREATE INDEX ix_refresh_families_user_id ON refresh_families (user_id)",
    """
    CREATE TABLE login_throttle (
        key TEXT NOT NULL,
        failures INTEGER NOT NULL,
        resets_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_login_throttle PRIMARY KEY (key),
        CONSTRAINT ck_login_throttle_failures_range CHECK (failures >= 0),
        CONSTRAINT ck_login_throttle_resets_at_range
            CHECK (resets_at >= '1900-01-01 00:00:00+00' AND resets_at < '2200-01-01 00:00:00+00')
    )
    """,
    "CREATE INDEX ix_login_throttle_resets_at ON login_throttle (resets_at)",
    """
    CREATE TABLE sellers (
        id UUID NOT NULL,
        version INTEGER NOT NULL,
        name TEXT NOT NULL,
        slug TEXT NOT NULL,
        description TEXT NOT NULL,
        status TEXT NOT NULL,
        reason TEXT,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_sellers PRIMARY KEY (id),
        CONSTRAINT ck_sellers_status_known
            CHECK (status IN ('pending', 'approved', 'rejected', 'suspended')),
        CONSTRAINT ck_sellers_created_at_range
            CHECK (created_at >= '1900-01-01 00:00:00+00'
                AND created_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_sellers_updated_at_range
            CHECK (updated_at >= '1900-01-01 00:00:00+00'
                AND updated_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT uq_sellers_slug UNIQUE (slug)
    )
    """,
    "CREATE INDEX ix_sellers_status_name ON sellers (status, name, id)",
    "CREATE INDEX ix_sellers_status_newest ON sellers (status, created_at, id)",
    """
    CREATE TABLE seller_members (
        seller_id UUID NOT NULL,
        user_id UUID NOT NULL,
        role TEXT NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_seller_members PRIMARY KEY (seller_id, user_id),
        CONSTRAINT ck_seller_members_role_known CHECK (role IN ('owner', 'manager', 'viewer')),
        CONSTRAINT ck_seller_members_created_at_range
            CHECK (created_at >= '1900-01-01 00:00:00+00'
                AND created_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT fk_seller_members_seller_id FOREIGN KEY(seller_id) REFERENCES sellers (id),
        CONSTRAINT fk_seller_members_user_id FOREIGN KEY(user_id) REFERENCES users (id)
    )
    """,
    "CREATE INDEX ix_seller_members_user_id ON seller_members (user_id)",
    """
    CREATE TABLE categories (
        id UUID NOT NULL,
        version INTEGER NOT NULL,
        parent_id UUID,
        name TEXT NOT NULL,
        slug TEXT NOT NULL,
        path TEXT NOT NULL,
        attributes JSONB NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_categories PRIMARY KEY (id),
        CONSTRAINT ck_categories_path_ends_in_slug
            CHECK (right('/' || path, length(slug) + 1) = '/' || slug),
        CONSTRAINT ck_categories_created_at_range
            CHECK (created_at >= '1900-01-01 00:00:00+00'
                AND created_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_categories_updated_at_range
            CHECK (updated_at >= '1900-01-01 00:00:00+00'
                AND updated_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT fk_categories_parent_id FOREIGN KEY(parent_id) REFERENCES categories (id),
        CONSTRAINT uq_categories_slug UNIQUE (slug)
    )
    """,
    "CREATE INDEX ix_categories_parent_id ON categories (parent_id)",
    "CREATE INDEX ix_categories_path ON categories (path text_pattern_ops)",
    """
    CREATE TABLE products (
        id UUID NOT NULL,
        version INTEGER NOT NULL,
        seller_id UUID NOT NULL,
        category_id UUID NOT NULL,
        name TEXT NOT NULL,
        slug TEXT NOT NULL,
        description TEXT NOT NULL,
        attributes JSONB NOT NULL,
        tags TEXT[] NOT NULL,
        status TEXT NOT NULL,
        reason TEXT,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        published_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_products PRIMARY KEY (id),
        CONSTRAINT ck_products_status_known
            CHECK (status IN ('draft', 'pending', 'published', 'rejected', 'archived')),
        CONSTRAINT ck_products_created_at_range
            CHECK (created_at >= '1900-01-01 00:00:00+00'
                AND created_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_products_updated_at_range
            CHECK (updated_at >= '1900-01-01 00:00:00+00'
                AND updated_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_products_published_at_range
            CHECK (published_at >= '1900-01-01 00:00:00+00'
                AND published_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT fk_products_seller_id FOREIGN KEY(seller_id) REFERENCES sellers (id),
        CONSTRAINT fk_products_category_id FOREIGN KEY(category_id) REFERENCES categories (id),
        CONSTRAINT uq_products_slug UNIQUE (slug)
    )
    """,
    "CREATE INDEX ix_products_category_id ON products (category_id)",
    "CREATE INDEX ix_products_published_category ON products (category_id, created_at, id) WHERE status = 'published'",
    "CREATE INDEX ix_products_published_name ON products (name, id) WHERE status = 'published'",
    "CREATE INDEX ix_products_published_newest ON products (created_at, id) WHERE status = 'published'",
    "CREATE INDEX ix_products_seller ON products (seller_id, created_at, id)",
    "CREATE INDEX ix_products_waiting ON products (status, updated_at, id) WHERE status <> 'published'",
    """
    CREATE TABLE variants (
        id UUID NOT NULL,
        product_id UUID NOT NULL,
        position INTEGER NOT NULL,
        options JSONB NOT NULL,
        barcode TEXT,
        CONSTRAINT pk_variants PRIMARY KEY (id),
        CONSTRAINT fk_variants_product_id FOREIGN KEY(product_id) REFERENCES products (id)
    )
    """,
    "CREATE INDEX ix_variants_product ON variants (product_id, position)",
    """
    CREATE TABLE offers (
        id UUID NOT NULL,
        version INTEGER NOT NULL,
        product_id UUID NOT NULL,
        variant_id UUID NOT NULL,
        seller_id UUID NOT NULL,
        sku TEXT NOT NULL,
        price_amount BIGINT NOT NULL,
        price_currency TEXT NOT NULL,
        compare_at_amount BIGINT,
        compare_at_currency TEXT,
        condition TEXT NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_offers PRIMARY KEY (id),
        CONSTRAINT uq_offers_seller_id_sku UNIQUE (seller_id, sku),
        CONSTRAINT uq_offers_variant_id_seller_id_condition UNIQUE (variant_id, seller_id, condition),
        CONSTRAINT ck_offers_condition_known
            CHECK (condition IN ('new', 'refurbished', 'used', 'damaged')),
        CONSTRAINT ck_offers_compare_at_whole
            CHECK ((compare_at_amount IS NULL) = (compare_at_currency IS NULL)),
        CONSTRAINT ck_offers_price_amount_range CHECK (price_amount BETWEEN 0 AND 9007199254740991),
        CONSTRAINT ck_offers_compare_at_amount_range
            CHECK (compare_at_amount BETWEEN 0 AND 9007199254740991),
        CONSTRAINT ck_offers_price_currency_code CHECK (price_currency ~ '^[A-Z]{3}$'),
        CONSTRAINT ck_offers_compare_at_currency_code CHECK (compare_at_currency ~ '^[A-Z]{3}$'),
        CONSTRAINT ck_offers_created_at_range
            CHECK (created_at >= '1900-01-01 00:00:00+00'
                AND created_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_offers_updated_at_range
            CHECK (updated_at >= '1900-01-01 00:00:00+00'
                AND updated_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT fk_offers_product_id FOREIGN KEY(product_id) REFERENCES products (id),
        CONSTRAINT fk_offers_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id),
        CONSTRAINT fk_offers_seller_id FOREIGN KEY(seller_id) REFERENCES sellers (id)
    )
    """,
    "CREATE INDEX ix_offers_product_id ON offers (product_id)",
    """
    CREATE TABLE stock_items (
        offer_id UUID NOT NULL,
        on_hand INTEGER NOT NULL,
        allocated INTEGER NOT NULL,
        CONSTRAINT pk_stock_items PRIMARY KEY (offer_id),
        CONSTRAINT ck_stock_items_allocated_range CHECK (allocated BETWEEN 0 AND on_hand),
        CONSTRAINT fk_stock_items_offer_id FOREIGN KEY(offer_id) REFERENCES offers (id)
    )
     WITH (fillfactor = 70)
    """,
    """
    CREATE TABLE orders (
        id UUID NOT NULL,
        version INTEGER NOT NULL,
        number TEXT NOT NULL,
        customer_id UUID,
        customer_name TEXT NOT NULL,
        customer_email TEXT NOT NULL,
        currency TEXT NOT NULL,
        shipping_address JSONB NOT NULL,
        status TEXT NOT NULL,
        payment_status TEXT NOT NULL,
        fulfilment_status TEXT NOT NULL,
        prices_include_tax BOOLEAN NOT NULL,
        subtotal BIGINT NOT NULL,
        shipping_total BIGINT NOT NULL,
        tax_total BIGINT NOT NULL,
        discount_total BIGINT NOT NULL,
        total BIGINT NOT NULL,
        placed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        finalised_at TIMESTAMP WITH TIME ZONE,
        abandoned_at TIMESTAMP WITH TIME ZONE,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_orders PRIMARY KEY (id),
        CONSTRAINT ck_orders_status_known CHECK (status IN ('placed', 'cancelled')),
        CONSTRAINT ck_orders_payment_status_known
            CHECK (payment_status
                IN ('pending', 'authorized', 'paid', 'partiallyRefunded', 'refunded', 'voided', 'failed')),
        CONSTRAINT ck_orders_fulfilment_status_known
            CHECK (fulfilment_status
                IN ('unfulfilled', 'partiallyFulfilled', 'fulfilled', 'delivered', 'returned', 'cancelled')),
        CONSTRAINT ck_orders_not_both CHECK (finalised_at IS NULL OR abandoned_at IS NULL),
        CONSTRAINT ck_orders_total_adds_up
            CHECK (total = subtotal + shipping_total - discount_total
                + CASE WHEN prices_include_tax THEN 0 ELSE tax_total END),
        CONSTRAINT ck_orders_currency_code CHECK (currency ~ '^[A-Z]{3}$'),
        CONSTRAINT ck_orders_subtotal_range CHECK (subtotal BETWEEN 0 AND 9007199254740991),
        CONSTRAINT ck_orders_shipping_total_range
            CHECK (shipping_total BETWEEN 0 AND 9007199254740991),
        CONSTRAINT ck_orders_tax_total_range CHECK (tax_total BETWEEN 0 AND 9007199254740991),
        CONSTRAINT ck_orders_discount_total_range
            CHECK (discount_total BETWEEN 0 AND 9007199254740991),
        CONSTRAINT ck_orders_total_range CHECK (total BETWEEN 0 AND 9007199254740991),
        CONSTRAINT ck_orders_placed_at_range
            CHECK (placed_at >= '1900-01-01 00:00:00+00' AND placed_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_orders_finalised_at_range
            CHECK (finalised_at >= '1900-01-01 00:00:00+00'
                AND finalised_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_orders_abandoned_at_range
            CHECK (abandoned_at >= '1900-01-01 00:00:00+00'
                AND abandoned_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_orders_updated_at_range
            CHECK (updated_at >= '1900-01-01 00:00:00+00'
                AND updated_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT uq_orders_number UNIQUE (number),
        CONSTRAINT fk_orders_customer_id FOREIGN KEY(customer_id) REFERENCES users (id)
    )
    """,
    "CREATE INDEX ix_orders_customer ON orders (customer_id, placed_at, id) WHERE finalised_at IS NOT NULL",
    "CREATE INDEX ix_orders_newest ON orders (placed_at, id) WHERE finalised_at IS NOT NULL",
    "CREATE INDEX ix_orders_unfinalised ON orders (placed_at, id) WHERE finalised_at IS NULL AND abandoned_at IS NULL",
    """
    CREATE TABLE seller_orders (
        id UUID NOT NULL,
        order_id UUID NOT NULL,
        seller_id UUID NOT NULL,
        position INTEGER NOT NULL,
        status TEXT NOT NULL,
        payment_status TEXT NOT NULL,
        fulfilment_status TEXT NOT NULL,
        shipping_name TEXT NOT NULL,
        shipping_price BIGINT NOT NULL,
        subtotal BIGINT NOT NULL,
        total BIGINT NOT NULL,
        placed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_seller_orders PRIMARY KEY (id),
        CONSTRAINT uq_seller_orders_order_id_position UNIQUE (order_id, position),
        CONSTRAINT ck_seller_orders_status_known CHECK (status IN ('placed', 'cancelled')),
        CONSTRAINT ck_seller_orders_payment_status_known
            CHECK (payment_status
                IN ('pending', 'authorized', 'paid', 'partiallyRefunded', 'refunded', 'voided', 'failed')),
        CONSTRAINT ck_seller_orders_fulfilment_status_known
            CHECK (fulfilment_status
                IN ('unfulfilled', 'partiallyFulfilled', 'fulfilled', 'delivered', 'returned', 'cancelled')),
        CONSTRAINT ck_seller_orders_position_range CHECK (position > 0),
        CONSTRAINT ck_seller_orders_total_adds_up CHECK (total = subtotal + shipping_price),
        CONSTRAINT ck_seller_orders_shipping_price_range
            CHECK (shipping_price BETWEEN 0 AND 9007199254740991),
        CONSTRAINT ck_seller_orders_subtotal_range CHECK (subtotal BETWEEN 0 AND 9007199254740991),
        CONSTRAINT ck_seller_orders_total_range CHECK (total BETWEEN 0 AND 9007199254740991),
        CONSTRAINT ck_seller_orders_placed_at_range
            CHECK (placed_at >= '1900-01-01 00:00:00+00' AND placed_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT fk_seller_orders_order_id FOREIGN KEY(order_id) REFERENCES orders (id),
        CONSTRAINT fk_seller_orders_seller_id FOREIGN KEY(seller_id) REFERENCES sellers (id)
    )
    """,
    "CREATE INDEX ix_seller_orders_seller ON seller_orders (seller_id, placed_at, id)",
    """
    CREATE TABLE order_lines (
        id UUID NOT NULL,
        seller_order_id UUID NOT NULL,
        position INTEGER NOT NULL,
        offer_id UUID NOT NULL,
        product_id UUID NOT NULL,
        variant_id UUID NOT NULL,
        sku TEXT NOT NULL,
        name TEXT NOT NULL,
        slug TEXT NOT NULL,
        options JSONB NOT NULL,
        quantity INTEGER NOT NULL,
        unit_price BIGINT NOT NULL,
        total BIGINT NOT NULL,
        cancelled INTEGER NOT NULL,
        shipped INTEGER NOT NULL,
        refunded INTEGER NOT NULL,
        CONSTRAINT pk_order_lines PRIMARY KEY (id),
        CONSTRAINT uq_order_lines_seller_order_id_position UNIQUE (seller_order_id, position),
        CONSTRAINT ck_order_lines_position_range CHECK (position > 0),
        CONSTRAINT ck_order_lines_quantity_range CHECK (quantity > 0),
        CONSTRAINT ck_order_lines_open_range
            CHECK (cancelled >= 0 AND shipped >= 0 AND cancelled + shipped <= quantity),
        CONSTRAINT ck_order_lines_refunded_range CHECK (refunded BETWEEN 0 AND quantity),
        CONSTRAINT ck_order_lines_total_adds_up CHECK (total = unit_price * quantity),
        CONSTRAINT ck_order_lines_unit_price_range
            CHECK (unit_price BETWEEN 0 AND 9007199254740991),
        CONSTRAINT ck_order_lines_total_range CHECK (total BETWEEN 0 AND 9007199254740991),
        CONSTRAINT fk_order_lines_seller_order_id
            FOREIGN KEY(seller_order_id) REFERENCES seller_orders (id)
    )
    """,
    """
    CREATE TABLE payments (
        id UUID NOT NULL,
        version INTEGER NOT NULL,
        order_id UUID NOT NULL,
        provider TEXT NOT NULL,
        currency TEXT NOT NULL,
        amount BIGINT NOT NULL,
        captured_amount BIGINT NOT NULL,
        refunded_amount BIGINT NOT NULL,
        status TEXT NOT NULL,
        reference TEXT,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_payments PRIMARY KEY (id),
        CONSTRAINT ck_payments_status_known
            CHECK (status IN ('pending', 'authorized', 'captured', 'voided', 'failed')),
        CONSTRAINT ck_payments_captured_most CHECK (captured_amount <= amount),
        CONSTRAINT ck_payments_refunded_most CHECK (refunded_amount <= captured_amount),
        CONSTRAINT ck_payments_currency_code CHECK (currency ~ '^[A-Z]{3}$'),
        CONSTRAINT ck_payments_amount_range CHECK (amount BETWEEN 0 AND 9007199254740991),
        CONSTRAINT ck_payments_captured_amount_range
            CHECK (captured_amount BETWEEN 0 AND 9007199254740991),
        CONSTRAINT ck_payments_refunded_amount_range
            CHECK (refunded_amount BETWEEN 0 AND 9007199254740991),
        CONSTRAINT ck_payments_created_at_range
            CHECK (created_at >= '1900-01-01 00:00:00+00'
                AND created_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_payments_updated_at_range
            CHECK (updated_at >= '1900-01-01 00:00:00+00'
                AND updated_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT fk_payments_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
    )
    """,
    "CREATE INDEX ix_payments_order_id ON payments (order_id)",
    "CREATE INDEX ix_payments_pending ON payments (order_id) WHERE status = 'pending'",
    "CREATE UNIQUE INDEX uq_payments_live ON payments (order_id) WHERE status NOT IN ('voided', 'failed')",
    """
    CREATE TABLE outbox (
        id UUID NOT NULL,
        type TEXT NOT NULL,
        payload JSONB NOT NULL,
        occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
        attempts INTEGER NOT NULL,
        next_attempt_at TIMESTAMP WITH TIME ZONE NOT NULL,
        delivered_at TIMESTAMP WITH TIME ZONE,
        error TEXT,
        CONSTRAINT pk_outbox PRIMARY KEY (id),
        CONSTRAINT ck_outbox_attempts_range CHECK (attempts >= 0),
        CONSTRAINT ck_outbox_occurred_at_range
            CHECK (occurred_at >= '1900-01-01 00:00:00+00'
                AND occurred_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_outbox_next_attempt_at_range
            CHECK (next_attempt_at >= '1900-01-01 00:00:00+00'
                AND next_attempt_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_outbox_delivered_at_range
            CHECK (delivered_at >= '1900-01-01 00:00:00+00'
                AND delivered_at < '2200-01-01 00:00:00+00')
    )
    """,
    "CREATE INDEX ix_outbox_delivered ON outbox (delivered_at) WHERE delivered_at IS NOT NULL",
    "CREATE INDEX ix_outbox_due ON outbox (next_attempt_at, id) WHERE delivered_at IS NULL",
    """
    CREATE TABLE handled_events (
        handler TEXT NOT NULL,
        event_id UUID NOT NULL,
        handled_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_handled_events PRIMARY KEY (handler, event_id),
        CONSTRAINT ck_handled_events_handled_at_range
            CHECK (handled_at >= '1900-01-01 00:00:00+00' AND handled_at < '2200-01-01 00:00:00+00')
    )
    """,
    "CREATE INDEX ix_handled_events_handled_at ON handled_events (handled_at)",
    """
    CREATE TABLE idempotency_keys (
        actor TEXT NOT NULL,
        key TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        makes UUID NOT NULL,
        lease_until TIMESTAMP WITH TIME ZONE NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        answer_status INTEGER,
        answer_headers JSONB,
        answer_body BYTEA,
        CONSTRAINT pk_idempotency_keys PRIMARY KEY (actor, key),
        CONSTRAINT ck_idempotency_keys_answer_whole
            CHECK (num_nulls(answer_status, answer_headers, answer_body) IN (0, 3)),
        CONSTRAINT ck_idempotency_keys_lease_until_range
            CHECK (lease_until >= '1900-01-01 00:00:00+00'
                AND lease_until < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_idempotency_keys_created_at_range
            CHECK (created_at >= '1900-01-01 00:00:00+00' AND created_at < '2200-01-01 00:00:00+00')
    )
    """,
    "CREATE INDEX ix_idempotency_keys_created_at ON idempotency_keys (created_at)",
    "CREATE INDEX ix_idempotency_keys_makes ON idempotency_keys (makes)",
    """
    CREATE TABLE sandbox_charges (
        key TEXT NOT NULL,
        status TEXT NOT NULL,
        reference TEXT NOT NULL,
        amount BIGINT,
        currency TEXT,
        reason TEXT,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_sandbox_charges PRIMARY KEY (key),
        CONSTRAINT ck_sandbox_charges_amount_whole CHECK ((amount IS NULL) = (currency IS NULL)),
        CONSTRAINT ck_sandbox_charges_amount_range CHECK (amount BETWEEN 0 AND 9007199254740991),
        CONSTRAINT ck_sandbox_charges_currency_code CHECK (currency ~ '^[A-Z]{3}$'),
        CONSTRAINT ck_sandbox_charges_created_at_range
            CHECK (created_at >= '1900-01-01 00:00:00+00'
                AND created_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_sandbox_charges_updated_at_range
            CHECK (updated_at >= '1900-01-01 00:00:00+00' AND updated_at < '2200-01-01 00:00:00+00')
    )
    """,
)

_TABLES = (
    "sandbox_charges",
    "idempotency_keys",
    "handled_events",
    "outbox",
    "payments",
    "order_lines",
    "seller_orders",
    "orders",
    "stock_items",
    "offers",
    "variants",
    "products",
    "categories",
    "seller_members",
    "sellers",
    "login_throttle",
    "refresh_families",
    "users",
)


def upgrade() -> None:
    for statement in _UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    op.execute("DROP SEQUENCE order_numbers")
