"""双随机抽取记录单: the draw on paper, with the snapshot as an annex (I5)."""

from models import RandomDraw
from models.wording import chinese_time
from views.letters.paper import Annex, Form, Paper, Table
from views.letters.render import render_pdf

LONGEST = 400  # rows of the pool printed; a longer one is identified by its digest


def grade(credit: str) -> str:
    """A级; 未评级 for none."""
    return "未评级" if credit == "-" else f"{credit}级"


def draw_paper(row: RandomDraw) -> Paper:
    """Everything needed to replay the draw by hand."""
    weights = "，".join(f"{grade(name)}{weight}" for name, weight in row.pool["weights"].items())
    facts = Table(
        rows=(
            ("抽取名称", row.title), ("组织单位", row.unit.name, "监管领域", str(row.field or "不限")), ("企业范围", row.conditions),
            ("底册", f"企业{len(row.pool['enterprises'])}家，检查人员{len(row.pool['inspectors'])}人", "抽取权重", weights),
            ("随机种子", row.seed), ("底册摘要", row.pool_sha256),
            ("抽取时间", chinese_time(row.drawn_at), "抽取人", row.drawn_by.name),
            ("见证人", row.witness, "见证人签名", ""),
        ),
        title="一、抽取记录", widths=(22, 56, 22, 56), label_columns=(0, 2),
    )
    drawn = Table(
        rows=tuple(
            (str(n), firm["name"], grade(firm["credit"]), "、".join(person["name"] for person in people))
            for n, (firm, people) in enumerate(row.pairs(), start=1)
        ),
        header=("序号", "企业", "信用等级", "检查人员"), title="二、抽取结果", widths=(14, 62, 20, 60),
    )
    body = (
        "抽取办法：企业和检查人员按底册次序排列；第k次抽取时，取“种子|类别|k”的SHA-256值，除以尚在底册中的权重之和取余数，"
        "余数落在谁的权重区间即抽中谁，抽中后移出底册。类别分别为“企业”和“人员”，人员权重均为1，按抽中次序每两人一组对应一家企业，"
        "用完后从头轮转。任何人凭本记录可以重放。"
    )
    return Paper(
        form=Form.SHEET, title="双随机抽取记录单", issued=row.drawn_at.date(), mark=row.unit.full_name or row.unit.name, number=row.number,
        tables=(facts, drawn), annexes=(_pool(row),), body=body,
    )


def _pool(row: RandomDraw) -> Annex:
    firms = row.pool["enterprises"][:LONGEST]
    rest = len(row.pool["enterprises"]) - len(firms)
    note = f"底册共{len(row.pool['enterprises'])}家，只印前{LONGEST}家，全部内容以底册摘要为准。" if rest else ""
    tables = (
        Table(rows=tuple((str(n), firm["name"], grade(firm["credit"]), str(firm["weight"])) for n, firm in enumerate(firms, start=1)),
              header=("序号", "企业", "信用等级", "权重"), title="企业", widths=(14, 90, 28, 24)),
        Table(rows=tuple((str(n), person["name"], person["certificate"]) for n, person in enumerate(row.pool["inspectors"], start=1)),
              header=("序号", "检查人员", "执法证号"), title="检查人员", widths=(14, 71, 71)),
    )
    return Annex("抽取底册", body=note, tables=tables)


def draw_pdf(row: RandomDraw) -> bytes:
    """The sheet as a PDF."""
    return render_pdf(draw_paper(row))
