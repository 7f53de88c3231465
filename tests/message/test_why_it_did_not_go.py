"""What kept a message from going is said in words an official can pass on."""

import smtplib
import urllib.error

import pytest

from models.message.posting import why


@pytest.mark.parametrize(("error", "words"), [
    (TimeoutError(), "对方20秒内没有应答"), (urllib.error.URLError(TimeoutError()), "对方20秒内没有应答"),
    (ConnectionRefusedError(), "对方拒绝连接，请核对端口"),
    (smtplib.SMTPException("x"), "邮件服务器答复异常"), (OSError("x"), "网络不通"),
])
def test_why_a_message_did_not_go_is_said_in_chinese(error, words):
    assert why(error) == words
