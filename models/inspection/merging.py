"""Which filed plans ask for one joint visit: found by the sweep, decided by the park committee (I2)."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db
from models.inspection.inspection import Inspection
from models.inspection.joint import JointInspection
from models.inspection.states import COMING_STATES, JointState
from models.inspection.target import InspectionTarget
from models.matter import Matter
from models.now import now
from models.setting import setting


def candidates() -> list[list[InspectionTarget]]:
    """Clusters of coming targets of one enterprise within the window (setting, days), where several units come or a proposal is open."""
    coming = (
        Matter.state_code.in_([state.value for state in COMING_STATES]), InspectionTarget.finding.is_(None),
        InspectionTarget.joint_id.is_(None), InspectionTarget.planned_on > now().date(),
    )
    several = (
        sa.select(InspectionTarget.enterprise_id).join(Inspection, Inspection.id == InspectionTarget.inspection_id).where(*coming)
        .group_by(InspectionTarget.enterprise_id).having(sa.func.count(Matter.unit_id.distinct()) > 1)
    )
    proposed = sa.select(JointInspection.enterprise_id).where(JointInspection.state == JointState.PROPOSED)
    query = (
        sa.select(InspectionTarget)
        .join(Inspection, Inspection.id == InspectionTarget.inspection_id).where(*coming)
        .where(InspectionTarget.enterprise_id.in_(several) | InspectionTarget.enterprise_id.in_(proposed))
        .options(joinedload(InspectionTarget.enterprise), joinedload(InspectionTarget.inspection))
        .order_by(InspectionTarget.enterprise_id, InspectionTarget.planned_on, InspectionTarget.id)
    )
    window, clusters = timedelta(days=int(setting("inspection_merge_days"))), []
    for target in db.session.scalars(query):
        last = clusters[-1] if clusters else None
        if last and last[0].enterprise_id == target.enterprise_id and target.planned_on - last[0].planned_on <= window:
            last.append(target)
        else:
            clusters.append([target])
    return clusters


def propose_joints() -> int:
    """A proposal for each cluster; a plan that comes later joins the proposal still open. Returns how many plans."""
    count = 0
    for cluster in candidates():
        joint = _open_proposal(cluster)
        if joint:
            joint.take_in(cluster)
            joint.assign_units(joint.unit)
            words = "；".join(f"{target.inspection.unit} {target.planned_on:%m-%d}" for target in cluster)
            joint.log("join", "并入拟议", by=None, note=words)
            count += len(cluster)
        elif len({target.inspection.unit_id for target in cluster}) > 1:
            JointInspection.propose(cluster)
            count += len(cluster)
    db.session.flush()
    return count


def _open_proposal(cluster: list[InspectionTarget]) -> JointInspection | None:
    """The undecided proposal for the same enterprise whose date lies in the window."""
    window = timedelta(days=int(setting("inspection_merge_days")))
    query = sa.select(JointInspection).where(
        JointInspection.enterprise_id == cluster[0].enterprise_id, JointInspection.state == JointState.PROPOSED,
        JointInspection.planned_on.between(cluster[0].planned_on - window, cluster[-1].planned_on + window),
    )
    return db.session.scalars(query.order_by(JointInspection.id)).first()
