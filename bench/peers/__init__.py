"""What Carteiro is measured against."""
