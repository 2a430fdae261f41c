"""``hub mail-catcher``."""

import click

from hub import mail_catcher
from hub.commands.configured import configured


@click.command("mail-catcher")
def catch_mail() -> None:
    """Catch e-mails and show them in a browser: for demonstrations."""
    mail_catcher.run(configured())
