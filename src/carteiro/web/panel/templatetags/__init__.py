"""Filters for the administrators' pages."""
