"""Tests against real engines on loopback addresses, with a DNS server and a foreign mail host of their own."""
