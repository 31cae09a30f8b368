"""The JSON behind the pages: health, customers, views, tables."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import JSONResponse

from hannun import __version__
from hannun.base.errors import HannunError, NotFound
from hannun.portal.source import Source, as_json

LIMIT = 20


def routes(source: Source) -> APIRouter:
    """The routes under `/v1`. Errors are `{"error": {"message", "mend"}}`."""
    router = APIRouter(prefix="/v1")

    @router.get("/health")
    def health() -> dict[str, Any]:
        """Whether the server answers, and from which generation of views."""
        try:
            facts = source.views.facts()
        except NotFound:
            return {"status": "ok", "version": __version__, "views": None}
        views = {name: facts[name] for name in ("generation", "as_of", "basis", "customers", "built_at")}
        return {"status": "ok", "version": __version__, "views": views}

    @router.get("/customers")
    def customers(
        query: Annotated[str, Query(description="The beginning of a customer's identifier.", max_length=200)] = "",
        limit: Annotated[int, Query(ge=1, le=200)] = LIMIT,
    ) -> dict[str, Any]:
        """Customers by the beginning of their identifier; nothing personal."""
        return {"as_of": source.views.facts()["as_of"], "customers": source.views.search(query, limit)}

    @router.get("/customers/{customer_id}/view")
    def view(customer_id: str) -> dict[str, Any]:
        """The single view of one customer."""
        document = source.views.get(customer_id)
        if document is None:
            raise NotFound(f"no customer '{customer_id}' in the current views", mend="check the identifier")
        return document

    @router.get("/tables")
    def tables() -> dict[str, Any]:
        """The tables: names and descriptions in both languages, rows, freshness, version."""
        return {"tables": [as_json(info) for info in source.tables()]}

    return router


def errors(app: FastAPI) -> None:
    """Answer our own errors as JSON: 404 for what is not there, 503 for a home that cannot be read."""

    @app.exception_handler(HannunError)
    async def _answer(_: Request, error: HannunError) -> JSONResponse:
        status = 404 if isinstance(error, NotFound) else 503
        return JSONResponse({"error": {"message": error.message, "mend": error.mend}}, status_code=status)
