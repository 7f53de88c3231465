"""The OpenAPI 3.1 document of the interface: served at /api/v1/openapi.json, kept as docs/openapi.json."""

from typing import Any

from models.interface.exchange import LABELS, LENGTHS, REQUIRED
from models.ticket import Channel, Satisfaction, TicketState

MOST = 500
Schema = dict[str, Any]


def _text(most: int | None = None, **more: Any) -> Schema:
    return {"type": "string", **({"maxLength": most} if most else {}), **more}


def _maybe(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


TIME = _text(format="date-time")
TICKET: Schema = {
    "number": _text(), "channel": _text(enum=list(Channel.__members__)), "external_number": _maybe(_text()), "title": _text(), "content": _text(),
    "category": _maybe(_text()), "enterprise_name": _text(), "credit_code": _maybe(_text()),
    "contact_name": _maybe(_text(description="打码")), "contact_phone": _maybe(_text(description="打码")),
    "state": _text(enum=list(TicketState.__members__)), "state_label": _text(), "unit": _maybe(_text(description="主办单位")), "opened_at": TIME,
    "due_at": _maybe(TIME), "answered_at": _maybe(TIME), "closed_at": _maybe(TIME), "result": _maybe(_text(description="审核后的答复")),
    "satisfaction": {"type": ["string", "null"], "enum": [*Satisfaction.__members__, None]}, "reworks": {"type": "integer"},
}
ENTERPRISE: Schema = {
    "id": {"type": "integer"}, "name": _text(), "credit_code": _maybe(_text()), "kind": _text(), "industry": _maybe(_text()), "town": _maybe(_text()),
    "registered_on": _maybe(_text(format="date")), "is_active": {"type": "boolean"},
}
MATTER: Schema = {
    "number": _text(), "kind": _text(), "title": _text(), "unit": _maybe(_text()), "state": _text(), "state_label": _text(), "due_at": TIME,
    "overdue": {"type": "boolean"},
}
PROBLEM: Schema = {
    "type": "object", "required": ["type", "title", "status"],
    "properties": {"type": _text(), "title": _text(), "status": {"type": "integer"}, "detail": _text(), "errors": {
        "type": "array", "items": {"type": "object", "required": ["field", "message"], "properties": {"field": _text(), "message": _text()}}}},
}
SINCE = {"name": "since", "in": "query", "description": "上次返回的 next；首次不填", "schema": {"type": "integer", "minimum": 0, "maximum": 10**15}}
LIMIT = {"name": "limit", "in": "query", "description": "一次最多几条", "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": 100}}
BEFORE = {"name": "before", "in": "query", "description": "到这一天（含）为止到期的；不填为7天内",
          "schema": _text(format="date", pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")}
NUMBER = {"name": "number", "in": "path", "required": True, "description": "本系统编号", "schema": _text(40, minLength=1)}
CHANNEL = {"name": "channel", "in": "path", "required": True, "description": "来源渠道", "schema": _text(enum=list(Channel.__members__))}
EXTERNAL = {"name": "external_number", "in": "path", "required": True, "description": "来源系统自己的编号，重复提交即更新",
            "schema": _text(40, minLength=1, pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]*$")}


def _object(properties: Schema) -> Schema:
    return {"type": "object", "required": list(properties), "properties": properties, "additionalProperties": False}


def _list(name: str) -> Schema:
    return _object({"items": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}, "next": {"type": "integer"}, "more": {"type": "boolean"}})


def _given() -> Schema:
    properties = {
        name: (_text(most, minLength=1, description=LABELS[name]) if name in REQUIRED else {"type": ["string", "null"], "maxLength": most,
                                                                                            "description": LABELS[name]})
        for name, most in LENGTHS.items()
    }
    return {"type": "object", "required": list(REQUIRED), "properties": properties, "additionalProperties": False}


def _json(schema: Schema, words: str) -> Schema:
    return {"description": words, "content": {"application/json": {"schema": schema}}}


def _answers(*extra: int, **good: Schema) -> Schema:
    words = {400: "请求看不懂", 401: "没有令牌或令牌无效", 403: "没有权限", 404: "没有找到，或接口未开放", 409: "现在不能这样办理", 413: "内容太大",
             415: "不是 JSON", 422: "有字段需要更正", 429: "请求太频繁"}
    codes = sorted({400, 401, 403, 404, 429, *extra})
    return {code.removeprefix("s"): answer for code, answer in good.items()} | {
        str(code): {"description": words[code], "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        for code in codes
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def document() -> Schema:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "优化营商环境督导台接口", "version": "1.0.0", "description": "与12345、政企通等系统交换企业诉求；权限和数据范围与人员账号一致。"},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": {
            "/tickets": {"get": {"operationId": "listTickets", "summary": "取有新进展的诉求", "parameters": [SINCE, LIMIT],
                                 "responses": _answers(s200=_json(_ref("Tickets"), "按进展先后"))}},
            "/tickets/{number}": {"get": {"operationId": "getTicket", "summary": "取一件诉求", "parameters": [NUMBER],
                                          "responses": _answers(s200=_json(_ref("Ticket"), "诉求"))}},
            "/tickets/{channel}/{external_number}": {"put": {
                "operationId": "putTicket", "summary": "送入或更新一件诉求", "parameters": [CHANNEL, EXTERNAL],
                "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("TicketIn")}}},
                "responses": _answers(409, 413, 415, 422, s200=_json(_ref("Ticket"), "已更新"), s201=_json(_ref("Ticket"), "已登记"))}},
            "/enterprises": {"get": {"operationId": "listEnterprises", "summary": "取企业", "parameters": [SINCE, LIMIT],
                                     "responses": _answers(s200=_json(_ref("Enterprises"), "按录入先后"))}},
            "/matters/due": {"get": {"operationId": "listDueMatters", "summary": "取到期事项", "parameters": [BEFORE, SINCE, LIMIT],
                                     "responses": _answers(s200=_json(_ref("Matters"), "按登记先后"))}},
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "系统管理员在“接口令牌”中发放"}},
            "schemas": {
                "Ticket": _object(TICKET), "Tickets": _list("Ticket"), "TicketIn": _given(), "Enterprise": _object(ENTERPRISE),
                "Enterprises": _list("Enterprise"), "Matter": _object(MATTER), "Matters": _list("Matter"), "Problem": PROBLEM,
            },
        },
    }
