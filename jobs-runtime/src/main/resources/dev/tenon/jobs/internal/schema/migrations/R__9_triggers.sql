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

-- Jobs without an order never call the function
CREATE OR REPLACE TRIGGER live_jobs_entered
BEFORE INSERT ON live_jobs
FOR EACH ROW
WHEN (NEW.order_key IS NOT NULL)
EXECUTE FUNCTION enter_line();

CREATE OR REPLACE TRIGGER live_jobs_in_line
BEFORE UPDATE OF run_at, order_key ON live_jobs
FOR EACH ROW
WHEN ((NEW.order_key IS NOT NULL AND NEW.run_at IS DISTINCT FROM OLD.run_at) OR NEW.order_key IS DISTINCT FROM OLD.order_key)
EXECUTE FUNCTION keep_in_line();

DROP TRIGGER IF EXISTS new_in_lines_numbered ON new_in_lines;

CREATE CONSTRAINT TRIGGER new_in_lines_numbered
AFTER INSERT ON new_in_lines
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW
WHEN (NEW.is_first)
EXECUTE FUNCTION number_lines();
