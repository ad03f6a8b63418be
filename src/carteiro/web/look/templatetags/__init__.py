"""The components of pages, as tags and filters."""
