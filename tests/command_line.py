"""The command line, as an administrator beside a desk at work types it."""

from collections.abc import Callable

from flask import Flask

from models import db, scope


def command_line(app: Flask) -> Callable[..., tuple[int, str]]:
    """`run("backup")`: (exit code, what it printed); nothing of the test holds the database meanwhile."""

    def run(*words: object) -> tuple[int, str]:
        with scope.everything():
            db.session.commit()
        db.session.remove()
        db.engine.dispose()
        done = app.test_cli_runner().invoke(args=[str(word) for word in words])
        db.session.remove()
        return done.exit_code, done.output

    return run
