"""The Customer Single View, assembled in generations."""
