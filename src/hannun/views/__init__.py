"""The Customer Single View: documents of all customers, in generations."""

from hannun.views.make import Built, make
from hannun.views.read import Views
from hannun.views.schema import COLUMNS, VERSION, View, schema

__all__ = ["COLUMNS", "VERSION", "Built", "View", "Views", "make", "schema"]
