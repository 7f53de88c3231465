"""`flask doctor`: exit code 1 when something is missing, 0 when all is fine or only worth a look."""

import sys

import click
from flask.cli import with_appcontext

from views.checkup import Level, examine_all


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """逐项体检：正常，或者该怎么办。"""
    findings = examine_all()
    for finding in findings:
        click.echo(str(finding))
    count = {level: sum(finding.level is level for finding in findings) for level in Level}
    click.echo(f"共 {len(findings)} 项：" + "，".join(f"{level.label} {count[level]}" for level in Level))
    sys.exit(1 if count[Level.MISSING] else 0)
