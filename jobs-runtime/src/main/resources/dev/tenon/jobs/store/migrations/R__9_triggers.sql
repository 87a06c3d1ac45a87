-- Triggers. They stand apart from the functions that they call: to change a trigger takes a lock of its table that all writers
-- wait for, and a function needs none.

-- Whoever waits for the lock of a table holds up everybody who comes later: rather give up, and try again
SET LOCAL lock_timeout = '2s';

-- ---------------------------------------------------------------- Workflows

CREATE OR REPLACE TRIGGER jobs_workflow_change
AFTER UPDATE OF status ON jobs
FOR EACH ROW
WHEN (
  NEW.workflow_id IS NOT NULL AND OLD.status <> NEW.status
  AND (OLD.status IN ('running', 'completed', 'failed', 'cancelled') OR NEW.status IN ('completed', 'failed', 'cancelled')))
EXECUTE FUNCTION note_workflow_change();

-- Whoever ends a job need not think of its workflow. A constraint trigger cannot be replaced.
DROP TRIGGER IF EXISTS workflow_changes_settled ON workflow_changes;

CREATE CONSTRAINT TRIGGER workflow_changes_settled
AFTER INSERT ON workflow_changes
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW
WHEN (NEW.is_first)
EXECUTE FUNCTION settle_workflows_at_commit();

-- ---------------------------------------------------------------- Search

CREATE OR REPLACE TRIGGER jobs_search_insert AFTER INSERT ON jobs
REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION job_search_insert();

-- The runtime only changes limit_key, when a type gets limits; whoever changes the others by hand has nothing else to do
CREATE OR REPLACE TRIGGER jobs_search_update AFTER UPDATE OF id, type, submitted_by, item_id, limit_key ON jobs
FOR EACH ROW EXECUTE FUNCTION job_search_update();

CREATE OR REPLACE TRIGGER jobs_search_delete AFTER DELETE ON jobs
REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION job_search_delete();

CREATE OR REPLACE TRIGGER jobs_search_truncate AFTER TRUNCATE ON jobs
FOR EACH STATEMENT EXECUTE FUNCTION job_search_truncate();
