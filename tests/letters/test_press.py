"""Letters are printed by processes that do nothing else; when one of them is lost, no letter is."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from press import pool
from press import pool as presses
from scripts.presses import running
from tests.letters.presses import until
from views.letters import Order, PaperError, RenderError, joined, page_count, render_many, render_pdf
from views.letters import render as renderer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def fresh():
    """Every test starts its own presses."""
    pool().close()
    yield
    pool().close()


def run(script: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)


def test_a_press_knows_nothing_of_the_desk():
    done = run("import sys, press.machine; print(*(name for name in ('flask', 'sqlalchemy', 'models', 'views') if name in sys.modules))")
    assert (done.returncode, done.stdout.split()) == (0, [])


def test_a_process_that_has_letters_printed_does_not_load_what_prints_them():
    done = run("import sys; from views.letters import render_pdf, sample_paper; render_pdf(sample_paper('SUPERVISION_NOTICE'));"
               "print('weasyprint' in sys.modules)")
    assert done.stdout.split() == ["False"], done.stderr


def test_presses_start_with_the_first_letter_and_stay_for_the_next(letter):
    assert running() == []
    render_pdf(letter)
    first = running()
    render_pdf(letter)
    assert len(first) == 1
    assert running() == first


def test_a_press_that_was_killed_between_two_letters_is_replaced(letter):
    before, killed = render_pdf(letter), running()
    os.kill(killed[0], signal.SIGKILL)
    assert until(lambda: not running())
    assert render_pdf(letter) == before
    assert running() != killed


def test_a_letter_whose_press_is_killed_over_it_is_printed_by_another(letter, caplog):
    before, (press,) = render_pdf(letter), running()
    os.kill(press, signal.SIGSTOP)
    after = []
    asking = threading.Thread(target=lambda: after.append(render_pdf(letter)))
    asking.start()
    os.kill(press, signal.SIGKILL)
    asking.join()
    assert after == [before]


def test_a_letter_over_which_two_presses_die_or_hang_is_refused_in_words(letter, monkeypatch):
    render_pdf(letter)
    os.kill(running()[0], signal.SIGSTOP)
    monkeypatch.setattr(sys.modules[presses.__module__], "PATIENCE", -10)
    with pytest.raises(RenderError, match="排印进程两次没有按时回应，文书没有输出"):
        render_pdf(letter)
    assert running() == []
    monkeypatch.undo()
    assert page_count(render_pdf(letter)) > 0


def test_where_no_process_can_be_started_the_letter_is_printed_all_the_same(letter, monkeypatch):
    before = render_pdf(letter)
    pool().close()

    def refused(*_words, **_how):
        raise OSError("no more processes")

    monkeypatch.setattr(subprocess, "Popen", refused)
    assert render_pdf(letter) == before


def test_a_batch_is_the_single_letters_in_their_order(letter, long_body, monkeypatch):
    monkeypatch.setattr(renderer, "BUNDLE", 2)
    papers = [replace(letter, title=f"督办通知单{n}", body=long_body if n % 3 else letter.body) for n in range(6)]
    made = render_many([*map(Order, papers), render_pdf(letter)])
    alone = [page_count(render_pdf(paper)) for paper in papers]
    assert [pages for part in made[:-1] for pages in part.pages] == alone
    assert page_count(joined(made)) == sum(pages + pages % 2 for pages in alone) + 1


def test_one_letter_that_cannot_be_printed_stops_the_batch_by_name(letter):
    with pytest.raises(PaperError, match="《甲》还没有文号"):
        render_many([Order(letter), Order(replace(letter, title="甲", number=None))])


def test_presses_end_with_the_process_they_print_for():
    script = ("import os, signal; from scripts.presses import running; from views.letters import render_pdf, sample_paper;"
              "render_pdf(sample_paper('SUPERVISION_NOTICE')); print(*running(), flush=True); os.kill(os.getpid(), signal.SIGKILL)")
    done = run(script)
    assert done.returncode == -signal.SIGKILL, done.stderr
    (press,) = map(int, done.stdout.split())
    assert until(lambda: not alive(press))


def test_a_press_ends_with_a_process_that_was_killed_while_giving_it_a_job():
    script = ("import os, signal; from scripts.presses import running; from press.pool import Press;"
              "press = Press(); print(press.process.pid, flush=True); press.process.stdin.write(b'\\x80'); press.process.stdin.flush();"
              "os.kill(os.getpid(), signal.SIGKILL)")
    press = int(run(script).stdout)
    assert until(lambda: not alive(press))


def alive(press: int) -> bool:
    """Whether that process still runs; an orphan nobody has buried yet does not."""
    try:
        return Path(f"/proc/{press}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
