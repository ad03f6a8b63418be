"""The host settings."""
