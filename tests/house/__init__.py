"""The rules of the house: documents that are in step, names, sizes."""
