package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.FaultJobs.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Promise 40: a batch is one call, and its jobs remain jobs. */
@Tag("thorough")
@SharesServers
class Promise40BatchTest {

  private static final List<CrashPoint> OF_BATCHES =
      List.of(
          CrashPoint.AFTER_CLAIM,
          CrashPoint.AFTER_ACK,
          CrashPoint.AMID_GATHERING,
          CrashPoint.BEFORE_OUTCOME,
          CrashPoint.AFTER_OUTCOME);

  private static final int JOBS = 400;

  /** No job is given up because it was in a batch of each worker that died. */
  private static final int ENOUGH_CRASHES = 10;

  private static final int BATCH = 10;

  private Site site;

  @BeforeEach
  void open() {
    site = new Site();
    site.runtime(site.runtimeBuilder().maxCrashes(ENOUGH_CRASHES));
  }

  @AfterEach
  void close() {
    site.close();
  }

  private Node.Builder worker(String name, int slots) {
    return site.worker(name, slots).types(FaultJobs.BATCHED).maxCrashes(ENOUGH_CRASHES);
  }

  /**
   * Submits jobs before a worker is there, which therefore gets most of them together. Others may be
   * released while they wait for its slot.
   */
  private List<UUID> submitTogether(List<Work> works) {
    List<UUID> ids = site.submitAll(FaultJobs.BATCHED, works);
    site.awaitPublished(works.size());
    return ids;
  }

  private static List<Work> stubborn(int jobs, int millis) {
    return Collections.nCopies(jobs, new Work(Action.STUBBORN, millis));
  }

  private static boolean hasSeveral(Set<UUID> jobs) {
    return jobs.size() > 1;
  }

  private List<Outcome> outcomes(UUID id) {
    return site.jobs().attempts(id).stream().map(JobAttempt::outcome).toList();
  }

  /** Waits until an outcome of a batch is recorded while its handler continues. */
  private void awaitFirstOutcome(Set<UUID> batch) {
    await("the first outcomes of the batch are recorded")
        .atMost(Site.PATIENCE)
        .until(() -> batch.stream().anyMatch(id -> !outcomes(id).isEmpty()));
  }

  @Test
  void workersThatDieAtEveryPointLoseNoJobOfABatch() {
    List<Node> dying = new ArrayList<>();
    for (CrashPoint point : OF_BATCHES) {
      dying.add(site.start(worker(point.name(), 2).crash(point, 2)));
    }
    dying.forEach(Node::awaitReady);
    List<UUID> unused =
        site.submitAll(
            FaultJobs.BATCHED,
            IntStream.range(0, JOBS)
                .mapToObj(i -> new Work(i % 5 == 0 ? Action.FAIL_ONCE : Action.WORK, 1))
                .toList());
    dying.forEach(Node::awaitCrash);
    site.start(worker("survivor", 4));

    BooksReport report = site.settle(Site.PATIENCE).mustBalance();

    assertThat(report.completed()).isEqualTo(JOBS);
    assertThat(report.attempts()).as("some attempts were lost").isGreaterThan(JOBS);
    assertThat(dying.stream().flatMap(node -> node.batches().stream()))
        .as("batches of the workers that died")
        .anyMatch(Promise40BatchTest::hasSeveral);
  }

  @Test
  void jobsWithARecordedOutcomeDoNotRunAgainWhenTheirWorkerIsKilled() {
    submitTogether(stubborn(BATCH, 400));
    Node killed = site.start(worker("killed", 1).maintenance(false));
    Set<UUID> batch = killed.awaitBatch(Promise40BatchTest::hasSeveral);
    awaitFirstOutcome(batch);
    killed.kill();
    Node survivor = site.start(worker("survivor", 1));

    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(BATCH);

    List<List<Outcome>> ends = batch.stream().map(this::outcomes).toList();
    assertThat(ends)
        .contains(List.of(Outcome.COMPLETED), List.of(Outcome.LOST, Outcome.COMPLETED))
        .isSubsetOf(List.of(Outcome.COMPLETED), List.of(Outcome.LOST, Outcome.COMPLETED));
    assertThat(survivor.batches())
        .as("each of them may have killed its worker, and so runs alone")
        .filteredOn(jobs -> jobs.stream().anyMatch(batch::contains))
        .allMatch(jobs -> jobs.size() == 1);
  }

  @Test
  void aFrozenWorkerCannotCommitJobsOfItsBatchOverTheNewOwners() {
    submitTogether(stubborn(BATCH, 400));
    Node frozen = site.start(worker("frozen", 1).maintenance(false));
    Set<UUID> batch = frozen.awaitBatch(Promise40BatchTest::hasSeveral);
    awaitFirstOutcome(batch);
    frozen.freeze();
    Node owner = site.start(worker("owner", 1));
    assertThat(site.settle(Site.PATIENCE).completed()).isEqualTo(BATCH);
    frozen.thaw();
    frozen
        .process()
        .awaitLine(
            line ->
                line.contains("was refused: its lease had ended")
                    || line.contains("no longer belongs to this worker"),
            Site.PATIENCE);
    owner.kill();
    UUID more = site.submitAll(FaultJobs.BATCHED, stubborn(1, 1)).get(0);
    assertThat(site.awaitStatus(more, JobStatus.COMPLETED).workerId())
        .as("the worker has its slot again")
        .contains(frozen.workerId());

    site.settle(Site.PATIENCE).mustBalance();
    List<List<Outcome>> ends = batch.stream().map(this::outcomes).toList();
    assertThat(ends)
        .contains(List.of(Outcome.COMPLETED), List.of(Outcome.LOST, Outcome.COMPLETED))
        .isSubsetOf(List.of(Outcome.COMPLETED), List.of(Outcome.LOST, Outcome.COMPLETED));
    assertThat(batch)
        .filteredOn(id -> outcomes(id).size() > 1)
        .allMatch(id -> site.jobs().get(id).workerId().equals(Optional.of(owner.workerId())));
  }

  @Test
  void aBatchThatTakesLongKeepsAllOfItsLeases() {
    // Workers are lost after three seconds
    submitTogether(stubborn(BATCH, 900));
    Node worker = site.start(worker("worker", 1).maintenance(false));
    Set<UUID> batch = worker.awaitBatch(Promise40BatchTest::hasSeveral);

    BooksReport report = site.settle(Site.PATIENCE).mustBalance();

    assertThat(report.executions()).isEqualTo(BATCH);
    assertThat(batch).allMatch(id -> outcomes(id).equals(List.of(Outcome.COMPLETED)));
  }

  @Test
  void aCancelledJobOfABatchEndsAlone() {
    List<Work> works = new ArrayList<>(Collections.nCopies(BATCH, new Work(Action.WORK, 1)));
    works.set(BATCH / 2, new Work(Action.WATCHFUL, 0));
    List<UUID> ids = submitTogether(works);
    UUID cancelled = ids.get(BATCH / 2);
    Node worker = site.start(worker("worker", 1));
    Set<UUID> batch = worker.awaitBatch(jobs -> jobs.contains(cancelled));
    worker.awaitStarted(cancelled);
    site.jobs().cancel(cancelled, Actor.of("ann"));

    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(BATCH - 1);

    assertThat(batch).hasSizeGreaterThan(1);
    assertThat(outcomes(cancelled)).containsExactly(Outcome.CANCELLED);
    assertThat(batch)
        .filteredOn(id -> !id.equals(cancelled))
        .allMatch(id -> outcomes(id).equals(List.of(Outcome.COMPLETED)));
  }

  @Test
  void aStubbornJobOfABatchIsCancelledWhileItsHandlerContinues() {
    int millis = 15_000;
    List<Work> works = new ArrayList<>(Collections.nCopies(BATCH, new Work(Action.WORK, 1)));
    works.set(BATCH / 2, new Work(Action.STUBBORN, millis));
    List<UUID> ids = submitTogether(works);
    UUID cancelled = ids.get(BATCH / 2);
    Node worker = site.start(worker("worker", 1));
    Set<UUID> batch = worker.awaitBatch(jobs -> jobs.contains(cancelled));
    worker.awaitStarted(cancelled);
    site.jobs().cancel(cancelled, Actor.of("ann"));
    site.awaitStatus(cancelled, JobStatus.CANCELLED);
    boolean hasReturned = worker.logged(Node.RETURNED + cancelled);

    assertThat(site.settle(Site.PATIENCE.plus(Duration.ofMillis(millis))).mustBalance().completed())
        .isEqualTo(BATCH - 1);

    assertThat(batch).hasSizeGreaterThan(1);
    assertThat(hasReturned).as("the handler had returned when the job was cancelled").isFalse();
    assertThat(worker.logged("interrupted, and goes on")).isFalse();
    assertThat(outcomes(cancelled)).containsExactly(Outcome.CANCELLED);
    assertThat(batch)
        .filteredOn(id -> !id.equals(cancelled))
        .allMatch(id -> outcomes(id).equals(List.of(Outcome.COMPLETED)));
  }
}
