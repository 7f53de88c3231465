"""The printing press: pages as HTML in, a PDF out, in processes that do nothing else.

A worker that has printed keeps two hundred megabytes for it and holds up its other requests meanwhile; a press knows only
WeasyPrint and the fonts, is given its work through a pipe, and goes when there is none. Nothing here knows the desk: no table,
no web, no letter.
"""

from press.job import Job, Printed, Refused, Style
from press.pool import pool

__all__ = ["Job", "Printed", "Refused", "Style", "pool"]
