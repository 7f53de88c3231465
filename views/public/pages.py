"""The three tabs 我要反映 · 查进度 · 评一评, for anybody, phone first. Off by setting: then nothing is found here."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

import flask_admin
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_from_directory,
    session,
    url_for,
)

from models import Category, Ticket, db, scope
from models.errors import Invalid, Refused
from models.public import Proof, challenge, demand, facts
from models.public.demand import Given
from models.public.limits import TooOften, allow
from models.setting import setting, switched_on, whole_setting
from models.ticket import Satisfaction
from views.cells import light_words, short_time
from views.files import FileRefused, Uploads
from views.filters import row_options
from views.knocks import key, visitor
from views.public.papers import MOST, check_papers
from views.public.visit import Visit

VENDOR = f"{flask_admin.__path__[0]}/static"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PHONE_TRIES = 10  # wrong or right, an hour, for one demand by telephone number: those can be guessed, codes cannot
bp = Blueprint("public", __name__, url_prefix="/p", static_folder="../../static", static_url_path="/static")
View = Callable[..., Any]


def is_public_path(path: str) -> bool:
    """Whether an address belongs to the public page."""
    return path == "/p" or path.startswith("/p/")


@bp.before_request
def _open() -> None:
    if request.endpoint in ("public.static", "public.bootstrap"):
        return
    with scope.everything():
        if not switched_on("public_page"):
            abort(404)


def anybody(view: View) -> View:
    """The page looks with the system's eyes and shows only what models/public/facts.py lets out."""

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        with scope.everything():
            try:
                return view(*args, **kwargs)
            except TooOften as why:
                db.session.rollback()
                return _page("busy", why=str(why)), 429, {"Retry-After": str(why.seconds)}

    return run


def _page(template: str, **context: Any) -> str:
    about = {"title": setting("public_title"), "agency": setting("agency"), "phone": setting("contact"), "district": setting("district_name")}
    return render_template(f"public/{template}.html", **about | context)


@bp.get("/bootstrap.css")
def bootstrap() -> Response:
    """The foundation of the style sheets, at an address under /p/."""
    return send_from_directory(VENDOR, "bootstrap/bootstrap4/css/bootstrap.min.css", max_age=86400)


# -- 我要反映 -------------------------------------------------------------------------------


@bp.route("/", methods=["GET", "POST"])
@anybody
def submit() -> Any:
    """Submit a demand; afterwards its number and code are shown once."""
    if request.method == "GET":
        return _form(Given("", "", "", ""), {})
    allow(visitor("submit"), whole_setting("public_submits_hourly"), HOUR)
    given, word = _given(), request.form.get("word", "")[:40]
    wrong = given.faults() | _wrong_sum(word)
    papers = [file for file in request.files.getlist("files") if file and file.filename]
    try:
        check_papers(papers)
    except FileRefused as why:
        wrong["files"] = str(why)
    if wrong:
        return _form(given, wrong, word), 422
    allow(key("phone", given.phone), whole_setting("public_submits_daily"), DAY)
    return _submit(given, word, papers)


def _submit(given: Given, word: str, papers: list[Any]) -> Any:
    uploads = Uploads()
    try:
        ticket, code = demand.submit(given, current_app.config["SECRET_KEY"], word)
        uploads.take(ticket, papers, "企业材料")
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        uploads.discard()
        if isinstance(error, Refused | FileRefused):
            return _form(given, {"": str(error)}), 422
        raise
    Visit.begin(ticket, Proof.CODE)
    session["public_new"] = {"number": ticket.number, "code": code}
    return redirect(url_for(".done"))


def _given() -> Given:
    text = {name: request.form.get(name, "")[:5000] for name in ("enterprise", "contact", "phone", "content", "credit_code")}
    chosen = request.form.get("category", "")
    category = db.session.get(Category, int(chosen)) if chosen.isdecimal() and len(chosen) < 12 else None
    return Given(**text, category=category, consent=request.form.get("consent") == "1")


def _wrong_sum(word: str) -> dict[str, str]:
    if word and challenge.is_right(current_app.config["SECRET_KEY"], word, request.form.get("sum", "")[:10]):
        return {}
    return {"sum": "算得不对，请看上面的算式再填一次"}


def _form(given: Given, wrong: dict[str, str], word: str = "") -> str:
    if not word or "sum" in wrong:
        word = challenge.fresh()
    return _page(
        "submit", tab="submit", given=given, wrong=wrong, word=word, question=challenge.question(current_app.config["SECRET_KEY"], word),
        answer="" if "sum" in wrong else request.form.get("sum", ""), categories=row_options(Category, Category.is_active), longest=demand.LONGEST, most=MOST,
        promise=setting("public_promise"),
    )


@bp.get("/done")
@anybody
def done() -> Any:
    """Number and code, as long as this browser remembers them."""
    new = session.get("public_new")
    if not (isinstance(new, dict) and Visit.current()):
        return redirect(url_for(".submit"))
    return _page("done", tab="submit", new=new)


# -- 查进度 ---------------------------------------------------------------------------------


def _look_up(tab: str) -> Any:
    """The form for number and proof, and what comes of it."""
    number, proof = request.form.get("number", "")[:40].strip(), request.form.get("proof", "")[:40].strip()
    if request.method == "GET":
        return _page("find", tab=tab, number="", wrong="")
    allow(visitor("lookup"), whole_setting("public_lookups_hourly"), HOUR)
    if demand.proof_kind(proof) == Proof.PHONE:
        allow(key("number", demand.tidy_number(number)), PHONE_TRIES, HOUR)
    found = demand.find(number, proof)
    if found is None:
        return _page("find", tab=tab, number=number, wrong="编号和查询码（或手机号）对不上，请核对后再查"), 422
    Visit.begin(*found)
    db.session.commit()
    return redirect(url_for(f".{tab}"))


@bp.route("/track", methods=["GET", "POST"])
@anybody
def track() -> Any:
    """Where a demand stands."""
    visit = Visit.current()
    return _tracked(visit) if visit and request.method == "GET" else _look_up("track")


def _tracked(visit: Visit, wrong: str = "", text: str = "") -> str:
    row = visit.ticket
    return _page(
        "track", tab="track", row=row, lamp=light_words(row) if facts.in_hand(row) and row.due_at else None, in_hand=facts.in_hand(row),
        due=facts.due_text(row.due_at) if row.due_at else "", steps=facts.steps(row), reply=facts.reply(row), words=facts.own_words(row),
        may_add=demand.may_add(row), may_withdraw=demand.may_withdraw(row, visit.proof), may_rate=demand.may_rate(row), wrong=wrong, text=text,
        longest=demand.LONGEST,
    )


@bp.post("/leave")
@anybody
def leave() -> Any:
    """换一件: forget which demand was looked at."""
    Visit.end()
    return redirect(url_for(".track"))


@bp.post("/add")
@anybody
def add() -> Any:
    """补充说明."""
    visit = Visit.current() or abort(404)
    allow(visitor("submit"), whole_setting("public_submits_hourly"), HOUR)
    text, uploads = request.form.get("text", "")[:5000], Uploads()
    papers = [file for file in request.files.getlist("files") if file and file.filename]
    try:
        check_papers(papers)
        demand.add(visit.ticket, text)
        uploads.take(visit.ticket, papers, "企业材料")
        db.session.commit()
    except (Refused, FileRefused) as why:
        db.session.rollback()
        uploads.discard()
        return _tracked(visit, str(why), text), 422
    flash("已补充，承办单位会看到", "success")
    return redirect(url_for(".track"))


@bp.post("/withdraw")
@anybody
def withdraw() -> Any:
    """撤回."""
    visit = Visit.current() or abort(404)
    try:
        demand.withdraw(visit.ticket, visit.proof, request.form.get("reason", ""))
        db.session.commit()
    except Refused as why:
        db.session.rollback()
        return _tracked(visit, str(why)), 422
    flash("已撤回", "success")
    return redirect(url_for(".track"))


# -- 评一评 ---------------------------------------------------------------------------------


@bp.route("/rate", methods=["GET", "POST"])
@anybody
def rate() -> Any:
    """Rate the answer, once a round."""
    visit = Visit.current()
    if visit is None or "number" in request.form:
        return _look_up("rate")
    return _rating(visit) if request.method == "GET" else _rate(visit)


def _rate(visit: Visit) -> Any:
    solved, level = request.form.get("solved"), request.form.get("satisfaction", "")
    wrong = {}
    if solved not in ("1", "0"):
        wrong["solved"] = "请选择问题解决了没有"
    if level not in Satisfaction.__members__:
        wrong["satisfaction"] = "请选择满意程度"
    if wrong:
        return _rating(visit, wrong), 422
    try:
        demand.rate(visit.ticket, visit.proof, solved == "1", Satisfaction[level], request.form.get("comment", "")[:5000])
        db.session.commit()
    except (Invalid, Refused) as why:
        db.session.rollback()
        return _rating(visit, {getattr(why, "field", ""): str(why)}), 422
    flash("谢谢，您的评价已收到", "success")
    return redirect(url_for(".rate"))


def _rating(visit: Visit, wrong: dict[str, str] | None = None) -> str:
    row: Ticket = visit.ticket
    return _page(
        "rate", tab="rate", row=row, reply=facts.reply(row), answered=short_time(row.answered_at),
        rating=demand.rating_of(row), may_rate=demand.may_rate(row), levels=Satisfaction.choices(), given=request.form, wrong=wrong or {},
    )
