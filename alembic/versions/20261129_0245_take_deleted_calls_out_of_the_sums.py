"""Take what deleted calls have added to the sums of scores back out.

Safe while the previous release still runs: it adds a trigger that release knows nothing of.

Revision ID: 20261129_0245
Revises: 20261128_2345
"""

from alembic import op

revision = "20261129_0245"
down_revision = "20261128_2345"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.execute(
        """
        create function take_out_of_sums() returns trigger language plpgsql as $$
        begin
            -- In the order in which counting locks them.
            perform 1 from score_tallies tallies
            where exists (
                select 1 from gone cross join jsonb_array_elements(gone.parts) as part
                where tallies.org_id = gone.org_id and tallies.policy_id = gone.policy_id
                  and tallies.agent_id = gone.agent_id
                  and tallies.agent_version = gone.agent_version and tallies.week = gone.week
                  and tallies.dimension = part->>0 and tallies.name = part->>1
            )
            order by policy_id, agent_id, agent_version, week,
                dimension collate "C", name collate "C"
            for update;
            update score_tallies tallies
            set n = tallies.n - sums.n, total = tallies.total - sums.total,
                squares = tallies.squares - sums.squares,
                passed = tallies.passed - sums.passed, failed = tallies.failed - sums.failed
            from (
                select org_id, policy_id, agent_id, agent_version, week,
                    part->>0 as dimension, part->>1 as name,
                    sum((part->>2)::int) as n, sum((part->>3)::float8) as total,
                    sum((part->>4)::float8) as squares, sum((part->>5)::int) as passed,
                    sum((part->>6)::int) as failed
                from gone cross join jsonb_array_elements(gone.parts) as part
                group by 1, 2, 3, 4, 5, 6, 7
            ) sums
            where tallies.org_id = sums.org_id and tallies.policy_id = sums.policy_id
              and tallies.agent_id = sums.agent_id
              and tallies.agent_version = sums.agent_version and tallies.week = sums.week
              and tallies.dimension = sums.dimension and tallies.name = sums.name;
            return null;
        end
        $$
        """
    )
    op.execute(
        """
        create trigger take_out_of_sums after delete on counted_evaluations
        referencing old table as gone
        for each statement execute function take_out_of_sums()
        """
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.execute("drop trigger take_out_of_sums on counted_evaluations")
    op.execute("drop function take_out_of_sums()")
