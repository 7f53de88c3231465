"""What every register is made of: reading, asking, writing, taking away."""

from views.panel.panel import Panel
from views.panel.rows import CAP, Capped

__all__ = ["CAP", "Capped", "Panel"]
