"""Imports, and the handles that their products have."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_UPGRADE = (
    """
    CREATE TABLE imports (
        id UUID NOT NULL,
        version INTEGER NOT NULL,
        seller_id UUID NOT NULL,
        requested_by UUID NOT NULL,
        currency TEXT NOT NULL,
        decimals INTEGER NOT NULL,
        dry_run BOOLEAN NOT NULL,
        columns TEXT[] NOT NULL,
        size INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        superseded INTEGER[] NOT NULL,
        status TEXT NOT NULL,
        reason TEXT,
        "offset" INTEGER NOT NULL,
        created INTEGER NOT NULL,
        updated INTEGER NOT NULL,
        unchanged INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        lease_until TIMESTAMP WITH TIME ZONE NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        finished_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_imports PRIMARY KEY (id),
        CONSTRAINT ck_imports_status_known
            CHECK (status IN ('pending', 'running', 'completed', 'failed')),
        CONSTRAINT ck_imports_currency_code CHECK (currency ~ '^[A-Z]{3}$'),
        CONSTRAINT ck_imports_rows_counted_once
            CHECK (least(created, updated, unchanged, failed) >= 0
                AND created + updated + unchanged + failed <= rows),
        CONSTRAINT ck_imports_offset_range CHECK ("offset" BETWEEN 0 AND size),
        CONSTRAINT ck_imports_finished_at_end
            CHECK ((finished_at IS NULL) = (status IN ('pending', 'running'))),
        CONSTRAINT ck_imports_lease_until_range
            CHECK (lease_until >= '1900-01-01 00:00:00+00'
                AND lease_until < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_imports_created_at_range
            CHECK (created_at >= '1900-01-01 00:00:00+00'
                AND created_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_imports_updated_at_range
            CHECK (updated_at >= '1900-01-01 00:00:00+00'
                AND updated_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_imports_finished_at_range
            CHECK (finished_at >= '1900-01-01 00:00:00+00'
                AND finished_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT fk_imports_seller_id FOREIGN KEY(seller_id) REFERENCES sellers (id),
        CONSTRAINT fk_imports_requested_by FOREIGN KEY(requested_by) REFERENCES users (id)
    )
    """,
    "CREATE INDEX ix_imports_finished_at ON imports (finished_at)",
    "CREATE INDEX ix_imports_requested_by ON imports (requested_by)",
    "CREATE INDEX ix_imports_seller_id ON imports (seller_id)",
    "CREATE INDEX ix_imports_waiting ON imports (created_at, id) WHERE finished_at IS NULL",
    """
    CREATE TABLE import_chunks (
        import_id UUID NOT NULL,
        number INTEGER NOT NULL,
        data BYTEA NOT NULL,
        CONSTRAINT pk_import_chunks PRIMARY KEY (import_id, number),
        CONSTRAINT fk_import_chunks_import_id FOREIGN KEY(import_id) REFERENCES imports (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE import_errors (
        import_id UUID NOT NULL,
        number BIGINT GENERATED ALWAYS AS IDENTITY,
        row INTEGER NOT NULL,
        pointer TEXT NOT NULL,
        code TEXT NOT NULL,
        message TEXT NOT NULL,
        CONSTRAINT pk_import_errors PRIMARY KEY (import_id, number),
        CONSTRAINT fk_import_errors_import_id FOREIGN KEY(import_id) REFERENCES imports (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE product_handles (
        seller_id UUID NOT NULL,
        handle TEXT NOT NULL,
        product_id UUID NOT NULL,
        CONSTRAINT pk_product_handles PRIMARY KEY (seller_id, handle),
        CONSTRAINT fk_product_handles_seller_id FOREIGN KEY(seller_id) REFERENCES sellers (id),
        CONSTRAINT uq_product_handles_product_id UNIQUE (product_id),
        CONSTRAINT fk_product_handles_product_id FOREIGN KEY(product_id) REFERENCES products (id)
    )
    """,
)
_DOWNGRADE = (
    "DROP TABLE product_handles",
    "DROP TABLE import_errors",
    "DROP TABLE import_chunks",
    "DROP TABLE imports",
)


def upgrade() -> None:
    for statement in _UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DOWNGRADE:
        op.execute(statement)
