package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.faults.NodeMain.Submitting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Promise 25: a workflow ends as its graph says, whatever is broken meanwhile. */
@Tag("thorough")
@HurtsServers
class Promise27WorkflowsTest {

  private static final Duration SETTLING = Duration.ofMinutes(5);

  private Site site;

  @BeforeEach
  void open() {
    site = new Site();
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void workersThatDieAmidWorkflowsLeaveNoneStuck() {
    List<Node> dying = new ArrayList<>();
    for (CrashPoint point :
        List.of(
            CrashPoint.AMID_SETTLING,
            CrashPoint.AFTER_NEXT_TASKS,
            CrashPoint.AMID_PREPARATION,
            CrashPoint.AMID_STARTING)) {
      dying.add(site.start(site.worker(point.name(), 4).crash(point, 2)));
    }
    dying.forEach(Node::awaitReady);
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      for (FaultGraphs graph : FaultGraphs.values()) {
        ids.add(site.jobs().submit(graph.workflow(site.jobs())).id());
      }
    }
    dying.forEach(Node::awaitCrash);
    site.start(site.worker("survivor", 10));
    site.settle(Site.PATIENCE).mustBalance();
    mustHaveEnded(ids.size());
  }

  /** Each process that has submitted, run or prepared something may die in the second run. */
  @Test
  void workersThatDieAmidWorkflowsThatRunAgainStartEachTaskOnceMore() {
    Node first = site.start(site.worker("first", 10));
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      for (FaultGraphs graph : List.of(FaultGraphs.CHAIN, FaultGraphs.DIAMOND)) {
        ids.add(site.jobs().submit(graph.workflow(site.jobs()).uniqueBy("key " + i)).id());
      }
    }
    site.settle(Site.PATIENCE).mustBalance();
    first.kill();
    List<Node> dying = new ArrayList<>();
    for (CrashPoint point :
        List.of(CrashPoint.AMID_SETTLING, CrashPoint.AFTER_NEXT_TASKS, CrashPoint.AMID_STARTING)) {
      dying.add(site.start(site.worker(point.name(), 4).crash(point, 2)));
    }
    dying.forEach(Node::awaitReady);
    for (UUID id : ids) {
      assertThat(site.jobs().workflows().runAgainFrom(id, id, Actor.of("ada"))).isPositive();
    }
    dying.forEach(Node::awaitCrash);
    site.start(site.worker("survivor", 10));
    BooksReport unused = site.settle(Site.PATIENCE);
    mustHaveEnded(ids.size());
    assertThat(
            site.number(
                """
                SELECT count(*) FROM tenon.jobs j WHERE j.status = 'completed' AND 2 <> (
                  SELECT count(*) FROM tenon.job_attempts a WHERE a.job_id = j.id AND a.outcome = 'completed')
                """))
        .as("completed tasks that did not run exactly once more")
        .isZero();
  }

  @Test
  void everyWorkflowEndsAsItsGraphSaysAfterRandomFaults() {
    long seed = FaultSettings.seed();
    int graphs = FaultSettings.randomGraphs();
    Duration time = FaultSettings.randomGraphsRun();
    System.out.printf(
        "Random faults for %s and %d workflows; to repeat: -Dfaults.seed=%d%n", time, graphs, seed);
    RandomFaults faults =
        new RandomFaults(site, seed, graphs, time, List.of(Submitting.WORKFLOW), "workflows");
    faults.start();
    long start = System.nanoTime();
    int count = 0;
    while (Figures.since(start).compareTo(time) < 0
        || (!faults.isEnough() && Figures.since(start).compareTo(time.multipliedBy(5)) < 0)) {
      faults.next();
      count++;
    }
    Duration broken = Figures.since(start);
    faults.heal();
    long healed = System.nanoTime();
    BooksReport report = site.settle(SETTLING);
    List<String> committed = Ledger.read(site.folder(), "workflows");
    Figures.report(
        "random-workflows",
        "Seed %d, %d workflows, %d faults in %d s, settled %d s later: %s"
            .formatted(
                seed,
                committed.size(),
                count,
                broken.toSeconds(),
                Figures.since(healed).toSeconds(),
                report));
    report.mustBalance();
    for (String id : committed) {
      assertThat(site.number("SELECT count(*) FROM tenon.workflows WHERE id = '" + id + "'"))
          .as("workflow %s, which was committed", id)
          .isEqualTo(1);
    }
    assertThat(committed).hasSizeGreaterThanOrEqualTo(graphs);
    mustHaveEnded(committed.size());
  }

  /** At least so many workflows, each as its graph says. */
  private void mustHaveEnded(int atLeast) {
    Map<String, Long> endings = new TreeMap<>();
    try (Connection connection = site.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(FaultGraphs.ENDINGS)) {
      while (rows.next()) {
        endings.put(rows.getString(1), rows.getLong(2));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    assertThat(endings.keySet())
        .as("how many ended in which way: %s", endings)
        .isSubsetOf(Arrays.stream(FaultGraphs.values()).map(FaultGraphs::ending).toList());
    assertThat(endings.values().stream().mapToLong(Long::longValue).sum())
        .isGreaterThanOrEqualTo(atLeast);
    assertThat(site.number("SELECT count(*) FROM tenon.workflow_changes"))
        .as("changes that nobody has settled")
        .isZero();
  }
}
