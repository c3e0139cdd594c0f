"""What variants weigh."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_UPGRADE = (
    """
    ALTER TABLE variants
        ADD COLUMN weight INTEGER
            CONSTRAINT ck_variants_weight_range CHECK (weight BETWEEN 0 AND 10000000)
    """,
)
_DOWNGRADE = ("ALTER TABLE variants DROP COLUMN weight",)


def upgrade() -> None:
    for statement in _UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DOWNGRADE:
        op.execute(statement)
