package dev.tenon.jobs.internal.schema;

import dev.tenon.jobs.internal.schema.StartStore.Relation;
import dev.tenon.jobs.internal.schema.StartStore.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rights to tables, views and functions that a part of the runtime needs. */
public enum Rights {
  /** Looking at jobs, types, schedules, workflows and workers, and nothing else. */
  LOOKING(
      Stream.of(
              "jobs",
              "job_states",
              "job_attempts",
              "live_jobs",
              "job_data",
              "job_headers",
              "ended_jobs",
              "claims",
              "limited_runs",
              "job_logs",
              "job_steps",
              "job_signals",
              "job_cursors",
              "workers",
              "worker_grants",
              "maintenance_tasks",
              "skipped_jobs",
              "installation",
              "job_types",
              "limited_starts",
              "job_schedules",
              "workflows",
              "workflow_tasks",
              "workflow_edges",
              "job_lines")
          .collect(Collectors.toUnmodifiableMap(table -> table, table -> List.of("SELECT"))),
      List.of()),
  /** Submitting, reading, changing and cancelling jobs, for the application that calls the API. */
  SUBMITTING(
      Map.ofEntries(
          Map.entry("jobs", List.of("SELECT")),
          Map.entry("job_states", List.of("SELECT")),
          Map.entry("job_attempts", List.of("SELECT")),
          Map.entry("live_jobs", List.of("SELECT", "INSERT", "UPDATE", "DELETE")),
          Map.entry("job_data", List.of("SELECT", "INSERT", "UPDATE")),
          Map.entry("job_headers", List.of("SELECT", "INSERT", "DELETE")),
          // A retry of a job removes it from the ended jobs
          Map.entry("ended_jobs", List.of("SELECT", "INSERT", "UPDATE", "DELETE")),
          Map.entry("earlier_attempts", List.of("INSERT")),
          Map.entry("unique_keys", List.of("SELECT", "INSERT", "UPDATE", "DELETE")),
          Map.entry("claims", List.of("SELECT")),
          Map.entry("limited_runs", List.of("SELECT", "INSERT", "DELETE")),
          Map.entry("job_logs", List.of("SELECT")),
          Map.entry("awaited_jobs", List.of("SELECT", "INSERT", "UPDATE", "DELETE")),
          Map.entry("workers", List.of("SELECT")),
          Map.entry("worker_grants", List.of("SELECT")),
          Map.entry("maintenance_tasks", List.of("SELECT")),
          Map.entry("skipped_jobs", List.of("SELECT")),
          Map.entry("installation", List.of("SELECT")),
          Map.entry("job_types", List.of("SELECT", "INSERT", "UPDATE")),
          Map.entry("limited_starts", List.of("SELECT")),
          Map.entry("job_schedules", List.of("SELECT", "INSERT", "UPDATE", "DELETE")),
          // Written with each change by hand
          Map.entry("job_audit", List.of("INSERT")),
          Map.entry("job_steps", List.of("SELECT", "UPDATE", "DELETE")),
          Map.entry("job_signals", List.of("SELECT", "INSERT", "UPDATE", "DELETE")),
          Map.entry("job_cursors", List.of("SELECT")),
          Map.entry("job_lines", List.of("SELECT")),
          Map.entry("workflows", List.of("SELECT", "INSERT", "UPDATE")),
          Map.entry("workflow_tasks", List.of("SELECT", "INSERT", "UPDATE")),
          Map.entry("workflow_edges", List.of("SELECT", "INSERT")),
          Map.entry("workflow_changes", List.of("INSERT"))),
      List.of(
          "insert_jobs",
          "insert_uniform_jobs",
          "jobs_among",
          "backlog_of",
          "await_jobs",
          "forget_awaited",
          "ended_among",
          "followed_jobs",
          "tell_awaiting",
          "end_waiting_jobs",
          "restore_jobs",
          "note_workflow_changes",
          "version_of_records",
          "decide_step",
          "forget_from_step",
          "signal_targets",
          "may_await",
          "find_token",
          "send_signals",
          "wake_signalled",
          "wake_held",
          "has_awaited_signal",
          "is_attempted",
          "jobs_with_keys",
          "clear_unique_keys",
          "replace_jobs",
          "adjust_limit_keys",
          "change_limit_keys",
          "keeps_unique_key",
          "latest_start",
          "leave_lines",
          "enter_line",
          "time_in_line",
          "change_line",
          "let_pass",
          "never")),
  /**
   * The background work of every process that knows job types or takes part in maintenance, with or
   * without workers: it records its types and schedules, publishes what it has submitted, makes the
   * payloads of tasks, and reads its health and its figures.
   */
  BACKGROUND(
      Map.ofEntries(
          Map.entry("job_states", List.of("SELECT")),
          Map.entry("live_jobs", List.of("SELECT", "INSERT", "UPDATE", "DELETE")),
          Map.entry("job_data", List.of("SELECT", "INSERT", "UPDATE")),
          Map.entry("job_headers", List.of("SELECT", "INSERT")),
          Map.entry("ended_jobs", List.of("SELECT", "INSERT")),
          Map.entry("unique_keys", List.of("SELECT", "INSERT", "DELETE")),
          Map.entry("awaited_jobs", List.of("SELECT")),
          Map.entry("claims", List.of("SELECT")),
          Map.entry("workers", List.of("SELECT")),
          Map.entry("worker_grants", List.of("SELECT")),
          Map.entry("leaders", List.of("SELECT")),
          Map.entry("maintenance_tasks", List.of("SELECT")),
          Map.entry("installation", List.of("SELECT")),
          Map.entry("job_types", List.of("SELECT", "INSERT", "UPDATE")),
          Map.entry("job_schedules", List.of("SELECT", "INSERT", "UPDATE", "DELETE")),
          Map.entry("job_steps", List.of("SELECT")),
          Map.entry("job_signals", List.of("SELECT")),
          Map.entry("workflows", List.of("SELECT", "UPDATE")),
          Map.entry("workflow_tasks", List.of("SELECT", "INSERT", "UPDATE")),
          Map.entry("workflow_edges", List.of("SELECT", "INSERT")),
          Map.entry("workflow_changes", List.of("INSERT"))),
      List.of(
          "mark_queued",
          "postpone_pointers",
          "pointers_among",
          "jobs_among",
          "tell_awaiting",
          "end_waiting_jobs",
          "note_workflow_changes",
          "is_attempted",
          "keeps_unique_key",
          "insert_jobs",
          "insert_uniform_jobs",
          "latest_start",
          "leave_lines",
          "enter_line",
          "time_in_line",
          "advance_lines",
          "never")),
  /** Taking part in maintenance. */
  MAINTENANCE(
      Map.ofEntries(
          Map.entry("jobs", List.of("SELECT")),
          Map.entry("job_states", List.of("SELECT")),
          Map.entry("live_jobs", List.of("SELECT", "INSERT", "UPDATE", "DELETE")),
          Map.entry("job_data", List.of("SELECT", "INSERT", "UPDATE", "DELETE")),
          Map.entry("job_headers", List.of("SELECT", "INSERT", "DELETE")),
          Map.entry("ended_jobs", List.of("SELECT", "INSERT", "UPDATE", "DELETE")),
          Map.entry("earlier_attempts", List.of("SELECT", "INSERT", "DELETE")),
          Map.entry("unique_keys", List.of("SELECT", "INSERT", "UPDATE", "DELETE")),
          Map.entry("claims", List.of("SELECT", "UPDATE", "DELETE")),
          Map.entry("limited_runs", List.of("SELECT", "INSERT", "UPDATE", "DELETE")),
          Map.entry("job_logs", List.of("SELECT", "DELETE")),
          Map.entry("awaited_jobs", List.of("SELECT")),
          Map.entry("workers", List.of("SELECT", "UPDATE", "DELETE")),
          Map.entry("worker_grants", List.of("SELECT")),
          Map.entry("leaders", List.of("SELECT", "INSERT", "UPDATE")),
          Map.entry("skipped_jobs", List.of("SELECT", "DELETE")),
          Map.entry("maintenance_tasks", List.of("SELECT", "INSERT", "UPDATE")),
          Map.entry("job_types", List.of("SELECT")),
          Map.entry("limited_starts", List.of("SELECT", "UPDATE", "DELETE")),
          Map.entry("job_schedules", List.of("SELECT", "UPDATE")),
          Map.entry("job_steps", List.of("SELECT", "DELETE")),
          Map.entry("job_signals", List.of("SELECT", "UPDATE", "DELETE")),
          Map.entry("job_cursors", List.of("SELECT", "DELETE")),
          Map.entry("lines_to_advance", List.of("SELECT")),
          Map.entry("workflows", List.of("SELECT", "UPDATE", "DELETE")),
          Map.entry("workflow_tasks", List.of("SELECT", "DELETE")),
          Map.entry("workflow_edges", List.of("SELECT", "DELETE"))),
      List.of(
          "mark_queued",
          "postpone_pointers",
          "pointers_among",
          "jobs_among",
          "return_skipped_jobs",
          "jobs_in_turn",
          "due_kinds",
          "walk_in_turn",
          "count_queued",
          "queued_for",
          "first_routing_keys",
          "has_limits",
          "adjust_limit_keys",
          "change_limit_keys",
          "rescue_jobs",
          "jobs_of_worker",
          "running_jobs",
          "clear_past_keys",
          "forget_claims",
          "end_attempts",
          "tell_awaiting",
          "end_waiting_jobs",
          "delete_jobs",
          "note_workflow_changes",
          "has_expired_jobs",
          "expired_jobs",
          "expire_jobs",
          "backlog_of",
          "drop_oldest",
          "insert_jobs",
          "insert_uniform_jobs",
          "latest_start",
          "sweep_signals",
          "wake_signalled",
          "wake_held",
          "has_awaited_signal",
          "resume_time",
          "is_attempted",
          "keeps_unique_key",
          "leave_lines",
          "enter_line",
          "time_in_line",
          "advance_lines",
          "never")),
  /** Running jobs. */
  WORKING(
      Map.ofEntries(
          Map.entry("job_states", List.of("SELECT")),
          Map.entry("live_jobs", List.of("SELECT", "INSERT", "UPDATE", "DELETE")),
          Map.entry("job_data", List.of("SELECT", "INSERT", "UPDATE")),
          Map.entry("job_headers", List.of("SELECT", "INSERT")),
          Map.entry("ended_jobs", List.of("SELECT", "INSERT")),
          Map.entry("earlier_attempts", List.of("SELECT", "INSERT")),
          Map.entry("unique_keys", List.of("SELECT", "INSERT", "UPDATE", "DELETE")),
          Map.entry("claims", List.of("SELECT", "INSERT", "UPDATE", "DELETE")),
          Map.entry("limited_runs", List.of("SELECT", "INSERT", "DELETE")),
          Map.entry("job_logs", List.of("SELECT", "INSERT")),
          Map.entry("awaited_jobs", List.of("SELECT")),
          Map.entry("workers", List.of("SELECT", "INSERT", "UPDATE", "DELETE")),
          Map.entry("skipped_jobs", List.of("SELECT", "INSERT")),
          Map.entry("job_types", List.of("SELECT", "INSERT", "UPDATE")),
          Map.entry("limited_starts", List.of("SELECT", "INSERT", "UPDATE")),
          Map.entry("job_steps", List.of("SELECT", "INSERT", "UPDATE")),
          Map.entry("job_signals", List.of("SELECT", "UPDATE")),
          Map.entry("job_cursors", List.of("SELECT", "INSERT", "UPDATE")),
          Map.entry("workflows", List.of("SELECT", "UPDATE")),
          Map.entry("workflow_tasks", List.of("SELECT", "UPDATE")),
          Map.entry("workflow_edges", List.of("SELECT")),
          Map.entry("workflow_changes", List.of("INSERT"))),
      // This includes the rights to claim jobs with limits, because operators may set those at any
      // time. Without the right to settle_workflows, tasks start a little later, and without that
      // to roll_up_statistics, charts stay empty, so a user without these two is not refused.
      List.of(
          "claim_limited",
          "rates",
          "counted_starts",
          "rate_rooms",
          "record_starts",
          "rate_openings",
          "waiting_keys",
          "due_keys",
          "claim_pointed",
          "claim_due",
          "claim_overdue",
          "choose_in_turn",
          "not_chosen",
          "return_unchosen",
          "lock_pointed",
          "lock_parked",
          "lock_past",
          "read_next_from",
          "barred_types",
          "waiting_types",
          "waiting_limited_types",
          "look_for_jobs",
          "jobs_in_turn",
          "walk_in_turn",
          "running_jobs",
          "report_progress",
          "write_logs",
          "start_attempts",
          "jobs_of_worker",
          "forget_claims",
          "end_attempts",
          "tell_awaiting",
          "end_waiting_jobs",
          "note_workflow_changes",
          "declare_steps",
          "lock_running",
          "record_steps",
          "steps_of_job",
          "await_signal",
          "refuse_signal",
          "save_cursors",
          "has_awaited_signal",
          "resume_time",
          "is_attempted",
          "keeps_unique_key",
          "park",
          "mark_queued",
          "postpone_pointers",
          "pointers_among",
          "jobs_among",
          "leave_lines",
          "enter_line",
          "time_in_line",
          "advance_lines",
          "urgency",
          "never"));

  private static final List<String> TABLES =
      List.of(
          "jobs",
          "job_states",
          "job_attempts",
          "live_jobs",
          "job_data",
          "job_headers",
          "ended_jobs",
          "earlier_attempts",
          "unique_keys",
          "claims",
          "limited_runs",
          "job_logs",
          "awaited_jobs",
          "job_steps",
          "job_signals",
          "job_cursors",
          "workers",
          "worker_grants",
          "leaders",
          "skipped_jobs",
          "maintenance_tasks",
          "installation",
          "job_types",
          "limited_starts",
          "job_schedules",
          "job_audit",
          "workflows",
          "workflow_tasks",
          "workflow_edges",
          "workflow_changes",
          "job_lines",
          "lines_to_advance");
  private static final List<String> PRIVILEGES = List.of("SELECT", "INSERT", "UPDATE", "DELETE");
  private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]*");

  @SuppressWarnings("ImmutableEnumChecker") // the maps are
  private final Map<String, List<String>> needed;

  @SuppressWarnings("ImmutableEnumChecker") // the list is
  private final List<String> functions;

  Rights(Map<String, List<String>> needed, List<String> functions) {
    this.needed = needed;
    this.functions = functions;
  }

  /**
   * Returns the statements that grant a user the missing rights: one for the schema, one for each
   * table or view, and one for the functions.
   *
   * @param schema what the schema has, and what the user may do with it
   * @param schemaName its name
   * @param user who needs the rights
   * @param rights what the user needs them for
   */
  public static List<String> missing(
      Schema schema, String schemaName, String user, Set<Rights> rights) {
    List<String> grants = new ArrayList<>();
    if (!schema.usable()) {
      grants.add("GRANT USAGE ON SCHEMA %s TO %s;".formatted(quoted(schemaName), quoted(user)));
    }
    Map<String, List<String>> missing = new LinkedHashMap<>();
    for (String table : TABLES) {
      Relation relation = schema.relations().get(table);
      for (String privilege : PRIVILEGES) {
        boolean needs =
            rights.stream()
                .anyMatch(each -> each.needed.getOrDefault(table, List.of()).contains(privilege));
        if (needs && relation != null && !relation.privileges().contains(privilege)) {
          missing.computeIfAbsent(table, any -> new ArrayList<>()).add(privilege);
        }
      }
    }
    missing.forEach(
        (table, privileges) ->
            grants.add(
                "GRANT %s ON %s.%s TO %s;"
                    .formatted(
                        String.join(", ", privileges), quoted(schemaName), table, quoted(user))));
    List<String> refused =
        rights.stream()
            .flatMap(each -> each.functions.stream())
            .distinct()
            .filter(schema.refusedFunctions()::contains)
            .map(function -> quoted(schemaName) + "." + function)
            .toList();
    if (!refused.isEmpty()) {
      grants.add(
          "GRANT EXECUTE ON FUNCTION %s TO %s;"
              .formatted(String.join(", ", refused), quoted(user)));
    }
    return grants;
  }

  /** Returns a name quoted for SQL. */
  public static String quoted(String name) {
    return PLAIN.matcher(name).matches() ? name : '"' + name.replace("\"", "\"\"") + '"';
  }
}
