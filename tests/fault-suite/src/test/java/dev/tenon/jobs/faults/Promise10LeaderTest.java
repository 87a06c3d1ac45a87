package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.testservers.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Promise 10: due jobs fire once across any change of leader; a leader that is frozen, cut off or
 * dead is replaced within 15 s, and cannot act once replaced.
 */
@Tag("thorough")
@SharesServers
class Promise10LeaderTest {

  private static final Duration REPLACED = Duration.ofSeconds(15);
  private static final int DELAYED = 60;

  private Site site;
  private TcpProxy postgres;
  private Node leader;

  @BeforeEach
  void open() {
    site = new Site();
    postgres = TcpProxy.to("127.0.0.1", site.postgres().port());
    site.afterNodes(postgres::close);
    site.runtime(site.runtimeBuilder().maintenance(false));
    leader = site.start(site.node("leader").url(site.urlBy(postgres.port()))).awaitReady();
    await().atMost(Site.PATIENCE).until(() -> leads(leader));
  }

  @AfterEach
  void close() {
    site.close();
  }

  private boolean leads(Node node) {
    return site.value(
            "SELECT 1 FROM tenon.leaders WHERE expires_at > now() AND holder LIKE '"
                + node.pid()
                + "-%'")
        .isPresent();
  }

  private long term() {
    return site.number("SELECT max(token) FROM tenon.leaders");
  }

  /**
   * Jobs that become due one after the other, for as long as a change of leader takes, and more.
   */
  private void submitDelayed() {
    for (int i = 0; i < DELAYED; i++) {
      SubmitOptions options = SubmitOptions.defaults().withDelay(Duration.ofMillis(300L * i));
      var unused =
          site.submit(FaultJobs.WORK, i % 3 == 0 ? Action.FAIL_ONCE : Action.WORK, 1, options);
    }
  }

  private void mustFireOnce(int retried) {
    BooksReport report = site.settle(Site.PATIENCE).mustBalance();
    assertThat(report.completed()).isEqualTo(DELAYED);
    assertThat(report.executions()).as("each job ran once, or twice").isEqualTo(DELAYED + retried);
  }

  private Duration timeUntilReplaced(Node successor, long since) {
    await().atMost(Site.PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> leads(successor));
    return Figures.since(since);
  }

  @Test
  void aLeaderThatDiesFreezesOrIsCutOffIsReplaced() {
    site.start(site.worker("worker", 4).maintenance(false)).awaitReady();
    List<Duration> times = new ArrayList<>();
    submitDelayed();

    // Frozen
    Node second = site.start(site.node("second")).awaitReady();
    long term = term();
    leader.freeze();
    times.add(timeUntilReplaced(second, System.nanoTime()));
    assertThat(term()).isGreaterThan(term);

    // Thawed: it notices, and does not act; the next death is that of the second
    leader.thaw();
    leader.awaitLogged("Another process does maintenance", Site.PATIENCE);
    second.kill();
    times.add(timeUntilReplaced(leader, System.nanoTime()));

    // Cut off from PostgreSQL
    Node third = site.start(site.node("third")).awaitReady();
    postgres.cut();
    times.add(timeUntilReplaced(third, System.nanoTime()));
    postgres.restore();

    Figures.report("leader", "From the loss of a leader until another one leads", times);
    assertThat(times)
        .allSatisfy(time -> assertThat(time).isLessThan(FaultSettings.promised(REPLACED)));
    await().atMost(Site.PATIENCE).until(() -> site.count(JobStatus.COMPLETED) == DELAYED);
    mustFireOnce(DELAYED / 3);
  }

  @Test
  void aLeaderThatHangsInATransactionIsReplaced() {
    leader.kill();
    Node hanging =
        site.start(site.node("hanging").crash(CrashPoint.AMID_RESCUE, 1, Crash.Way.HANG));
    await().atMost(Site.PATIENCE).until(() -> leads(hanging));
    Node second = site.start(site.node("second")).awaitReady();
    Node lost = site.start(site.worker("lost", 1).maintenance(false)).awaitReady();
    lost.kill();
    hanging.process().awaitLine(Node.HANGS::equals, Site.PATIENCE);
    Duration time = timeUntilReplaced(second, System.nanoTime());
    Figures.report(
        "hanging-leader", "From the hang of a leader until another leads", List.of(time));
    assertThat(time).isLessThan(FaultSettings.promised(REPLACED));
  }
}
