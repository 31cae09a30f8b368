"""Brings a database to this program's revision, with the migrations shipped in the package."""

from __future__ import annotations

from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine

from hannun.base.errors import StoreError
from hannun.store import tables


def upgrade(engine: Engine, name: str) -> None:
    """Run what is missing.

    Raises:
        StoreError: the database was made by a newer program.
    """
    with as_file(files("hannun.store") / "migrations") as folder:
        config = _config(str(folder), name)
        if not ScriptDirectory.from_config(config).get_heads():
            # A database that has no tables yet: connecting makes the file.
            engine.connect().close()
            return
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            config.attributes["name"] = name
            try:
                command.upgrade(config, "heads")
            except CommandError as error:
                raise StoreError(
                    f"the database '{name}' cannot be brought to {tables.REVISIONS[name]}: {error}",
                    mend="it was made by a newer program: install that one",
                ) from error


def heads(name: str) -> list[str]:
    """The newest revisions among the shipped migrations of a database."""
    with as_file(files("hannun.store") / "migrations") as folder:
        return list(ScriptDirectory.from_config(_config(str(folder), name)).get_heads())


def _config(folder: str, name: str) -> Config:
    config = Config()
    config.set_main_option("script_location", folder)
    config.set_main_option("version_locations", f"{folder}/{name}")
    config.set_main_option("path_separator", "os")
    return config
