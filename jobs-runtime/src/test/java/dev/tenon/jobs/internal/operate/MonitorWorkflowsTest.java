package dev.tenon.jobs.internal.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.internal.sql.PatientReads;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.workflow.WorkflowQuery;
import dev.tenon.jobs.workflow.WorkflowQuery.State;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How workflows are found among many. */
@Tag("servers")
class MonitorWorkflowsTest {

  private static final int COUNT = 20_000;

  private final StoreFixture store = new StoreFixture();
  private final MonitorWorkflows workflows = new MonitorWorkflows(store.database);

  @AfterEach
  void stop() {
    store.close();
  }

  private void insert(int count, String name, String outcome, String pausedAt) {
    store.execute(
        """
        INSERT INTO tenon.workflows (id, name, submitted_by, is_open, outcome, paused_at)
        SELECT tenon.new_job_id(), '%s', 'test', false, %s, %s FROM generate_series(1, %d)
        """
            .formatted(name, outcome, pausedAt, count));
  }

  @Test
  void theOldestOfAStateOrNameAreFoundByAnIndexInItsOrder() {
    insert(3, "rare", "'failed'", "NULL");
    insert(2, "rare", "'skipped'", "NULL");
    insert(2, "rare", "'cancelled'", "NULL");
    insert(1, "rare", "NULL", "now()");
    insert(COUNT, "often", "'completed'", "NULL");
    store.execute("ANALYZE tenon.workflows");
    WorkflowQuery all = WorkflowQuery.all().withLimit(25);

    assertThat(workflows.list(all)).hasSize(25);
    assertThat(workflows.list(all.withState(State.FAILED))).hasSize(3);
    assertThat(workflows.list(all.withState(State.CANCELLED)).items())
        .hasSize(4)
        .isSortedAccordingTo((one, other) -> other.toString().compareTo(one.toString()));
    assertThat(workflows.list(all.withState(State.PAUSED))).hasSize(1);
    assertThat(workflows.list(all.withState(State.RUNNING))).isEmpty();
    assertThat(workflows.list(all.withName("rare"))).hasSize(8);
    Cursor third = workflows.list(all.withName("rare").withLimit(3)).next().orElseThrow();
    assertThat(workflows.list(all.withName("rare").withCursor(third))).hasSize(5);
    assertThat(workflows.list(all.withName("rare").withLimit(8)).next()).isEmpty();

    assertThat(plan(all)).contains("workflows_pkey");
    assertThat(plan(all.withState(State.FAILED))).contains("workflows_ended");
    assertThat(plan(all.withState(State.CANCELLED))).contains("workflows_ended", "Merge Append");
    assertThat(plan(all.withState(State.PAUSED))).contains("workflows_open");
    assertThat(plan(all.withState(State.RUNNING))).contains("workflows_open");
    assertThat(plan(all.withName("rare"))).contains("workflows_by_name");
    assertThat(plan(all.withSubmittedBefore(Instant.parse("2026-01-01T00:00:00Z"))))
        .contains("Index Cond: (id < ");
  }

  private String plan(WorkflowQuery query) {
    String plan =
        new PatientReads(store.database)
            .byIndexes(
                dsl ->
                    String.join(
                        "\n",
                        dsl.fetch("EXPLAIN " + dsl.renderInlined(workflows.page(query)))
                            .map(row -> row.get(0, String.class))));
    assertThat(plan).doesNotContain("Seq Scan", "Sort  ");
    return plan;
  }
}
