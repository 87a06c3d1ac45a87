package dev.tenon.jobs.store;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.store.StatusChange.LeaseChange;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The SQL by which the databases of tests refuse what {@link StatusChange} does not list. It is a
 * file of test-servers, so that the tests of every module have it.
 */
final class StatusGuardSql {

  private static final String TEMPLATE =
      """
      -- Made from dev.tenon.jobs.store.StatusChange by StatusGuardTest, which -Dtenon.golden=rewrite lets write this file.
      -- PostgresDatabase runs it in the databases of tests. It waits for a table "jobs" with a lease to be created, and gives
      -- it triggers that refuse every change of status, lease and worker that is not listed.
      CREATE SCHEMA status_guard;
      GRANT USAGE ON SCHEMA status_guard TO PUBLIC;

      -- The conditions of the triggers decide, which costs less than a call for each row
      CREATE FUNCTION status_guard.refuse_change()
      RETURNS trigger
      LANGUAGE plpgsql
      AS $$
      BEGIN
        RAISE EXCEPTION 'Job % may not change in this way: status % to %, lease % to %, worker % to %.',
          coalesce(OLD.id, NEW.id), coalesce(OLD.status, 'none'), coalesce(NEW.status, 'none'),
          coalesce(OLD.lease::text, 'none'), coalesce(NEW.lease::text, 'none'),
          coalesce(OLD.worker_id, 'none'), coalesce(NEW.worker_id, 'none')
          USING HINT = 'StatusChange lists what may happen. A test that writes rows itself has /* by the test */ in the statement.';
      END
      $$;

      CREATE FUNCTION status_guard.guard_jobs()
      RETURNS event_trigger
      LANGUAGE plpgsql
      AS $$
      DECLARE
        v_table regclass;
      BEGIN
        FOR v_table IN
          SELECT c.objid::regclass
          FROM pg_event_trigger_ddl_commands() AS c
          JOIN pg_class t ON t.oid = c.objid AND t.relname = 'jobs' AND t.relkind = 'r'
          JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'lease'
          WHERE c.classid = 'pg_class'::regclass
        LOOP
          EXECUTE format(
            $sql$
              CREATE TRIGGER status_guard_insert BEFORE INSERT ON %s FOR EACH ROW
              WHEN (
                (NEW.status NOT IN ({inserted}) OR NEW.lease <> 0 OR NEW.worker_id IS NOT NULL)
                AND current_query() NOT LIKE '%%/* by the test */%%')
              EXECUTE FUNCTION status_guard.refuse_change()
            $sql$,
            v_table);
          EXECUTE format(
            $sql$
              CREATE TRIGGER status_guard_update BEFORE UPDATE ON %s FOR EACH ROW
              WHEN (
                (NEW.status <> OLD.status OR NEW.lease <> OLD.lease OR NEW.worker_id IS DISTINCT FROM OLD.worker_id)
                AND NOT (
                  NEW.worker_id IS NOT DISTINCT FROM OLD.worker_id
                  AND OLD.status || ' to ' || NEW.status || ', lease + ' || NEW.lease - OLD.lease IN (
      {changes}))
                AND NOT (
                  NEW.worker_id IS NOT NULL
                  AND OLD.status || ' to ' || NEW.status || ', lease + ' || NEW.lease - OLD.lease IN (
      {claims}))
                AND current_query() NOT LIKE '%%/* by the test */%%')
              EXECUTE FUNCTION status_guard.refuse_change()
            $sql$,
            v_table);
          EXECUTE format(
            $sql$
              CREATE TRIGGER status_guard_delete BEFORE DELETE ON %s FOR EACH ROW
              WHEN (OLD.status NOT IN ({deleted}) AND current_query() NOT LIKE '%%/* by the test */%%')
              EXECUTE FUNCTION status_guard.refuse_change()
            $sql$,
            v_table);
        END LOOP;
      END
      $$;

      CREATE EVENT TRIGGER status_guard ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
      EXECUTE FUNCTION status_guard.guard_jobs();
      """;

  private StatusGuardSql() {}

  static String text() {
    return TEMPLATE
        .replace("{changes}", updates(change -> !change.setsWorker()))
        .replace("{claims}", updates(StatusChange::setsWorker))
        .replace("{inserted}", quoted(StatusChange.SUBMIT.to()))
        .replace("{deleted}", quoted(StatusChange.DELETE.from()));
  }

  /** What the changes of rows look like, each once. */
  private static String updates(Predicate<StatusChange> which) {
    Set<String> updates = new LinkedHashSet<>();
    for (StatusChange change : StatusChange.values()) {
      int raise = change.lease() == LeaseChange.GOES_UP ? 1 : 0;
      for (JobStatus from : which.test(change) ? change.from() : Set.<JobStatus>of()) {
        for (JobStatus to : change.to()) {
          updates.add(
              "              '%s to %s, lease + %d'".formatted(from.code(), to.code(), raise));
        }
      }
    }
    return String.join(",\n", updates);
  }

  private static String quoted(Collection<JobStatus> statuses) {
    return statuses.stream()
        .map(status -> "'" + status.code() + "'")
        .collect(Collectors.joining(", "));
  }
}
