"""mobile numbers in running words sealed, drafts sealed

Revision ID: 0020
Revises: 0019
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from models import vault

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

WORDS = {
    'accountability_action': ('grounds', 'proposed_grounds', 'requirements', 'decline_reason', 'feedback', 'outcome'),
    'approval_case': ('result',),
    'callback': ('comment',),
    'campaign': ('focus',),
    'case_review': ('findings', 'rectified'),
    'category': ('description',),
    'city_notice': ('note',),
    'coercive_measure': ('relief',),
    'contact': ('record', 'policies'),
    'deferral': ('measures', 'plan', 'steps', 'opinion'),
    'difficulty': ('content',),
    'enterprise_rating': ('comment',),
    'enterprise_request': ('content',),
    'erratum': ('reason',),
    'exemption': ('explanation', 'evidence', 'opinion'),
    'extension': ('reason', 'opinion'),
    'field_work': ('measure', 'progress'),
    'group_slice': ('content',),
    'hazard': ('result',),
    'heartbeat': ('counts', 'error'),
    'highlight': ('content', 'outcome'),
    'import_row': ('reasons',),
    'indicator_problem': ('problem', 'measures'),
    'indicator_result': ('problem',),
    'inquiry_session': ('minutes',),
    'inspection': ('items', 'basis', 'ground_note', 'summary'),
    'inspection_target': ('note',),
    'instruction': ('content', 'opinion', 'result'),
    'investment': ('note',),
    'investment_service': ('content',),
    'joint_inspection': ('plan_note', 'result', 'summary'),
    'lead': ('content', 'opinion', 'handled', 'request', 'result', 'answer'),
    'letter_template': ('wording',),
    'look_back': ('note',),
    'matter_unit': ('reply',),
    'meeting': ('agenda', 'summary', 'minutes'),
    'milestone': ('result',),
    'notice': ('feedback',),
    'observation_period': ('guidance',),
    'outbox_message': ('body',),
    'policy': ('summary',),
    'problem': ('content', 'requirement', 'measures', 'result'),
    'public_trade': ('irregularity',),
    'responsibility': ('detail',),
    'saved_filter': ('query',),
    'service_activity': ('result',),
    'setting': ('value',),
    'source_document': ('note',),
    'suggestion': ('content', 'answer'),
    'supervision_check': ('findings',),
    'survey': ('note',),
    'survey_answer': ('reason',),
    'task': ('content', 'result'),
    'ticket': ('content', 'progress', 'result'),
    'visit': ('situation', 'policies'),
}


def upgrade() -> None:
    with op.batch_alter_table('saved_filter') as batch_op:
        batch_op.alter_column('query', type_=sa.Text(), existing_nullable=False, existing_comment='条件')
    _convert('draft', 'fields', vault.seal, "fields <> ''")
    for table, columns in WORDS.items():
        for column in columns:
            _convert(table, column, vault.seal_numbers, _MAY_HOLD[op.get_bind().dialect.name].format(column))


def downgrade() -> None:
    for table, columns in WORDS.items():
        for column in columns:
            _convert(table, column, vault.unseal_numbers, f"{column} LIKE '%{vault.OPEN}%'")
    _convert('draft', 'fields', vault.unseal, "fields <> ''")
    with op.batch_alter_table('saved_filter') as batch_op:
        batch_op.alter_column('query', type_=sa.String(800), existing_nullable=False, existing_comment='条件')


# What is worth reading: a 1 and digits after it, blanks and hyphens allowed where people put them.
_MAY_HOLD = {'sqlite': "{0} GLOB '*1[3-9][0-9]*[0-9][0-9][0-9][0-9]*'", 'postgresql': r"{0} ~ '1[3-9][0-9][ -]?[0-9]{{4}}[ -]?[0-9]{{4}}'"}


def _convert(table: str, column: str, turn: Callable[[str], str | None], where: str) -> None:
    """The rows in question, one by one: their words are not all in memory at once."""
    rows, connection = sa.table(table, sa.column('id'), sa.column(column)), op.get_bind()
    value = rows.c[column]
    for key in connection.scalars(sa.select(rows.c.id).where(sa.text(where)).order_by(rows.c.id)).all():
        text = connection.scalar(sa.select(value).where(rows.c.id == key))
        if (new := turn(text)) not in (None, text):
            connection.execute(sa.update(rows).where(rows.c.id == key).values({column: new}))
