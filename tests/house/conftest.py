"""Lets the tests import every module: the models want to know their apps first."""

from carteiro.hosting.database import configure

configure.prepare()
