package dev.tenon.jobs.store;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.store.StatusChange.LeaseChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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

      CREATE FUNCTION status_guard.check_change()
      RETURNS trigger
      LANGUAGE plpgsql
      AS $$
      DECLARE
        v_id uuid := CASE TG_OP WHEN 'INSERT' THEN NEW.id ELSE OLD.id END;
        v_from text := CASE TG_OP WHEN 'INSERT' THEN 'none' ELSE OLD.status END;
        v_to text := CASE TG_OP WHEN 'DELETE' THEN 'none' ELSE NEW.status END;
        v_old_lease bigint := CASE TG_OP WHEN 'INSERT' THEN 0 ELSE OLD.lease END;
        v_new_lease bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.lease ELSE NEW.lease END;
        v_old_worker text := CASE TG_OP WHEN 'INSERT' THEN NULL ELSE OLD.worker_id END;
        v_new_worker text := CASE TG_OP WHEN 'DELETE' THEN OLD.worker_id ELSE NEW.worker_id END;
      BEGIN
        IF EXISTS (
          SELECT
          FROM (VALUES
      {rows}
          ) AS c (change, status_from, status_to, lease_step, sets_worker)
          WHERE c.status_from = v_from AND c.status_to = v_to AND c.lease_step = v_new_lease - v_old_lease
            AND CASE
              WHEN c.sets_worker THEN v_new_worker IS NOT NULL
              ELSE v_new_worker IS NOT DISTINCT FROM v_old_worker END)
        THEN
          RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END IF;
        RAISE EXCEPTION 'Job % may not change in this way: status % to %, lease % to %, worker % to %.',
          v_id, v_from, v_to, v_old_lease, v_new_lease, coalesce(v_old_worker, 'none'), coalesce(v_new_worker, 'none')
          USING HINT = 'StatusChange lists what may happen. A test that writes rows itself has /* by the test */ in the statement.';
      END
      $$;

      CREATE FUNCTION status_guard.guard_jobs()
      RETURNS event_trigger
      LANGUAGE plpgsql
      AS $$
      DECLARE
        v_table regclass;
        -- Tests that write rows themselves say so. In the condition, since they write many.
        v_unless_by_the_test text := 'current_query() NOT LIKE ''%/* by the test */%''';
      BEGIN
        FOR v_table IN
          SELECT c.objid::regclass
          FROM pg_event_trigger_ddl_commands() AS c
          JOIN pg_class t ON t.oid = c.objid AND t.relname = 'jobs' AND t.relkind = 'r'
          JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'lease'
          WHERE c.classid = 'pg_class'::regclass
        LOOP
          EXECUTE format(
            'CREATE TRIGGER status_guard_insert BEFORE INSERT ON %s FOR EACH ROW'
              ' WHEN ((NEW.status NOT IN ({inserted}) OR NEW.lease <> 0 OR NEW.worker_id IS NOT NULL) AND %s)'
              ' EXECUTE FUNCTION status_guard.check_change()',
            v_table, v_unless_by_the_test);
          EXECUTE format(
            'CREATE TRIGGER status_guard_update BEFORE UPDATE ON %s FOR EACH ROW'
              ' WHEN ((NEW.status <> OLD.status OR NEW.lease <> OLD.lease OR NEW.worker_id IS DISTINCT FROM OLD.worker_id) AND %s)'
              ' EXECUTE FUNCTION status_guard.check_change()',
            v_table, v_unless_by_the_test);
          EXECUTE format(
            'CREATE TRIGGER status_guard_delete BEFORE DELETE ON %s FOR EACH ROW'
              ' WHEN ((OLD.status NOT IN ({deleted})) AND %s)'
              ' EXECUTE FUNCTION status_guard.check_change()',
            v_table, v_unless_by_the_test);
        END LOOP;
      END
      $$;

      CREATE EVENT TRIGGER status_guard ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
      EXECUTE FUNCTION status_guard.guard_jobs();
      """;

  private StatusGuardSql() {}

  static String text() {
    List<String> rows = new ArrayList<>();
    for (StatusChange change : StatusChange.values()) {
      for (@Nullable JobStatus from : orNone(change.from())) {
        for (@Nullable JobStatus to : orNone(change.to())) {
          rows.add(
              "      ('%s', '%s', '%s', %d, %s)"
                  .formatted(
                      change.name().toLowerCase(Locale.ROOT),
                      name(from),
                      name(to),
                      change.lease() == LeaseChange.GOES_UP ? 1 : 0,
                      change.setsWorker()));
        }
      }
    }
    return TEMPLATE
        .replace("{rows}", String.join(",\n", rows))
        .replace("{inserted}", inQuotedText(StatusChange.SUBMIT.to()))
        .replace("{deleted}", inQuotedText(StatusChange.DELETE.from()));
  }

  private static List<@Nullable JobStatus> orNone(Collection<JobStatus> statuses) {
    List<@Nullable JobStatus> all = new ArrayList<>(statuses);
    if (all.isEmpty()) {
      all.add(null);
    }
    return all;
  }

  private static String name(@Nullable JobStatus status) {
    return status == null ? "none" : status.code();
  }

  private static String inQuotedText(Collection<JobStatus> statuses) {
    return statuses.stream()
        .map(status -> "''" + status.code() + "''")
        .collect(Collectors.joining(", "));
  }
}
