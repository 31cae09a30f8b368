"""The six models."""
