"""The command line."""

from hannun.cli.app import main

__all__ = ["main"]
