"""The kinds of matter by name."""

from models import Matter


def kinds() -> list[type[Matter]]:
    """Every kind of matter."""
    return [mapper.class_ for mapper in Matter.__mapper__.self_and_descendants if mapper.polymorphic_identity]


def kind_choices() -> list[tuple[str, str]]:
    """(code, name) of every kind."""
    return [(kind.__mapper__.polymorphic_identity, kind.KIND_LABEL) for kind in kinds()]
