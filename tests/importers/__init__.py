"""The move from elsewhere."""
