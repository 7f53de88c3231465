"""`flask flow KIND`: the flow as a Mermaid diagram, from the declared verbs."""

import click
from flask.cli import with_appcontext

from models.accountability import AccountabilityAction, ActionState
from models.flow import Flow
from models.inspection import (
    CaseReview,
    EnterpriseRequest,
    Inspection,
    InspectionState,
    JointInspection,
    JointState,
    RequestState,
    ReviewState,
)
from models.labelled import Labelled
from models.notice import Notice, NoticeState
from models.supervision import ApprovalCase, Lead, Milestone, Problem
from models.supervision.states import ApprovalState, LeadState, MilestoneState, ProblemState
from models.task import Task, TaskState
from models.ticket import Ticket, TicketState

FLOWS: dict[str, tuple[type[Flow], type[Labelled], str]] = {
    "ticket": (Ticket, TicketState, "REGISTERED"),
    "task": (Task, TaskState, "OPEN"),
    "accountability": (AccountabilityAction, ActionState, "DRAFT"),
    "notice": (Notice, NoticeState, "DRAFT"),
    "inspection": (Inspection, InspectionState, "DRAFTED"),
    "joint": (JointInspection, JointState, "PROPOSED"),
    "request": (EnterpriseRequest, RequestState, "DRAFTED"),
    "review": (CaseReview, ReviewState, "WAITING"),
    "problem": (Problem, ProblemState, "OPEN"),
    "lead": (Lead, LeadState, "RECEIVED"),
    "milestone": (Milestone, MilestoneState, "PLANNED"),
    "approval": (ApprovalCase, ApprovalState, "RUNNING"),
}

LABELS = {"accountability": "督办措施", "notice": "文书"}  # no matters, so without a kind's label


@click.command("flow")
@click.argument("kind", required=False, metavar="KIND", type=click.Choice(sorted(FLOWS)))
@with_appcontext
def flow(kind: str | None) -> None:
    """按声明的环节画出 KIND 的流程（Mermaid）；不写 KIND 则列出有哪些流程。"""
    if kind is None:
        for name, (model, _states, _first) in sorted(FLOWS.items()):
            click.echo(f"{name:<16}{LABELS.get(name) or model.KIND_LABEL}")
        return
    model, states, first = FLOWS[kind]
    click.echo("stateDiagram-v2")
    for state in states:
        click.echo(f'  state "{state.label}" as {state}')
    click.echo(f"  [*] --> {first}")
    for step in model.transitions().values():
        for source in sorted(step.source):
            for target in sorted(step.target) or [source]:
                click.echo(f"  {source} --> {target}: {step.label}")
