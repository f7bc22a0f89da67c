"""Own records: on PostgreSQL, what stands for somebody is shown to them in every post, not to staff alone.

Revision ID: 0010
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"

# As made with the tables of staff, but for its first way: the record that stands for whoever looks.
_SHOWS = """
    CREATE OR REPLACE FUNCTION homeward_shows(of_instance text, viewer text) RETURNS boolean
    LANGUAGE plpgsql STABLE AS $$
    DECLARE shows boolean;
    BEGIN
    PERFORM set_config('homeward.viewer', '', true);
    shows := EXISTS (
        SELECT 1
        FROM (SELECT viewer::jsonb AS said) AS v, instances AS me JOIN instances AS root ON root.ref = me.family
        WHERE me.ref = of_instance AND (
            root.stands_for = v.said->>'person' OR
            (v.said->>'staff')::boolean AND (
                EXISTS (
                    SELECT 1 FROM instances AS of_it JOIN assignments AS held ON held.instance = of_it.ref
                    WHERE of_it.family = me.family AND v.said->'persons' ? held.person
                )
                OR v.said->'processes' ? root.process
                OR (
                    EXISTS (
                        SELECT 1 FROM instances AS of_it
                        WHERE of_it.family = me.family AND of_it.opened_by = v.said->>'person'
                    )
                    AND NOT EXISTS (
                        SELECT 1 FROM instances AS of_it JOIN assignments AS held ON held.instance = of_it.ref
                        WHERE of_it.family = me.family
                    )
                )
            )
            OR EXISTS (
                SELECT 1 FROM loans
                WHERE loans.person = v.said->>'person' AND loans.family = me.family AND loans.state = 'open'
                    AND loans.until > (v.said->>'now')::bigint AND v.said->'ways' ? loans.way
            )
        )
    );
    PERFORM set_config('homeward.viewer', viewer, true);
    RETURN shows;
    END
    $$
    """


def upgrade() -> None:
    """Replace the function that the policies ask."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_SHOWS)
