"""People: how they sign in, and what they are to a request."""
