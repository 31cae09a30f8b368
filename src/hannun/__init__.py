"""Hannun (한눈): the data hub and data-science platform of a card company."""

__version__ = "0.1.0"
