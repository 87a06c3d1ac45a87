package dev.tenon.jobs.runtime;

import dev.tenon.jobs.runtime.WorkflowModel.Node;
import dev.tenon.jobs.runtime.WorkflowModel.Status;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Compares the tables with what a model says is in them. Not thread-safe. */
final class WorkflowComparison {

  private final WorkflowDatabase database;

  WorkflowComparison(WorkflowDatabase database) {
    this.database = database;
  }

  /**
   * Checks that each job and each workflow is as the model says.
   *
   * @param after what was done before
   */
  void check(WorkflowModel model, String after) {
    Map<String, String> found = found(model);
    Map<String, String> expected = expected(model);
    if (!found.equals(expected)) {
      List<String> different = new ArrayList<>();
      Set<String> keys = new HashSet<>(found.keySet());
      keys.addAll(expected.keySet());
      for (String key : keys) {
        if (!Objects.equals(found.get(key), expected.get(key))) {
          different.add(
              "%s is %s and not %s; %s"
                  .formatted(key, found.get(key), expected.get(key), describe(model, key)));
        }
      }
      throw new AssertionError("After %s: %s".formatted(after, String.join("\n", different)));
    }
  }

  /** Returns true if each job and each workflow is as the model says. */
  boolean agrees(WorkflowModel model) {
    return found(model).equals(expected(model));
  }

  /** Tells the model the ids of follow-ups that come once more. */
  void identifyFollowUps(WorkflowModel model) {
    Map<String, String> unused = found(model);
  }

  private static String describe(WorkflowModel model, String key) {
    Node node =
        model.nodes.stream()
            .filter(each -> each.id != null && key.equals(each.id.toString()))
            .findFirst()
            .orElse(null);
    if (node == null) {
      return "the tables or the model do not know it";
    }
    return node
        + " in "
        + (node.flow < 0 ? "none" : model.flowOf(node))
        + " after "
        + node.edges.stream()
            .map(edge -> edge.condition() + " of " + model.nodes.get(edge.before()))
            .toList();
  }

  // What is to be there

  private static Map<String, String> expected(WorkflowModel model) {
    Map<String, String> all = new TreeMap<>();
    for (Node node : model.nodes) {
      if (node.isGone) {
        continue;
      }
      String id = node.id == null ? "?" + node.name : node.id.toString();
      all.put(id, node.isFlow ? flow(model, node) : job(model, node));
    }
    return all;
  }

  private static String job(WorkflowModel model, Node job) {
    return switch (job.status()) {
      case WAITING, UNMADE -> "pending never";
      case DUE ->
          model.flowOf(job).isPaused
              ? "pending never"
              : job.isLater ? "pending later" : "pending due";
      case RUNNING -> job.cancelRequested ? "running until it is cancelled" : "running";
      case COMPLETED -> "completed";
      case FAILED -> "failed";
      case CANCELLED -> "cancelled";
      case SKIPPED -> "skipped";
    };
  }

  private static String flow(WorkflowModel model, Node flow) {
    Map<Status, Integer> ended = new TreeMap<>();
    boolean isAsOne = flow.status == Status.FAILED || flow.status == Status.CANCELLED;
    if (isAsOne) {
      ended.put(flow.status(), 1);
    }
    for (int member : flow.members) {
      Status outcome = model.outcome(model.nodes.get(member));
      if (outcome != null) {
        ended.merge(outcome, 1, Integer::sum);
      }
    }
    int members = flow.members.size() + (isAsOne ? 1 : 0);
    Status outcome = model.outcome(flow);
    return text(
        outcome == null ? null : outcome.name().toLowerCase(Locale.ROOT),
        members,
        members - ended.values().stream().mapToInt(Integer::intValue).sum(),
        ended.getOrDefault(Status.COMPLETED, 0),
        ended.getOrDefault(Status.FAILED, 0),
        ended.getOrDefault(Status.CANCELLED, 0),
        ended.getOrDefault(Status.SKIPPED, 0),
        model.isAttempted(flow));
  }

  private static String text(
      @Nullable String outcome,
      int members,
      int unsettled,
      int completed,
      int failed,
      int cancelled,
      int skipped,
      boolean isAttempted) {
    return "%s: %d members, %d unsettled, %d completed, %d failed, %d cancelled, %d skipped%s"
        .formatted(
            outcome,
            members,
            unsettled,
            completed,
            failed,
            cancelled,
            skipped,
            isAttempted ? ", attempted" : "");
  }

  // What is in the tables

  private Map<String, String> found(WorkflowModel model) {
    Map<String, String> all = new TreeMap<>();
    Map<String, UUID> unknown = new HashMap<>();
    try (Connection connection = database.connect();
        PreparedStatement selectJobs =
            connection.prepareStatement(
                """
                SELECT j.id, CASE
                  WHEN j.status = 'cancelled' AND s.is_stopped THEN 'skipped'
                  WHEN j.status = 'running' AND j.cancel_requested_at IS NOT NULL
                    THEN 'running until it is cancelled'
                  WHEN j.status NOT IN ('pending', 'queued') THEN j.status
                  WHEN j.run_at = tenon.never() THEN j.status || ' never'
                  WHEN j.run_at > clock_timestamp() THEN 'pending later'
                  ELSE 'pending due' END,
                  j.payload ->> 'name', s.is_follow_up IS TRUE
                FROM tenon.jobs j LEFT JOIN tenon.workflow_tasks s ON s.id = j.id
                """);
        ResultSet jobRows = selectJobs.executeQuery()) {
      while (jobRows.next()) {
        UUID id = jobRows.getObject(1, UUID.class);
        all.put(id.toString(), jobRows.getString(2));
        if (jobRows.getBoolean(4) && !model.knows(id)) {
          unknown.put(jobRows.getString(3), id);
        }
      }
      for (Node node : model.nodes) {
        UUID id = unknown.get(node.name);
        if (node.isFollowUp() && node.id == null && id != null) {
          model.identify(node, id);
        }
      }
      try (PreparedStatement selectFlows =
              connection.prepareStatement("SELECT * FROM tenon.workflows");
          ResultSet row = selectFlows.executeQuery()) {
        while (row.next()) {
          all.put(
              row.getString("id"),
              text(
                  row.getString("outcome"),
                  row.getInt("members"),
                  row.getInt("unsettled"),
                  row.getInt("completed"),
                  row.getInt("failed"),
                  row.getInt("cancelled"),
                  row.getInt("skipped"),
                  row.getBoolean("is_attempted")));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return all;
  }
}
