"""The verbs that cross rooms."""
