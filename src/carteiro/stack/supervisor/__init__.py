"""The supervisor and our own services below it."""
