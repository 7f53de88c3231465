"""What a form asks for is done whole, or nothing is changed and the reason stands beside its field."""

from collections.abc import Callable
from typing import Any

from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError

from models import db
from models.errors import Invalid, Refused
from models.sentences import sentence_for


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
