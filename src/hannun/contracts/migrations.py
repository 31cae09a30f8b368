"""The `migrations` of a contract: what changed, other than new columns, when its version rose.

```yaml
customProperties:
- property: migrations
  value:
  - version: 2.0.0
    rename: {tel: phone}
    drop: [fax]
    recast: [credit_limit]
```
"""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from hannun.base.errors import ContractError
from hannun.contracts.model import Migration


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: str
    rename: dict[str, str] = {}
    drop: list[str] = []
    recast: list[str] = []


def migrations(value: Any, where: str) -> tuple[Migration, ...]:
    """Migrations from the property's value.

    Raises:
        ContractError: an entry has another form, or two are of the same version.
    """
    spot = f"{where}: customProperties: migrations"
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ContractError(f"{spot}: not a list", mend="write a list of version, rename, drop, recast")
    found: list[Migration] = []
    for item in value:
        try:
            entry = _Entry.model_validate(item)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise ContractError(f"{spot}: {place}: {first['msg']}", mend="write version, rename, drop, recast") from None
        if not re.fullmatch(r"\d+\.\d+\.\d+", entry.version):
            raise ContractError(f"{spot}: version '{entry.version}'", mend="write it as 2.0.0")
        if any(entry.version == other.version for other in found):
            raise ContractError(f"{spot}: version {entry.version} stands twice", mend="write one entry a version")
        found.append(Migration(entry.version, entry.rename, tuple(entry.drop), tuple(entry.recast)))
    return tuple(found)
