"""Incidents know whose day they are of and how they were closed; the clock lies with the keys."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what a review needs to `incidents`, and drop `clock`: a copy of the data must not bring an old day back."""
    for column in (
        sa.Column("owner", sa.String(64)),
        sa.Column("day", sa.Date),
        sa.Column("closed", sa.Date),
        sa.Column("outcome", sa.String(16)),
    ):
        op.add_column("incidents", column)
    op.drop_table("clock")
