"""Run by Alembic, on the connection that `castad_cli.records.migrate` holds the lock on."""

from alembic import context

from castad_cli.records import effect_tables  # noqa: F401 - its tables are among the metadata's
from castad_cli.records.schema import VERSION_TABLE, Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
