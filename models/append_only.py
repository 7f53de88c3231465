"""Tables to which rows are only added: changing or deleting one fails, whoever asks."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.deadline import MatterDeadline
from models.errors import Refused
from models.event import MatterEvent

APPEND_ONLY = (MatterEvent, MatterDeadline)


def _refuse(_mapper: Any, _connection: Any, row: Any) -> None:
    if Session.object_session(row).is_modified(row, include_collections=False) or row in Session.object_session(row).deleted:
        raise Refused("流程和时限记录只增不改")


for _cls in APPEND_ONLY:
    sa.event.listen(_cls, "before_update", _refuse)
    sa.event.listen(_cls, "before_delete", _refuse)
