"""Where an instance keeps its things; all of it below directories of its own."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """The directories of one instance."""

    config: Path
    state: Path
    run: Path
    log: Path

    @classmethod
    def below(cls, directory: Path) -> "Layout":
        """Everything below one directory, so that several instances live side by side."""
        return cls(directory, directory / "state", directory / "run", directory / "log")

    @classmethod
    def installed(cls) -> "Layout":
        """The places of an installed host (hier(7))."""
        return cls(Path("/etc/carteiro"), Path("/var/lib/carteiro"), Path("/run/carteiro"), Path("/var/log/carteiro"))

    @property
    def settings_file(self) -> Path:
        """The host settings, written by the machine's owner."""
        return self.config / "carteiro.toml"

    @property
    def tls(self) -> Path:
        """Certificates and keys; a trial's private authority too."""
        return self.config / "tls"

    @property
    def secrets(self) -> Path:
        """Keys and passwords that the instance made for itself."""
        return self.state / "secrets"

    @property
    def site_key(self) -> Path:
        """What the site signs cookies and seals second factors with: of no use to whoever has the database alone."""
        return self.secrets / "site.key"

    @property
    def sealing(self) -> Path:
        """The key pair with which the web seals passwords (public.pem) that the worker alone reads (private.pem)."""
        return self.secrets / "sealing"

    @property
    def fetching(self) -> Path:
        """What the fetcher of external accounts remembers, by mailbox."""
        return self.state / "fetching"

    @property
    def importing(self) -> Path:
        """What imports have brought, by mailbox, so that a later one brings only the difference."""
        return self.state / "importing"

    @property
    def accounts_database(self) -> Path:
        """The embedded accounts database."""
        return self.state / "accounts" / "accounts.sqlite3"

    @property
    def directory_database(self) -> Path:
        """The projection that Postfix and Dovecot read."""
        return self.state / "directory" / "directory.sqlite3"

    @property
    def usage_database(self) -> Path:
        """What each mailbox of a domain with a quota in all uses, kept by Dovecot."""
        return self.state / "usage" / "usage.sqlite3"

    @property
    def generations(self) -> Path:
        """The numbered renderings of the engines' configuration."""
        return self.state / "generations"

    @property
    def current(self) -> Path:
        """A symbolic link to the generation that runs."""
        return self.state / "current"

    @property
    def mail(self) -> Path:
        """The mailboxes' directories."""
        return self.state / "mail"

    @property
    def queue(self) -> Path:
        """Postfix's queue_directory."""
        return self.state / "queue"

    @property
    def postfix_data(self) -> Path:
        """Postfix's data_directory."""
        return self.state / "postfix"

    @property
    def dovecot_state(self) -> Path:
        """Dovecot's state_dir."""
        return self.state / "dovecot"

    @property
    def dovecot_run(self) -> Path:
        """Dovecot's base_dir."""
        return self.run / "dovecot"

    @property
    def dovecot_auth_socket(self) -> Path:
        """Where Dovecot's auth is told to forget what it has looked up."""
        return self.dovecot_run / "auth-master"

    @property
    def web_socket(self) -> Path:
        """Where the panel's application answers nginx."""
        return self.run / "web" / "web.sock"

    @property
    def web_static(self) -> Path:
        """The panel's static files under their hashed names, gathered by the application, served by nginx."""
        return self.state / "web" / "static"

    @property
    def acme(self) -> Path:
        """The web root of ACME clients: `.well-known/acme-challenge/` in it is answered (RFC 8555, section 8.3)."""
        return self.state / "acme"

    @property
    def nginx_state(self) -> Path:
        """nginx's temporary files: what it takes or gives while the other side is slow."""
        return self.state / "nginx"

    @property
    def nginx_pid(self) -> Path:
        """The process number of nginx's master."""
        return self.run / "nginx.pid"

    @property
    def supervisor_socket(self) -> Path:
        """Where the supervisor answers."""
        return self.run / "supervisor.sock"

    @property
    def projector_socket(self) -> Path:
        """Where the projector is asked to catch up at once."""
        return self.run / "projector.sock"

    @property
    def worker_socket(self) -> Path:
        """Where the worker is asked to look for requests at once."""
        return self.run / "worker.sock"
