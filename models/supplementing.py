"""补充材料: what comes in late – a paper, a photograph, a word of explanation – is kept with the matter and leaves a trace."""

from collections.abc import Callable, Collection
from typing import Annotated, Any

from models.asks import Ask
from models.base import Labelled
from models.flow import transition
from models.user import User


def supplementing(source: Collection[Labelled], *, order: int = 205) -> Callable[..., Any]:
    """The verb for a kind of matter, for whoever may add files to it."""

    @transition("补充材料", source=source, permission="attachment:create", order=order, hint="状态和时限不变，材料随事项保存", done="已补充材料")
    def supplement(self: Any, *, by: User, note: Annotated[str, Ask("补充说明", long=True, bare=True, files="补充材料")]) -> None:
        """Files and a remark at any step while the matter is open."""

    return supplement
