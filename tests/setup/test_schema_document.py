"""docs/schema.md is what the models say."""

from pathlib import Path

from app import create_app
from commands.schema import document


def test_the_document_of_the_schema_is_up_to_date(tmp_path):
    app = create_app({"TESTING": True, "INSTANCE_PATH": str(tmp_path), "SECRET_KEY": "test"})
    with app.app_context():
        assert (Path(__file__).resolve().parents[2] / "docs" / "schema.md").read_text("utf-8") == document(), "run `flask schema --write`"
