"""The engines' configuration as a pure function of settings, facts, versions and queries."""
