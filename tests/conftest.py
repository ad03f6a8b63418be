"""What all tests share."""

from hypothesis import settings

# Two busy cores make single examples slow now and then; that is no fault of the code.
settings.register_profile("carteiro", deadline=None)
settings.load_profile("carteiro")
