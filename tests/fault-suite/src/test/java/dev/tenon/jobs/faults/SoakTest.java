package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.FaultJobs.Work;
import dev.tenon.jobs.faults.Load.Acknowledged;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random faults for hours, in rounds: after each, the books must balance, every history must follow
 * the rules, and everything that has ended is deleted, so the disk does not fill. One process that
 * submits, this one, and one that works live through all of it, and what they and the servers hold
 * must stay as it was. {@code -Dfaults.hours}, {@code -Dfaults.rate} and {@code -Dfaults.seed} say
 * for how long, how many jobs a second, and which faults.
 */
@Tag("thorough")
@Tag("full")
@HurtsServers
class SoakTest {

  private static final Duration SETTLING = Duration.ofMinutes(5);
  private static final Duration PAUSE_OF_LOAD = Duration.ofMillis(400);
  private static final Duration PAUSE_OF_PROBE = Duration.ofMillis(10);
  private static final int FEWEST_ROUNDS = 2;
  private static final int SLOTS = 8;
  private static final int PROBES = 300;
  private static final int BACKLOG = 20_000;

  /** From the submit of a job to the start of its first attempt, by the clock of PostgreSQL. */
  private static final String STARTS =
      """
      SELECT extract(epoch FROM min(a.started_at) - j.submitted_at) * 1000000000
      FROM tenon.jobs j JOIN tenon.job_attempts a ON a.job_id = j.id
      WHERE j.id = ANY ('{%s}')
      GROUP BY j.id, j.submitted_at
      """;

  private static final String SIZES =
      """
      SELECT c.relname, pg_relation_size(c.oid) + coalesce(pg_relation_size(c.reltoastrelid), 0)
      FROM pg_class c WHERE c.relnamespace = 'tenon'::regnamespace AND c.relkind IN ('r', 'i')
      """;

  private static final String SESSIONS =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

  private final SoakReport report = new SoakReport();
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
  void nothingGrowsAndTheBooksBalanceWhileThingsBreakForHours() throws Exception {
    long seed = FaultSettings.seed();
    Duration time = FaultSettings.soak();
    Duration roundTime = FaultSettings.soakRound();
    String title =
        "Random faults for %s in rounds of %s, %d jobs/s; to repeat: -Dfaults.seed=%d"
            .formatted(time, roundTime, FaultSettings.soakRate(), seed);
    System.out.println(title);
    Node worker =
        site.start(
            site.worker("long-lived", SLOTS)
                .types(
                    FaultJobs.WORK,
                    FaultJobs.HURRY,
                    FaultJobs.DURABLE,
                    FaultJobs.BATCHED,
                    FaultJobs.ORDERED,
                    FaultJobs.VERSIONED_2)
                .maxCrashes(RandomFaults.ENOUGH_CRASHES)
                .jvmArguments("-Dfaults.log=warn"));
    worker.awaitReady();
    site.awaitConnected();
    DurableHelp help = new DurableHelp(site);
    long start = System.nanoTime();
    for (int round = 0;
        round < FEWEST_ROUNDS || Figures.since(start).compareTo(time) < 0;
        round++) {
      report.add(run(new RandomFaults(site, seed + round, jobs(), roundTime), worker, help));
      report.write(Path.of("target", "figures", "soak.md"), title);
      System.out.printf("Round %d: %s%n", round + 1, report.summary());
    }
    Figures.report("soak", title + ": " + report.summary());
    assertThat(report.risen()).as("what has grown").isEmpty();
  }

  /** Producers are faster by half, for the time that faults cost them. */
  private static int jobs() {
    return (int) (FaultSettings.soakRate() * FaultSettings.soakRound().toSeconds());
  }

  private SoakRound run(RandomFaults faults, Node worker, DurableHelp help) throws Exception {
    Duration time = FaultSettings.soakRound();
    faults.start();
    ScheduledRuns runs = new ScheduledRuns(site);
    runs.start();
    AwaitedEnds ends = new AwaitedEnds(site);
    ends.awaitFirst();
    Load load = new Load(site, PAUSE_OF_LOAD);
    long start = System.nanoTime();
    int count = 0;
    while (Figures.since(start).compareTo(time) < 0) {
      ends.awaitMore();
      faults.next();
      count++;
    }
    Duration broken = Figures.since(start);
    long ended = site.number("SELECT count(*) FROM tenon.ended_jobs");
    load.close();
    faults.heal();
    long healed = System.nanoTime();
    runs.stop();
    help.until(SETTLING);
    site.settle(SETTLING).mustBalance();
    Duration settling = Figures.since(healed);
    // From here on with the one worker
    site.endNodesExcept(worker);
    site.awaitConnected();
    List<Acknowledged> probes = probe();
    double drained = drain();
    balance(runs, ends);
    Latencies starting = starting(probes);
    long messages = site.depth(site.queue());
    site.startAfresh(SETTLING);
    return new SoakRound(
        count,
        ended,
        ended * 1000.0 / broken.toMillis(),
        latencies(load.acknowledged()),
        settling,
        latencies(probes),
        starting,
        drained,
        ProcessMeasure.of(ProcessHandle.current().pid()),
        ProcessMeasure.of(worker.pid()),
        site.number(SESSIONS),
        site.rabbit().rabbitmqctl("--silent", "list_connections", "pid").size(),
        messages,
        sizes());
  }

  private void balance(ScheduledRuns runs, AwaitedEnds ends) throws InterruptedException {
    site.settle(SETTLING).mustBalance();
    site.balanceDurable().mustBalance();
    runs.mustBeComplete();
    ends.mustBeKnown();
    assertThat(site.violations()).as("histories that do not follow the rules").isEmpty();
  }

  /** Submits some jobs, one at a time, while nothing else happens. */
  private List<Acknowledged> probe() {
    List<Acknowledged> probes = new ArrayList<>();
    for (int i = 0; i < PROBES; i++) {
      long asked = System.nanoTime();
      UUID id = site.submit(Action.WORK, 0);
      probes.add(new Acknowledged(id, asked, System.nanoTime()));
      Site.sleep(PAUSE_OF_PROBE);
    }
    awaitEnds();
    return probes;
  }

  /** Submits a backlog, and returns how many of its jobs end in a second. */
  private double drain() {
    long start = System.nanoTime();
    var unused =
        site.jobs()
            .submitAll(
                FaultJobs.WORK,
                Collections.nCopies(BACKLOG, new Work(Action.WORK, 0)),
                SubmitOptions.by("faults"));
    awaitEnds();
    return BACKLOG * 1e9 / (System.nanoTime() - start);
  }

  private void awaitEnds() {
    await()
        .atMost(SETTLING)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> site.number("SELECT count(*) FROM tenon.live_jobs") == 0);
  }

  private Latencies starting(List<Acknowledged> probes) {
    String ids =
        probes.stream().map(probe -> probe.id().toString()).collect(Collectors.joining(","));
    return Latencies.of(
        site.values(STARTS.formatted(ids)).stream()
            .map(nanos -> Duration.ofNanos((long) Double.parseDouble(nanos)))
            .toList());
  }

  private static Latencies latencies(List<Acknowledged> submits) {
    return Latencies.of(
        submits.stream()
            .map(each -> Duration.ofNanos(each.answeredNanos() - each.askedNanos()))
            .toList());
  }

  private Map<String, Long> sizes() throws SQLException {
    Map<String, Long> sizes = new HashMap<>();
    try (java.sql.Connection connection = site.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(SIZES)) {
      while (rows.next()) {
        sizes.put(rows.getString(1), rows.getLong(2));
      }
    }
    return sizes;
  }
}
