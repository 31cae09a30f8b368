"""All settings, in one object, read once.

A home is a folder. `hannun init` writes `hannun.toml` into it; `HANNUN_*` variables stand above the file.
A secret is never written into the file: it is named, as `env:NAME` or `file:PATH`.
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from hannun.base.errors import SettingsError

FILE_NAME = "hannun.toml"
UNREADABLE = frozenset("[]^|%\\")


class Settings(BaseSettings):
    """The settings of one home."""

    model_config = SettingsConfigDict(env_prefix="HANNUN_", extra="forbid", validate_default=True)

    home: Path = Field(default=Path("hannun-home"), description="the folder that everything lives in")
    company: str = Field(default="한눈카드", description="the company's name, as pages show it")
    lake_url: str = Field(default="", description="where the lake lies; empty: `lake/` in the home; else a URL that delta-rs takes")
    lake_options: dict[str, str] = Field(
        default_factory=dict, description="storage options of the lake's URL; values may be secrets"
    )
    meta_url: str = Field(default="", description="SQLAlchemy URL of the metadata database; empty: SQLite files in the home")
    key: str = Field(default="file:keys/master.key", description="the master key of tokens and vault, as `env:NAME` or `file:PATH`")
    memory_limit: str = Field(default="2GB", description="memory that one query may use before it spills to disk")
    ingest_memory_limit: str = Field(default="384MB", description="memory that the engine may use while files are ingested")
    threads: int = Field(default=0, ge=0, description="threads of one query; 0: all cores")
    temp_dir: Path | None = Field(default=None, description="where queries spill; empty: the system's temporary folder")
    keep_history_days: int = Field(default=30, ge=0, description="days of time travel that `hannun lake maintain` keeps")
    usage_months: int = Field(default=3, ge=1, le=60, description="model 01: months over which the usage of a segment is averaged")
    count_suspended: bool = Field(default=False, description="유효회원: a holder of suspended cards only counts, too")
    grade_points: list[int] = Field(default=[100, 80, 60, 40, 20, 10, 5], description="model 01: points of the grades 1 to 7")
    host: str = Field(
        default="127.0.0.1", description="address that `hannun serve` binds to; loopback only until access control exists"
    )
    port: int = Field(default=8600, ge=0, le=65535, description="port that `hannun serve` binds to")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Variables first, then what the file said (handed over as initial values)."""
        return env_settings, init_settings

    @property
    def lake_root(self) -> str:
        """The lake's URL or absolute folder."""
        return self.lake_url or str((self.home / "lake").absolute())

    @property
    def conf(self) -> Path:
        """The company's own contracts, mappings, segments …, laid over the shipped ones."""
        return self.home / "conf"

    @property
    def spill(self) -> Path:
        """A folder for temporary files of queries."""
        return self.temp_dir or Path(tempfile.gettempdir()) / "hannun-spill"

    def secret(self, name: str) -> bytes:
        """The value of a secret that a setting names.

        Raises:
            SettingsError: the variable or file is not there, or the setting holds the secret itself.
        """
        kind, _, rest = name.partition(":")
        if kind == "env":
            value = os.environ.get(rest)
            if value is None:
                raise SettingsError(f"the variable {rest} is not set", mend=f"export {rest}=… with the secret")
            return value.encode()
        if kind == "file":
            path = Path(rest) if Path(rest).is_absolute() else self.home / rest
            try:
                return path.read_bytes().strip()
            except OSError as error:
                raise SettingsError(
                    f"the secret file {path} cannot be read: {error.strerror}", mend="restore it, or name another in hannun.toml"
                ) from None
        raise SettingsError("a secret must be named as env:NAME or file:PATH", mend="edit hannun.toml")

    @classmethod
    def load(cls, home: Path | None = None) -> Settings:
        """The settings of a home that `hannun init` has made.

        Args:
            home: the folder; else `HANNUN_HOME`, else `./hannun-home`.

        Raises:
            SettingsError: there is no home, or a setting is wrong.
        """
        place = home or Path(os.environ.get("HANNUN_HOME", "hannun-home"))
        file = place / FILE_NAME
        try:
            values: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        except FileNotFoundError:
            raise SettingsError(
                f"{place} is not a Hannun home: {file} is missing", mend=f"make one: hannun init --home {place}"
            ) from None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{file} cannot be read: {error}", mend="mend the file") from None
        return cls.of(place, **values)

    @classmethod
    def of(cls, home: Path, **values: Any) -> Settings:
        """Settings from values, with errors that name the setting."""
        values.pop("home", None)
        try:
            settings = cls(**values)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise SettingsError(
                f"setting '{where}' in {home / FILE_NAME}: {first['msg']}", mend="mend hannun.toml or the HANNUN_ variable"
            ) from None
        settings = settings.model_copy(update={"home": home.absolute()})
        settings._check_lake_folder()
        return settings

    def _check_lake_folder(self) -> None:
        """delta-rs takes a folder for a URL: it panics at some characters, and reads others as something else."""
        kind, _, path = self.lake_root.rpartition("://")
        if kind in ("", "file"):
            wrong = sorted(UNREADABLE & set(path if not kind else unquote(path)))
            if wrong:
                raise SettingsError(
                    f"the lake cannot lie in {self.lake_root}: its path has {' '.join(wrong)}",
                    mend="choose a folder without, or set lake_url to one",
                )
