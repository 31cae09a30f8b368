"""From grades to target lists."""
