"""People: who somebody is, how they sign in, and what they do when they can't."""
