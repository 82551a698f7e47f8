"""The records' tables: what lies in the vault, for whom, until when. No time is finer than a day."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

participants = Table(
    "participants",
    metadata,
    Column("participant", String(64), primary_key=True),
    Column("scope", String(16), nullable=False),
    Column("enrolled", Date, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("device", String(64), primary_key=True),
    Column("participant", String(64), ForeignKey("participants.participant"), nullable=False),
    Column("public", LargeBinary(32), nullable=False),
    Column("enrolled", Date, nullable=False),
)

policies = Table(  # those that batches may name; `superseded` is null for the one in force
    "policies",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("superseded", Date),
)

envelopes = Table(  # the row outlives the bytes: it is what makes sending idempotent and replay impossible
    "envelopes",
    metadata,
    Column("batch", String(32), primary_key=True),
    Column("device", String(64), ForeignKey("devices.device"), nullable=False),
    Column("participant", String(64), ForeignKey("participants.participant"), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("day", Date, nullable=False),
    Column("key", String(32), nullable=False),
    Column("policy", String(64), ForeignKey("policies.hash"), nullable=False),
    Column("received", Date, nullable=False),
    Column("size", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    UniqueConstraint("device", "sequence"),
    CheckConstraint("state IN ('stored', 'admitted', 'quarantined')"),
    Index("envelopes_by_state", "state", "participant", "day"),
    Index("envelopes_by_quota", "device", "received"),
)

objects = Table(  # one row a partition: it keeps its id, while each write has a key and a path of its own
    "objects",
    metadata,
    Column("partition", String(32), primary_key=True),
    Column("zone", String(16), nullable=False),
    Column("name", String(64), nullable=False),
    Column("source", String(32), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("owner", String(64), ForeignKey("participants.participant"), nullable=False),
    Column("day", Date, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("purposes", Text, nullable=False),
    Column("key", String(32), nullable=False),
    Column("path", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    UniqueConstraint("zone", "name", "scope", "owner", "day", "source"),
    Index("objects_by_owner", "owner"),
)

incidents = Table(  # `day` is that of the work, `outcome` what was decided when it was closed
    "incidents",
    metadata,
    Column("incident", String(32), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("batch", String(32), nullable=False),
    Column("opened", Date, nullable=False),
    Column("detail", Text, nullable=False),
    Column("owner", String(64)),
    Column("day", Date),
    Column("closed", Date),
    Column("outcome", String(16)),
)

tombstones = Table(  # partitions whose owner was erased: whatever was built from them must leave them out
    "tombstones",
    metadata,
    Column("partition", String(32), primary_key=True),
    Column("zone", String(16), nullable=False),
    Column("name", String(64), nullable=False),
    Column("erased", Date, nullable=False),
)
