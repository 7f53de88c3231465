"""One pass of the clocks: idempotent, at any moment, with a heartbeat (users.md idea 24).

The machine signs what is deemed signed, reminds, proposes measures and generates recurring tasks;
people issue letters.
"""

from models.sweep.run import EFFECTS, run_scheduled, sweep

__all__ = ["EFFECTS", "run_scheduled", "sweep"]
