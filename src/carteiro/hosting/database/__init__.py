"""The accounts database itself: which one it is, how it is reached, copied, and what it says in trouble."""
