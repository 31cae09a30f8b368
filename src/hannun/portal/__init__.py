"""The staff's pages and their JSON, on the loopback address until access control exists."""
