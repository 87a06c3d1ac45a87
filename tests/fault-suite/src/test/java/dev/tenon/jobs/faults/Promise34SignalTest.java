package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.durable.SignalRefusedException;
import dev.tenon.jobs.durable.SignalTarget;
import dev.tenon.jobs.faults.DurableJobs.Go;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.NodeMain.Submitting;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Promise 34: a signal is not lost, not delivered twice, and not delivered to another job. */
@Tag("thorough")
@SharesServers
class Promise34SignalTest {

  private static final int JOBS = 40;
  private static final String FIRST = DurableHandler.GO_KEYS.get(0);
  private static final String SECOND = DurableHandler.GO_KEYS.get(1);

  private Site site;
  private DurableHelp help;

  @BeforeEach
  void open() {
    site = new Site();
    help = new DurableHelp(site);
    site.runtime();
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void workersThatDieAroundADeliveryGetEachSignalOnce() {
    List<Node> dying = new ArrayList<>();
    for (CrashPoint point :
        List.of(
            CrashPoint.BEFORE_AWAIT,
            CrashPoint.AFTER_AWAIT,
            CrashPoint.BEFORE_OUTCOME,
            CrashPoint.AFTER_OUTCOME)) {
      dying.add(site.start(site.worker(point.name(), 4).crash(point, 4)));
    }
    dying.forEach(Node::awaitReady);
    List<UUID> ids = submitWaiting(JOBS);
    ids.forEach(id -> help.send(id, FIRST));
    dying.forEach(Node::awaitCrash);
    site.start(site.worker("survivor", 10));
    ids.forEach(id -> help.send(id, SECOND));
    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(JOBS);
    DurableReport report = site.balanceDurable().mustBalance();
    assertThat(report.delivered()).isEqualTo(2 * JOBS);
  }

  @Test
  void aSenderMayDieAtEveryPoint() {
    Node worker = site.start(site.worker("worker", 10)).awaitReady();
    List<Node> dying = new ArrayList<>();
    for (CrashPoint point :
        List.of(
            CrashPoint.AMID_SIGNAL_TRANSACTION, CrashPoint.AFTER_SIGNAL, CrashPoint.BEFORE_WAKE)) {
      dying.add(
          site.start(
              site.submitter(point.name(), 200, Submitting.DURABLE)
                  .submitsPerSecond(20)
                  .payload(Action.WORK, 1)
                  .crash(point, 8)));
    }
    dying.forEach(Node::awaitCrash);
    // What they have sent wakes its jobs all the same; what they have not sent, others send
    help.until(Site.PATIENCE);
    assertThat(worker.process().isAlive()).isTrue();
    site.settle(Site.PATIENCE).mustBalance();
    DurableReport report = site.balanceDurable().mustBalance();
    assertThat(report.sent()).isGreaterThan(20);
  }

  @Test
  void aTokenAndAnIdWorkOnce() {
    site.start(site.worker("worker", 4)).awaitReady();
    UUID id = submitWaiting(1).get(0);
    help.send(id, FIRST);
    await().atMost(Site.PATIENCE).until(() -> !Ledger.read(site.folder(), "tokens").isEmpty());
    String token = Ledger.read(site.folder(), "tokens").get(0).split("\t", -1)[1];
    Go go = new Go("by-token", id);
    assertThatThrownBy(() -> byToken(token.substring(1) + "A", go))
        .isInstanceOf(SignalRefusedException.class);
    byToken(token, go);
    assertThatThrownBy(() -> byToken(token, new Go("again", id)))
        .isInstanceOf(SignalRefusedException.class);
    site.awaitStatus(id, JobStatus.COMPLETED);
    assertThat(site.jobs().steps().signalsOfJob(id)).hasSize(2);
    site.balanceDurable().mustBalance();
  }

  private void byToken(String token, Go go) {
    var unused =
        site.jobs()
            .send(
                DurableJobs.GO,
                SignalTarget.token(token),
                go,
                SignalOptions.by("faults").withId(go.id()));
  }

  @Test
  void anEventThatIsSentManyTimesIsOneSignal() {
    List<UUID> ids = submitWaiting(10);
    for (int i = 0; i < 3; i++) {
      ids.forEach(id -> help.send(id, FIRST));
    }
    site.start(site.worker("worker", 4)).awaitReady();
    for (int i = 0; i < 3; i++) {
      ids.forEach(id -> help.send(id, SECOND));
    }
    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(10);
    assertThat(site.balanceDurable().mustBalance().delivered()).isEqualTo(20);
  }

  @Test
  void aSignalOfATransactionThatIsRolledBackIsNotThere() throws SQLException {
    site.start(site.worker("worker", 4)).awaitReady();
    UUID id = submitWaiting(1).get(0);
    try (Connection connection = site.connect()) {
      connection.setAutoCommit(false);
      String unused = DurableSubmits.deliver(site.jobs().in(connection), id, DurableJobs.GO, FIRST);
      connection.rollback();
    }
    assertThat(site.jobs().steps().signalsOfJob(id)).isEmpty();
    try (Connection connection = site.connect()) {
      connection.setAutoCommit(false);
      String unused = DurableSubmits.deliver(site.jobs().in(connection), id, DurableJobs.GO, FIRST);
      connection.commit();
    }
    // Nobody has told the runtime of that commit
    await().atMost(Site.PATIENCE).until(() -> !Ledger.read(site.folder(), "tokens").isEmpty());
    help.send(id, SECOND);
    site.awaitStatus(id, JobStatus.COMPLETED);
    site.balanceDurable().mustBalance();
  }

  @Test
  void aDeliveryThatIsNotNotedIsCaught() {
    site.breakFunction(
        "await_signal",
        "UPDATE job_signals g SET delivered_at = v_now, is_new = false WHERE",
        "UPDATE job_signals g SET delivered_at = v_now, is_new = false WHERE false AND");
    DurableReport report = run(5);
    assertThat(report.wrongSignals()).as("%s", report).isNotEmpty();
  }

  @Test
  void aDeliveryToAnotherJobIsCaught() {
    site.breakFunction(
        "await_signal",
        "WHERE g.job_id = p_job_id AND g.delivered_at IS NULL",
        "WHERE g.job_id <> p_job_id AND g.delivered_at IS NULL");
    DurableReport report = run(5);
    assertThat(report.wrongSignals()).as("%s", report).isNotEmpty();
  }

  @Test
  void aSignalThatIsNotStoredIsCaught() {
    site.execute(
        """
        CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
        CREATE TRIGGER forget BEFORE INSERT ON tenon.job_signals FOR EACH ROW WHEN (NEW.step_key = '2')
        EXECUTE FUNCTION forget();
        """);
    DurableReport report = run(2);
    assertThat(report.lostSignals()).as("%s", report).hasSize(2);
  }

  /** Runs jobs with their signals for a while, which may be too short for a broken runtime. */
  private DurableReport run(int count) {
    site.start(site.worker("worker", 4)).awaitReady();
    List<UUID> ids = submitWaiting(count);
    ids.forEach(id -> help.send(id, FIRST));
    ids.forEach(id -> help.send(id, SECOND));
    BooksReport unused = site.settle(Duration.ofSeconds(8));
    return site.balanceDurable();
  }

  private List<UUID> submitWaiting(int count) {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(site.submit(FaultJobs.DURABLE, Action.AWAIT, 1, SubmitOptions.defaults()));
    }
    return ids;
  }
}
