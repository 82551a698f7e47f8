"""Alembic's entry: runs the revisions in `versions/` on the connection that `records.connect` passes in."""

from alembic import context

from glasswork.vault.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
