"""The typed settings of one mail host."""
