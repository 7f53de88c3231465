"""Random draws: holding one before a witness, looking at it, replaying it, printing it (I5)."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy.orm import Query, defer, joinedload
from wtforms import SelectField, StringField

from models import InspectionField, RandomDraw, Unit, audit, db
from models.errors import Invalid, Refused
from views.attempt import attempt
from views.cells import shown
from views.filters import between, by_row, contains, row_options
from views.inspection.drawpaper import draw_pdf, grade
from views.letters.binding import send_pdf
from views.panel import Panel
from views.units import UnitChoice

CODE = Markup('<span class="code">{}</span>')


class DrawForm(FlaskForm):
    """双随机抽取登记."""

    title = StringField("抽取名称", description="如 2024年第三季度危险化学品双随机抽查")
    field = SelectField("监管领域", validate_choice=False)
    town = UnitChoice("镇街园区", description="不选为全区")
    industry = StringField("行业", description="按企业库的行业写，不填为全部行业")
    wanted = StringField("抽取企业数")
    witness = StringField("见证人", description="姓名和单位，不能是抽取人本人")
    seed = StringField("随机种子", description="由见证人现场任意给出数字或文字，不填由系统生成；种子公开，任何人可重放")


class DrawPanel(Panel):
    resource = "draw"
    columns = ["number", "title", "unit", "field", "wanted", "conditions", "witness", "drawn_at", "drawn_by"]
    classes = {"number": "code", "title": "col-title cut", "unit": "col-unit", "wanted": "num", "conditions": "cut-s", "drawn_at": "muted",
               "drawn_by": "opt", "witness": "cut-s"}
    labels = {"number": "编号"}
    filters = [contains("q", "名称", RandomDraw.title), by_row("unit", "组织单位", RandomDraw.unit_id, Unit),
               by_row("field", "监管领域", RandomDraw.field_id, InspectionField), between("drawn", "抽取", RandomDraw.drawn_at)]
    order = ("id", True)
    column_sortable_list = ["drawn_at", "wanted"]

    def get_query(self) -> Query:
        """Without the snapshots, which are long."""
        return super().get_query().options(defer(RandomDraw.pool), defer(RandomDraw.result), joinedload(RandomDraw.unit))

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Drawing is the primary action of those who may."""
        return {"primary_action": ("组织抽取", url_for(".hold"), "arrow-repeat") if self._may("hold") else None, "row_label": str}

    @expose("/hold/", methods=("GET", "POST"))
    def hold(self) -> Any:
        """Draw now; nothing can be changed afterwards."""
        if not self._may("hold"):
            return self.inaccessible_callback("hold")
        form, errors, status = DrawForm(), [], 200
        form.field.choices = [("", "—"), *row_options(InspectionField, InspectionField.is_active)]
        for name in ("title", "wanted", "witness"):
            form[name].flags.required = True
        if form.is_submitted():
            row, errors = self._hold(form)
            if row:
                flash(f"已抽取 {len(row.result['enterprises'])} 家企业", "success")
                return redirect(url_for(".details_view", id=row.id))
            status = 422
        return self.render(
            "admin/transition.html", title="组织双随机抽取", form=form, general_errors=errors, draft=False,
            back={"url": url_for(".index_view"), "label": "返回列表"}, verb={"label": "抽取", "short": "抽取", "icon": "arrow-repeat"},
            after_note="抽取时对企业和检查人员底册拍照存底，连同权重、种子、见证人一并记录，不能修改；任何人可按记录重放，结果应当一致。",
        ), status

    def _hold(self, form: DrawForm) -> tuple[RandomDraw | None, list[str]]:
        form.validate()
        errors: list[str] = []
        return attempt(form, errors, lambda: self._held(form)), errors

    def _held(self, form: DrawForm) -> RandomDraw:
        wanted, chosen = (form.wanted.data or "").strip(), form.field.data or ""
        if not wanted.isdecimal() or not 0 < int(wanted) <= 500:
            raise Invalid("wanted", "抽取企业数请填1至500的整数")
        unit = current_user.unit
        if unit is None:
            raise Refused("您的账号没有所属单位，不能组织抽取")
        return RandomDraw.hold(
            by=current_user._get_current_object(), unit=unit, title=form.title.data or "", wanted=int(wanted),
            field=db.session.get(InspectionField, int(chosen)) if chosen.isdecimal() and len(chosen) < 12 else None,
            witness=form.witness.data or "", seed=(form.seed.data or "")[:64], town=form.town.data, industry=form.industry.data or "",
        )

    @expose("/details/")
    def details_view(self) -> Any:
        """Pool, weights, seed, witness, result."""
        return self._page(self.find(), [])

    @expose("/replay/")
    def replay(self) -> Any:
        """Draw again from the snapshot and compare."""
        row = self.find()
        same = row.replay()
        words = ("success", f"已按底册和种子“{row.seed}”重放，结果与记录一致") if same else ("error", "重放结果与记录不一致，底册或结果被改动过")
        audit.record("重放", "random_draw", row.id, same=same)
        return self._page(row, [words])

    @expose("/pdf/")
    def pdf(self) -> Any:
        """双随机抽取记录单."""
        row = self.find()
        audit.record("打印", "random_draw", row.id)
        return send_pdf(draw_pdf(row), f"{row.number} 双随机抽取记录单")

    def _page(self, row: RandomDraw, notices: list[tuple[str, str]]) -> str:
        plans = [Markup('<a href="{}">{}</a>').format(url_for("inspection.details_view", id=p.id), p.number) for p in row.inspections]
        weights = "，".join(f"{grade(name)} {weight}" for name, weight in row.pool["weights"].items())
        about = [
            [("组织单位", str(row.unit)), ("监管领域", str(row.field or "不限"))], [("企业范围", row.conditions)],
            [("底册", f"企业 {len(row.pool['enterprises'])} 家，检查人员 {len(row.pool['inspectors'])} 人"), ("抽取权重", weights)],
            [("随机种子", CODE.format(row.seed))], [("底册摘要", CODE.format(row.pool_sha256))],
            [("见证人", row.witness), ("抽取人", f"{row.drawn_by} {shown(row.drawn_at)}")],
            [("检查计划", Markup("、").join(plans) if plans else "尚未编制")],
        ]
        drawn = [[(str(n), f"{firm['name']}（{grade(firm['credit'])}）　检查人员：{'、'.join(p['name'] for p in people)}")]
                 for n, (firm, people) in enumerate(row.pairs(), start=1)]
        tools = [("重放", url_for(".replay", id=row.id), "arrow-repeat"), ("打印记录单", url_for(".pdf", id=row.id), "printer")]
        if current_user.may("inspection:plan") and current_user.unit_id == row.unit_id:
            tools.insert(0, ("据此编制检查计划", url_for("inspection.plan", draw=row.id), "clipboard-check"))
        how = ("第k次抽取：取“种子|类别|k”的SHA-256值，除以尚在底册中的权重之和取余数，落在谁的权重区间即抽中谁，抽中后移出。"
               "类别为“企业”“人员”；人员每两人一组。")
        event = {"label": "抽取", "time": shown(row.drawn_at), "unit": str(row.unit), "person": row.drawn_by.name,
                 "note": f"见证人：{row.witness}", "css": "now"}
        return self.render(
            "admin/record.html", record={"no": row.number, "title": row.title, "line": str(row.unit), "state_label": "已抽取", "state_kind": "done"},
            back={"url": request.args.get("url") or url_for(".index_view")}, verbs=[], tools=tools, notices=notices, events=[event],
            sections=[{"title": "抽取记录", "rows": about}, {"title": "抽取结果", "aside": f"{len(drawn)} 家", "rows": drawn},
                      {"title": "算法", "rows": [[("怎样抽", how)]]}],
        )
