"""Clients for the protocols that the engines speak; one file each."""
