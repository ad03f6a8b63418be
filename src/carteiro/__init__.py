"""Carteiro hosts e-mail for many domains on Postfix and Dovecot."""

__version__ = "0.1.0.dev0"
