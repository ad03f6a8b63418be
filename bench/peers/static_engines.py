"""The limit: the same Postfix and Dovecot, untuned, with static maps and nothing else."""

from pathlib import Path

from bench.peers import postfix
from bench.processes import Children
from bench.setup import DOMAINS, Plan, addresses

_SERVICES = """
service auth {{
  unix_listener {queue}/private/auth {{
    mode = 0600
    user = postfix
  }}
}}
service lmtp {{
  unix_listener {queue}/private/dovecot-lmtp {{
    mode = 0600
    user = postfix
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = 993
    ssl = yes
  }}
}}
# One wrong password must not delay the others, as in Carteiro.
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""
_COMMON = """
base_dir = {top}/run
state_dir = {top}/state
instance_name = bench
log_path = {top}/log/dovecot.log
protocols = imap lmtp
listen = {address}
ssl = required
mail_uid = {owner}
mail_gid = {owner}
first_valid_uid = 100
"""
_OLD = """
ssl_cert = <{certificate}
ssl_key = <{key}
mail_location = maildir:{mail}/%u
passdb {{
  driver = passwd-file
  args = {top}/users
}}
userdb {{
  driver = passwd-file
  args = {top}/users
}}
"""
_NEW = """
ssl_server_cert_file = {certificate}
ssl_server_key_file = {key}
mail_driver = maildir
mail_path = {mail}/%{{user}}
passdb passwd-file {{
  passwd_file_path = {top}/users
}}
userdb passwd-file {{
  passwd_file_path = {top}/users
}}
"""
_SUBMISSION = """
{address}:465 inet n - y - - smtpd
    -o smtpd_tls_wrappermode=yes
    -o smtpd_sasl_auth_enable=yes
    -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
"""


class StaticEngines:
    """Postfix and Dovecot with text files."""

    def __init__(self, plan: Plan, address: str, dovecot: tuple[int, int], certificate: Path, key: Path) -> None:
        self.name = "same engines, static maps"
        self.address = address
        self._plan = plan
        self._dovecot = dovecot
        self._tls = {"certificate": certificate, "key": key}
        self._top = plan.work / "static"
        self.mail = self._top / "mail"
        self._children = Children(plan.work / "static.log")

    def start(self) -> None:
        """Write the maps, run both."""
        queue = postfix.directories(self._top)
        postfix.make_mail_directory(self.mail)
        boxes = addresses(self._plan.mailboxes)
        self._write("users", "".join(f"{box}:{self._plan.hashed}::::{self.mail}/{box}\n" for box in boxes))
        self._write("domains", "".join(f"d{number}.test x\n" for number in range(DOMAINS)))
        self._write("mailboxes", "".join(f"{box} x\n" for box in boxes))
        self._write("dovecot.conf", self._configuration(queue))
        self._children.start("dovecot", "-F", "-c", self._top / "dovecot.conf")
        listeners = f"{self.address}:25 inet n - y - - smtpd\n" + _SUBMISSION.format(address=self.address)
        postfix.start(self._top, self._children, listeners, self._parameters(), self.address)

    def stop(self) -> None:
        """End Postfix, then Dovecot."""
        self._children.stop()

    def settle(self) -> None:
        """Nothing in it changes by itself."""

    def roots(self) -> list[int]:
        """Both masters."""
        return self._children.roots()

    def _parameters(self) -> dict[str, object]:
        return {
            "virtual_mailbox_domains": f"texthash:{self._top}/domains",
            "virtual_mailbox_maps": f"texthash:{self._top}/mailboxes",
            "virtual_transport": "lmtp:unix:private/dovecot-lmtp",
            "smtpd_tls_security_level": "may",
            "smtpd_tls_chain_files": f"{self._tls['key']} {self._tls['certificate']}",
            "smtpd_sasl_type": "dovecot",
            "smtpd_sasl_path": "private/auth",
        }

    def _configuration(self, queue: Path) -> str:
        first = "" if self._dovecot < (2, 4) else "dovecot_config_version = 2.4.1\ndovecot_storage_version = 2.4.1\n"
        text = first + _COMMON + (_OLD if self._dovecot < (2, 4) else _NEW) + _SERVICES
        return text.format(
            top=self._top,
            address=self.address,
            owner=postfix.MAIL_OWNER,
            mail=self.mail,
            queue=queue,
            **self._tls,
        )

    def _write(self, name: str, text: str) -> None:
        (self._top / name).write_text(text)
