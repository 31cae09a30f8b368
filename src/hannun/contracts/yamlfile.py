"""YAML files as people write them: a key that stands twice is a mistake, not a second chance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from hannun.base.errors import ContractError

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _OnceLoader(_Loader):  # type: ignore[misc, valid-type]  # the faster of two loaders, chosen when the module is loaded
    """PyYAML keeps the last of two equal keys without a word; this loader refuses them."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.MarkedYAMLError(problem=f"the key '{key.value}' stands twice", problem_mark=key.start_mark)
                seen.add(key.value)
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


def read_yaml(path: Path) -> Any:
    """The document in a YAML file.

    Raises:
        ContractError: the file cannot be read, or is not YAML; the message has the line and column.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ContractError(f"{path}: cannot be read: {error.strerror}", mend="restore the file or its rights") from None
    except UnicodeDecodeError as error:
        raise ContractError(f"{path}: byte {error.start} is not UTF-8", mend="save the file as UTF-8") from None
    try:
        return yaml.load(text, Loader=_OnceLoader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        spot = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ContractError(f"{path}{spot}: not YAML: {error.problem or error.context}", mend="mend the line") from None
    except yaml.YAMLError as error:
        raise ContractError(f"{path}: not YAML: {' '.join(str(error).split())}", mend="mend the file") from None
