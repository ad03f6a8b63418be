"""`carteiro import`: mail and accounts from elsewhere. Each source has a file of its own."""

import typer

from carteiro.cli import import_export, import_imap, import_maildir, import_mbox, import_postfixadmin

app = typer.Typer(add_completion=False, no_args_is_help=True)
app.command("maildir")(import_maildir.maildir)
app.command("mbox")(import_mbox.mbox)
app.command("imap")(import_imap.imap)
app.command("postfixadmin")(import_postfixadmin.postfixadmin)
app.command("domain")(import_export.domain)
app.command("mailbox")(import_export.mailbox)


@app.callback()
def noun() -> None:
    """Mail and accounts from elsewhere: Maildirs, mbox files, IMAP servers, whole hosts."""
