"""What a form asks for is done whole, or nothing is changed and the reason stands beside its field."""

from collections.abc import Callable, Iterable
from typing import Any

from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from wtforms import SelectField

from models import db
from models.errors import Invalid, Refused
from models.sentences import sentence_for


def name_missing(form: FlaskForm, names: Iterable[str]) -> None:
    """Say at each of these fields that is empty what belongs there; to be called after `validate`, so that all of it is said at once."""
    for name in names:
        field = form[name]
        if not field.errors and not str("" if field.data is None else field.data).strip():
            field.errors = [f"请{'选择' if isinstance(field, SelectField) else '填写'}{field.label.text}"]


def attempt(form: FlaskForm, errors: list[str], act: Callable[[], Any], *, also: tuple[type[Exception], ...] = (),
            names: dict[str, str] | None = None) -> Any:
    """What `act` returns, committed; None when it was refused.

    The sentence of a refused field goes to that field (`names` maps the model's names to the form's), any other into
    `errors`. `also`: further exceptions whose text is a sentence for the person at the desk.
    """
    try:
        done = act()
        db.session.commit()
        return done
    except Invalid as wrong:
        name = (names or {}).get(wrong.field, wrong.field)
        if name in form:
            form[name].errors = [str(wrong)]
        else:
            errors.append(str(wrong))
    except IntegrityError as error:
        errors.append(sentence_for(error))
    except (Refused, *also) as why:
        errors.append(str(why))
    db.session.rollback()
    return None
