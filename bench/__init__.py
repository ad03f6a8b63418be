"""Measures Carteiro beside the same engines with static maps, and beside an old hand-built host."""
