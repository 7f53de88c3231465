"""Register → dispatch → sign → reply → review → call back → closed."""

from models.matter import Light
from models.ticket import TicketState as S


def test_a_demand_goes_the_whole_way_and_every_step_is_on_its_timeline(cast):
    ticket = cast.accepted()
    ticket.reply(by=cast.jia_clerk, process="已核实", result="已拨付", gain="8.64")
    ticket.review(by=cast.jia_head, decision="AGREE", opinion="同意")
    assert ticket.light == Light.DONE
    ticket.callback(by=cast.intake, reached=True, solved=True, satisfaction="SATISFIED")
    assert ticket.state == S.CLOSED
    assert ticket.closed_at
    assert [event.label for event in reversed(ticket.events)] == ["登记", "派发", "签收", "反馈办理结果", "审核", "回访"]
