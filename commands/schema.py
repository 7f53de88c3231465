"""`flask schema`: the tables and what refers to what, as docs/schema.md."""

from collections import defaultdict
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

from models import db
from views.words import table_words

FILE = Path("docs") / "schema.md"
HEAD = """# 数据库结构

由 `flask schema --write` 从模型生成，不要手改（`tests/setup/test_schema_document.py` 会比对）。每张图是一个房间的表和它们指向的表；
图后列出各表的中文名（与界面相同）和各列：名称、类型、中文名，*是必填，→是引用。
"""


@click.command("schema")
@click.option("--write", is_flag=True, help=f"写入 {FILE}，不写则显示")
@with_appcontext
def schema(write: bool) -> None:
    """数据库结构说明：每组一张 Mermaid 图，和每张表的列。"""
    text = document()
    if write:
        (Path(current_app.root_path) / FILE).write_text(text, "utf-8")
        click.echo(f"已写入 {FILE}")
    else:
        click.echo(text)


def document() -> str:
    """The whole document."""
    rooms: dict[str, list[sa.Table]] = defaultdict(list)
    for mapper in sorted(db.Model.registry.mappers, key=lambda mapper: mapper.local_table.name):
        room = mapper.class_.__module__.split(".")[1]
        if mapper.local_table not in rooms[room]:
            rooms[room].append(mapper.local_table)
    own = {table for tables in rooms.values() for table in tables}
    links = [table for table in db.metadata.sorted_tables if table not in own]
    parts = [HEAD, f"共 {len(db.metadata.tables)} 张表。\n"]
    parts += [_room(room, tables) for room, tables in sorted(rooms.items())]
    return "\n".join([*parts, *([_room("多对多", sorted(links, key=lambda table: table.name))] if links else [])])


def _room(room: str, tables: list[sa.Table]) -> str:
    lines = [f"## {room}\n", "```mermaid", "erDiagram"]
    for table in tables:
        lines.append(f"  {table.name}")
        lines += sorted({f"  {table.name} }}o--|| {key.column.table.name} : {key.parent.name}" for key in table.foreign_keys})
    lines.append("```\n")
    for table in tables:
        lines.append(f"- **{table.name}**（{table_words(table.name)}）：" + "，".join(_column(column) for column in table.columns))
    return "\n".join(lines) + "\n"


def _column(column: sa.Column) -> str:
    kind = type(column.type).__name__
    to = "".join(f" →{key.column.table.name}" for key in column.foreign_keys)
    label = column.info.get("label")
    return f"`{column.name}`{'*' if not column.nullable and not column.primary_key else ''} {kind}{f' {label}' if label else ''}{to}"
