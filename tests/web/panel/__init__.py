"""The administrators' pages, with Django's test client."""
