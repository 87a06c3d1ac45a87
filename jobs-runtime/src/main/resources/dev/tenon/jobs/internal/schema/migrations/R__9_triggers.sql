-- Triggers. They are separate from the functions that they call: changing a trigger takes a lock of its table that
-- all writers wait for, and changing a function needs none.

-- A wait for the lock of a table holds up everybody who comes later: it is better to give up and try again
SET LOCAL lock_timeout = '2s';

-- ---------------------------------------------------------------- Workflows

-- A transaction that ends a job need not deal with its workflow. A constraint trigger cannot be replaced.
DROP TRIGGER IF EXISTS workflow_changes_settled ON workflow_changes;

CREATE CONSTRAINT TRIGGER workflow_changes_settled
AFTER INSERT ON workflow_changes
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW
WHEN (NEW.is_first)
EXECUTE FUNCTION settle_workflows_at_commit();

-- ---------------------------------------------------------------- Lines

-- live_jobs itself has no trigger: jobs without an order would pay for it with each change
DROP TRIGGER IF EXISTS new_in_lines_numbered ON new_in_lines;

CREATE CONSTRAINT TRIGGER new_in_lines_numbered
AFTER INSERT ON new_in_lines
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW
WHEN (NEW.is_first)
EXECUTE FUNCTION number_lines();
