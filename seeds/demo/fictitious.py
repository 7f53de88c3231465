"""Numbers that pass every check and belong to nobody."""

_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
_WEIGHTS = [pow(3, place, 31) for place in range(17)]
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714


def credit_code(serial: int) -> str:
    """A check-digit-valid unified social credit code in area 000000, which does not exist."""
    body = f"DM{serial:06d}"
    rest = sum(int(char, 36) * weight for char, weight in zip(body, _BODY_WEIGHTS, strict=True)) % 11
    code = f"91000000{body}{'0X987654321'[rest]}"
    total = sum(_CHARS.index(char) * weight for char, weight in zip(code, _WEIGHTS, strict=True))
    return code + _CHARS[-total % 31]


def mobile(serial: int) -> str:
    """13800000001 and so on."""
    return f"138{serial:08d}"


def landline(serial: int) -> str:
    """A number in area 0000, which does not exist."""
    return f"0000-2{serial:06d}"
