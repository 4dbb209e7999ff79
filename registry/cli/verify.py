"""``nuanfang verify DIR``: an auditor checks an exported ledger, with nothing but its files."""

from __future__ import annotations

from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("verify")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("records", nargs=-1, type=FILE)
@click.option("--key", default=None, help="The registry's published public key (base64url).")
@click.option(
    "--head", "heads", multiple=True, type=FILE, help="An older head, or a phone's proof. Repeatable."
)
def verify_command(folder: Path, records: tuple[Path, ...], key: str | None, heads: tuple[Path, ...]) -> None:
    """Say in Chinese what of the ledger in FOLDER holds and what does not; exit status 1 when something does
    not. RECORDS: sealed records in files of their own."""
    from domain.errors import InputError
    from registry.cli.verify_words import VERDICTS, WORDS, sentence, verdict
    from registry.service.log.audit import open_ledger
    from registry.service.log.audit_records import check_file, check_records

    try:
        ledger = open_ledger(folder, key, heads)
    except InputError as error:
        raise click.ClickException(WORDS[error.code].format(**error.details)) from error
    check_records(folder, ledger)
    for path in records:
        check_file(path, ledger)
    for finding in ledger.found:
        click.echo(sentence(finding))
    result = verdict(ledger.found)
    click.echo(VERDICTS[result])
    if result == "bad":
        raise SystemExit(1)
