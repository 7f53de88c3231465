"""`make bench`: how long the desk takes, at any size, on both engines, beside what the database alone needs."""
