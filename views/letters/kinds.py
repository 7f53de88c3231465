"""Kinds of letters as data, and a Paper made from a kind and the facts of a case."""

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from models.wording import chinese_time, render_wording
from views.letters.paper import Annex, Delivery, Form, Paper, PaperError, Table

SEED = Path(__file__).resolve().parents[2] / "seeds" / "packs" / "core" / "letters.yaml"
TIMELINE_HEAD = ("序号", "时间", "单位及人员", "环节", "办理意见")


@dataclass(frozen=True)
class Cells:
    """A form grid whose cells are wordings."""

    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    widths: tuple[float, ...] = ()
    label_columns: tuple[int, ...] = ()
    tall: frozenset[int] = frozenset()

    @classmethod
    def read(cls, data: Mapping) -> "Cells":
        """From the YAML mapping."""
        rows = tuple(tuple(map(str, row)) for row in data["rows"])
        return cls(rows, data.get("title", ""), tuple(data.get("widths", ())), tuple(data.get("label_columns", ())),
                   frozenset(data.get("tall", ())))

    def fill(self, context: Mapping[str, object], title: str = "") -> Table:
        """The table with every cell filled in."""
        rows = tuple(tuple(render_wording(cell, context) if "{" in cell else cell for cell in row) for row in self.rows)
        return Table(rows=rows, title=title, widths=self.widths, label_columns=self.label_columns, tall=self.tall)


@dataclass(frozen=True)
class LetterKind:
    """What is fixed for one kind of letter. Strings named in the seed file are wordings."""

    code: str
    label: str
    form: Form
    series: str
    title: str
    addressee: str
    wording: str
    clause: str = ""
    reply_days: int = 0
    cc: tuple[str, ...] = ()
    cc_context: str = ""
    contact: str = ""
    secrecy: str = ""
    attachments: tuple[str, ...] = ()
    facts: Cells | None = None
    annex: Cells | None = None
    timeline: bool = False
    signed: bool = True
    receipt: bool = True
    tear_off: bool = False
    companions: tuple[str, ...] = ()  # sheets printed with a letter of this kind once it is out
    companion: bool = False


@dataclass(frozen=True)
class Issue:
    """What issuing adds to a letter: number, date, verification, and choices of the issuer."""

    issued: dt.date
    number: str | None = None
    cc: tuple[str, ...] | None = None
    code: str = ""
    verify_url: str = ""
    secrecy: str | None = None
    urgency: str = ""
    sealed: bool = True
    body: str | None = field(default=None)


def read_kind(data: Mapping) -> LetterKind:
    """One kind from its YAML mapping."""
    values = dict(data)
    for name in ("facts", "annex"):
        if name in values:
            values[name] = Cells.read(values[name])
    for name in ("cc", "attachments", "companions"):
        values[name] = tuple(values.get(name, ()))
    return LetterKind(**values | {"form": Form(values["form"])})


@functools.cache
def default_kinds() -> dict[str, LetterKind]:
    """The kinds of the core pack by code."""
    kinds = [read_kind(item) for item in yaml.safe_load(SEED.read_text(encoding="utf-8"))]
    return {kind.code: kind for kind in kinds}


def timeline_table(steps: list) -> Table:
    """T11: every step of the matter – when, who, what, with which opinion."""
    rows = tuple(
        (str(index), chinese_time(step["at"]).replace("日", "日\n"), f"{step['unit']}\n{step['person']}",
         step["step"], step["note"])
        for index, step in enumerate(steps, start=1))
    return Table(rows=rows, header=TIMELINE_HEAD, title="二、办理过程", widths=(12, 34, 37, 16, 57))


def copies(kind: LetterKind, context: Mapping[str, object], issue: Issue) -> tuple[str, ...]:
    """抄送: the issuer's choice, else the kind's list and the units the context names."""
    if issue.cc is not None:
        return issue.cc
    named: object = context
    for part in filter(None, kind.cc_context.split(".")):
        named = named[part]
    return (*kind.cc, *(named if kind.cc_context else ()))


def assemble(kind: LetterKind, context: Mapping[str, object], issue: Issue) -> Paper:
    """The paper of `kind` for the facts in `context` (plain mappings).

    `issue.body`, when given, replaces the filled wording: the text a drafter edited. Raises WordingError.
    """
    agency = context["agency"]["name"]
    facts = [kind.facts.fill(context, kind.facts.title)] if kind.facts else []
    if kind.timeline:
        facts.append(timeline_table(context["timeline"]))
    title = render_wording(kind.title, context)
    number = issue.number or (context["matter"]["number"] if kind.form is Form.SHEET and not kind.series and not kind.companion else None)
    stub = Delivery(letter=title, number=number or "", sender=agency, receiver=context["unit"]["name"])
    annexes = (Annex(kind.annex.title, tables=(kind.annex.fill(context),)),) if kind.annex else ()
    if not facts and not (issue.body or kind.wording).strip():
        raise PaperError(f"《{kind.label}》没有正文，不能排印。")
    return Paper(
        form=kind.form, title=title, issued=issue.issued, mark=agency, series=kind.series, number=number,
        addressee=render_wording(kind.addressee, context), tables=tuple(facts), attachments=kind.attachments,
        body=issue.body if issue.body is not None else render_wording(kind.wording, context), annexes=annexes,
        agency=agency if kind.signed else "", sealed=issue.sealed, contact=render_wording(kind.contact, context),
        cc=copies(kind, context, issue), printer=agency if kind.form is Form.DOCUMENT else "",
        code="" if kind.companion else issue.code, verify_url="" if kind.companion else issue.verify_url, urgency=issue.urgency,
        secrecy=kind.secrecy if issue.secrecy is None else issue.secrecy, tear_off=stub if kind.tear_off else None)
