"""Reading the single views of a home."""

from __future__ import annotations

from typing import Any

from hannun.base.errors import NotFound
from hannun.views import Views
from hannun.workflows.home import Home


def view(home: Home, customer_id: str) -> dict[str, Any]:
    """One customer's document.

    Raises:
        NotFound: there is no such customer, or no views were built.
    """
    reader = Views(home.store)
    try:
        document = reader.get(customer_id)
        as_of = reader.facts()["as_of"]
    finally:
        reader.close()
    if document is None:
        raise NotFound(
            f"no customer '{customer_id}' in the views as of {as_of}",
            mend="check the identifier, or build newer views: hannun views build",
        )
    return document
