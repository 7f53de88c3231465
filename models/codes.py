"""Checks of codes people type: unified social credit codes (GB 32100-2015), phone numbers, mail addresses."""

import re
import unicodedata

_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {char: value for value, char in enumerate(_CHARS)}
_WEIGHTS = [pow(3, i, 31) for i in range(17)]
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_MOBILE = re.compile(r"^(?:\+?86[- ]?)?(1[3-9]\d{9})$")
_LANDLINE = re.compile(r"^0\d{2,3}[- ]?[2-9]\d{6,7}(?:[-转]\d{1,6})?$")
_NUMBER = re.compile(r"(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{7,8})(?!\d)")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_IN_WORDS = re.compile(r"[0-9a-f]{32,}|(?<!\d)(1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)")
_SERVICE = re.compile(r"^(?:[48]00[- ]?\d{3}[- ]?\d{4}|1\d{2,4}|9\d{4,5})$")


def compact(code: str) -> str:
    """Full-width to half-width, upper case, without blanks and hyphens."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", code)).upper()


def _body_check(body: str) -> str:
    """Check character of the 9-character organisation part (GB 11714)."""
    total = sum(int(ch, 36) * w for ch, w in zip(body[:8], _BODY_WEIGHTS, strict=True))
    return "0X987654321"[total % 11] if total % 11 else "0"


def check_credit_code(code: str) -> str:
    """The compact code, or ValueError saying in Chinese what is wrong (GB 32100, GB 11714)."""
    code = compact(code)
    if len(code) != 18:
        raise ValueError(f"统一社会信用代码应为18位，现为{len(code)}位")
    if bad := [ch for ch in code if ch not in _VALUES]:
        raise ValueError(f"统一社会信用代码不使用字符“{bad[0]}”（不含 I、O、S、V、Z）")
    total = sum(_VALUES[ch] * w for ch, w in zip(code[:17], _WEIGHTS, strict=True))
    if _CHARS[(31 - total % 31) % 31] != code[17]:
        raise ValueError("统一社会信用代码校验位不符，请核对是否录错")
    if code[16] != _body_check(code[8:17]):
        raise ValueError("统一社会信用代码第9—17位（主体标识码）校验不符，请核对是否录错")
    return code


def check_phone(phone: str) -> str:
    """The phone number without blanks, or ValueError in Chinese."""
    phone = unicodedata.normalize("NFKC", phone).strip().replace(" ", "")
    if mobile := _MOBILE.match(phone):
        return mobile.group(1)
    if _LANDLINE.match(phone) or _SERVICE.match(phone):
        return phone
    raise ValueError("电话号码不对：手机应为11位，座机请带区号，如 0535-4219000")


def check_mail(mail: str) -> str:
    """The mail address without blanks, or ValueError in Chinese."""
    mail = unicodedata.normalize("NFKC", mail).strip()
    if not _MAIL.fullmatch(mail):
        raise ValueError("邮箱写法不对，应如 zhangsan@jizhou.gov.cn")
    return mail


def check_username(username: str) -> str:
    """The log-in name, or ValueError in Chinese."""
    username = unicodedata.normalize("NFKC", username).strip()
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]{1,39}", username):
        raise ValueError("登录名应以字母开头，由2至40个字母、数字、点、横线或下划线组成，如 renshe_jingban")
    return username


def check_name(name: str) -> str:
    """A person's name as written, or ValueError in Chinese."""
    name = name.strip()
    if not name or not all(ch.isalnum() or ch in "·-. （）" for ch in name) or name.isdecimal():
        raise ValueError("姓名请写汉字或字母，间隔用“·”")
    return name


def mask_phone(phone: str | None) -> str:
    """138****5678; the last four of a landline hidden; "" for none."""
    if not phone:
        return ""
    if re.fullmatch(r"1\d{10}", phone):
        return f"{phone[:3]}****{phone[-4:]}"
    if not re.fullmatch(r"[\d \-转]+", phone):
        return mask_numbers(phone) if _NUMBER.search(phone) else "****"
    return f"{phone[:-4]}****" if len(phone) > 6 else phone


def mask_name(name: str | None) -> str:
    """王*: the family name only; of a demo person's 演示-王某 the mark stays."""
    mark, dash, rest = (name or "").rpartition("-")
    return f"{mark}{dash}{rest[:1]}{'*' * len(rest[1:])}"


def mask_mail(mail: str | None) -> str:
    """z****@jizhou.gov.cn: the first character and the house."""
    name, at, house = (mail or "").rpartition("@")
    return f"{name[:1]}****{at}{house}" if at else "****" if mail else ""


def mask_mobiles(words: str) -> str:
    """Running words with every mobile number in them masked; digests of files and rows stay as they are."""
    return _IN_WORDS.sub(lambda found: mask_phone(re.sub(r"[ -]", "", found[1])) if found[1] else found[0], words)


def mask_numbers(words: str | None) -> str:
    """Running words with every telephone number in them masked."""
    return _NUMBER.sub(lambda found: mask_phone(re.sub(r"[ -]", "", found[0])), words or "")
