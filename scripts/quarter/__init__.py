"""A rehearsed quarter: `flask sweep --as-of` every hour on a neglected demo district, recounted and repeated (`make quarter`)."""
