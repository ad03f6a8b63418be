"""Tests of room operate that need no running engine."""
