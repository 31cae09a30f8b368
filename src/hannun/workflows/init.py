"""Making a home."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from hannun.base.errors import HannunError, SettingsError
from hannun.base.settings import FILE_NAME, Settings
from hannun.privacy.keys import check_value
from hannun.workflows.home import Home, open_home

FOLDERS = ("conf/contracts", "conf/mappings", "conf/segments", "conf/features", "keys", "db", "locks")
KEY_BYTES = 32
KEY_CHECK = "key.check"


@dataclass(frozen=True)
class Made:
    """A home that is ready, and what had to be made for it; nothing, if it was ready before."""

    home: Home
    made: tuple[str, ...]


def init(place: Path) -> Made:
    """Make a home at `place`, or make what is missing of it. Nothing that is there is overwritten.

    Raises:
        HannunError: the folder cannot be written.
        SettingsError: the home is an old one and its master key is gone: a new key would make its tokens and vault worthless.
    """
    place = place.absolute()
    made: list[str] = []
    # Settings that cannot be are refused before anything is made.
    fresh = not (place / FILE_NAME).exists()
    settings = Settings.of(place) if fresh else Settings.load(place)
    try:
        if not place.exists():
            place.mkdir(parents=True)
            # Personal data will lie here: for its owner only, until the owner says otherwise.
            place.chmod(0o700)
        for folder in FOLDERS:
            if not (place / folder).is_dir():
                (place / folder).mkdir(parents=True)
                made.append(f"{folder}/")
        (place / "keys").chmod(0o700)
        # The settings are written last but the key before them: a home with settings has had its key.
        made += _key(settings, fresh)
        if fresh:
            _write_new(place / FILE_NAME, settings_text(), 0o600)
            made.append(FILE_NAME)
        made += _lake_folder(settings)
    except OSError as error:
        raise HannunError(
            f"no home can be made at {place}: {error.filename}: {error.strerror}", mend="choose a folder that you can write to"
        ) from None
    home = open_home(settings)
    home.store.upgrade()
    if fresh and home.store.pointer(KEY_CHECK) is None:
        # So that a wrong key is found out before it has written anything.
        home.store.point(KEY_CHECK, check_value(settings.secret(settings.key)), home.clock.now())
    home.store.close()
    return Made(home, tuple(made))


def settings_text() -> str:
    """`hannun.toml` with every setting as a comment: what it means, and its value if it is left alone."""
    lines = [
        "# The settings of this home. A line without # changes a setting; HANNUN_<NAME> variables stand above this file.",
        "# A secret is named, never written here: env:NAME (a variable) or file:PATH (a file, from this folder on).",
    ]
    for name, setting in Settings.model_fields.items():
        if name != "home":
            default = setting.get_default(call_default_factory=True)
            lines += ["", f"# {setting.description}", f"# {name} = {_toml(default)}"]
    return "\n".join(lines) + "\n"


def _key(settings: Settings, fresh: bool) -> list[str]:
    kind, _, rest = settings.key.partition(":")
    if kind != "file" or Path(rest).is_absolute():
        settings.secret(settings.key)
        return []
    path = settings.home / rest
    if path.exists():
        return []
    if not fresh:
        raise SettingsError(
            f"the master key {path} of this home is gone; without it tokens and vault cannot be read",
            mend="restore it from a backup, or start a new home in another folder",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_new(path, secrets.token_hex(KEY_BYTES) + "\n", 0o600)
    return [rest]


def _lake_folder(settings: Settings) -> list[str]:
    """The lake's folder, where the lake is a folder: an object store needs none."""
    root = settings.lake_root
    if "://" in root and not root.startswith("file://"):
        return []
    folder = Path(url2pathname(urlsplit(root).path)) if root.startswith("file://") else Path(root)
    if folder.is_dir():
        return []
    folder.mkdir(parents=True)
    return ["lake/"] if not settings.lake_url else [root]


def _write_new(path: Path, text: str, mode: int) -> None:
    """A whole file or none, never over an existing one."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(file, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        # A link fails when the name is taken, where a rename would replace.
        os.link(part, path)
    finally:
        part.unlink(missing_ok=True)


def _toml(value: Any) -> str:
    if value is None:
        return '"…"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
