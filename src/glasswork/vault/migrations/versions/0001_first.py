"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table of `glasswork.vault.tables` as it was at this revision."""
    op.create_table(
        "participants",
        sa.Column("participant", sa.String(64), primary_key=True),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("enrolled", sa.Date, nullable=False),
    )
    op.create_table(
        "devices",
        sa.Column("device", sa.String(64), primary_key=True),
        sa.Column("participant", sa.String(64), sa.ForeignKey("participants.participant"), nullable=False),
        sa.Column("public", sa.LargeBinary(32), nullable=False),
        sa.Column("enrolled", sa.Date, nullable=False),
    )
    op.create_table(
        "policies",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("superseded", sa.Date),
    )
    op.create_table(
        "envelopes",
        sa.Column("batch", sa.String(32), primary_key=True),
        sa.Column("device", sa.String(64), sa.ForeignKey("devices.device"), nullable=False),
        sa.Column("participant", sa.String(64), sa.ForeignKey("participants.participant"), nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("policy", sa.String(64), sa.ForeignKey("policies.hash"), nullable=False),
        sa.Column("received", sa.Date, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.UniqueConstraint("device", "sequence"),
        sa.CheckConstraint("state IN ('stored', 'admitted', 'quarantined')"),
    )
    op.create_index("envelopes_by_state", "envelopes", ["state", "participant", "day"])
    op.create_index("envelopes_by_quota", "envelopes", ["device", "received"])
    op.create_table(
        "objects",
        sa.Column("partition", sa.String(32), primary_key=True),
        sa.Column("zone", sa.String(16), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("owner", sa.String(64), sa.ForeignKey("participants.participant"), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("purposes", sa.Text, nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("path", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.UniqueConstraint("zone", "name", "scope", "owner", "day", "source"),
    )
    op.create_index("objects_by_owner", "objects", ["owner"])
    op.create_table(
        "incidents",
        sa.Column("incident", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("batch", sa.String(32), nullable=False),
        sa.Column("opened", sa.Date, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_table(
        "tombstones",
        sa.Column("partition", sa.String(32), primary_key=True),
        sa.Column("zone", sa.String(16), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("erased", sa.Date, nullable=False),
    )
    op.create_table(
        "clock",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
    )
