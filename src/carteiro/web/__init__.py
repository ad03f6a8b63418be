"""What people see in a browser: the panel, their own pages, and how they get in."""
