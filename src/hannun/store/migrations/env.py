"""Alembic's entry: `hannun.store.migrate` hands over the open connection and the database's name."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
name = context.config.attributes["name"]
context.configure(connection=connection, version_table=f"{name}_revision", transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
