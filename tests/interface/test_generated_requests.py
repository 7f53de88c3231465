"""Requests generated from the document: every answer is one the document describes, and no request breaks anything."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from models import db, scope
from tests.panel.browse import ON_SQLITE
from tests.public.street import settings as set_to
from views.api import gate

pytestmark = ON_SQLITE
OPERATIONS = [("/tickets", "GET"), ("/tickets/{number}", "GET"), ("/tickets/{channel}/{external_number}", "PUT"), ("/enterprises", "GET"),
              ("/matters/due", "GET")]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_to_a_generated_request_is_in_the_document(app, cast, call, token, monkeypatch, path, method):
    monkeypatch.setattr(gate, "FAILURES", 10**6)
    set_to(api_on="是", api_per_minute="100000")
    cast.dispatched(title="有期限的")
    with scope.everything():
        db.session.commit()
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operation = schema[path][method]

    @seed(20240805)
    @settings(max_examples=12, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def ask(case):
        # Check digits, telephone numbers and codes of categories cannot be said in a schema: such a body may be refused.
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=[positive_data_acceptance])

    ask()
