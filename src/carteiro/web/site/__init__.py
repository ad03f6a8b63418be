"""The site: Django's settings, addresses, and how it is served."""
