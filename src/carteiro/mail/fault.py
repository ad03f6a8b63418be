"""What is raised for an address or a host name that can't be one."""

from carteiro.words import Fault


class InvalidAddress(Fault):
    """A text that is not an address, a domain or a host."""

    code = "invalid"
