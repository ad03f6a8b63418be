"""Pure code, room by room."""
