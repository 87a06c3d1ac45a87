-- Triggers. They stand apart from the functions that they call: to change a trigger takes a lock of its table that all writers
-- wait for, and a function needs none.

-- Whoever waits for the lock of a table holds up everybody who comes later: rather give up, and try again
SET LOCAL lock_timeout = '2s';

-- ---------------------------------------------------------------- Workflows

-- Whoever ends a job need not think of its workflow. A constraint trigger cannot be replaced.
DROP TRIGGER IF EXISTS workflow_changes_settled ON workflow_changes;

CREATE CONSTRAINT TRIGGER workflow_changes_settled
AFTER INSERT ON workflow_changes
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW
WHEN (NEW.is_first)
EXECUTE FUNCTION settle_workflows_at_commit();
