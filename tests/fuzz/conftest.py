"""How much is generated: a few thousand cases with `make test`, a million with `make nightly` (FUZZ_EXAMPLES)."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("fuzz", max_examples=int(os.environ.get("FUZZ_EXAMPLES", "300")), deadline=None, database=None,
                          suppress_health_check=list(HealthCheck), print_blob=True)
