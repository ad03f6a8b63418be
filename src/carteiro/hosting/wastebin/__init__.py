"""What was removed, kept for a term so that it can be had back."""
