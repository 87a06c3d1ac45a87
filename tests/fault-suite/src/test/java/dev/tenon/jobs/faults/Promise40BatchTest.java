package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

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
  private static final int MIDDLE = 5;

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

  /** A worker that takes its jobs from the table, where it finds all that wait with one claim. */
  private Node.Builder workerOfTheTable(String name, int slots) {
    return worker(name, slots).amqpUris();
  }

  /** Submits jobs before a worker is there, which therefore gets them together. */
  private List<UUID> submitTogether(List<Work> works) {
    List<UUID> ids = site.submitAll(FaultJobs.BATCHED, works);
    site.awaitPublished(works.size());
    return ids;
  }

  /** Jobs of which the one in the middle takes until it is cancelled, or does something else. */
  private static List<Work> withInTheMiddle(Work work) {
    List<Work> works = new ArrayList<>(Collections.nCopies(BATCH, new Work(Action.WORK, 1)));
    works.set(MIDDLE, work);
    return works;
  }

  /** The outcomes of a job, except of attempts that were released before they began. */
  private List<Outcome> outcomes(UUID id) {
    return site.jobs().attempts(id).stream()
        .map(JobAttempt::outcome)
        .filter(outcome -> outcome != Outcome.RELEASED)
        .toList();
  }

  private void awaitCompleted(List<UUID> ids) {
    ids.forEach(id -> site.awaitStatus(id, JobStatus.COMPLETED));
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
        .anyMatch(batch -> batch.size() > 1);
  }

  @Test
  void jobsWithARecordedOutcomeDoNotRunAgainWhenTheirWorkerIsKilled() {
    List<UUID> ids = submitTogether(withInTheMiddle(new Work(Action.WATCHFUL, 0)));
    UUID middle = ids.get(MIDDLE);
    Node killed = site.start(workerOfTheTable("killed", 1).maintenance(false));
    killed.awaitBatch(Set.copyOf(ids)::equals);
    killed.awaitStarted(middle);
    awaitCompleted(ids.subList(0, MIDDLE));
    killed.kill();
    Node survivor = site.start(worker("survivor", 2));
    survivor.awaitStarted(middle);
    site.jobs().cancel(middle, Actor.of("ann"));

    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(BATCH - 1);

    mustHaveRunOnceUntilTheMiddleAndThenAgain(ids);
    assertThat(survivor.batches())
        .as("each of the others may have killed its worker, and so runs alone")
        .allMatch(batch -> batch.size() == 1);
  }

  @Test
  void aFrozenWorkerCannotCommitJobsOfItsBatchOverTheNewOwners() {
    List<UUID> ids = submitTogether(withInTheMiddle(new Work(Action.WATCHFUL, 0)));
    UUID middle = ids.get(MIDDLE);
    Node frozen = site.start(workerOfTheTable("frozen", 1).maintenance(false));
    frozen.awaitBatch(Set.copyOf(ids)::equals);
    frozen.awaitStarted(middle);
    awaitCompleted(ids.subList(0, MIDDLE));
    frozen.freeze();
    Node owner = site.start(worker("owner", 2));
    owner.awaitStarted(middle);
    awaitCompleted(ids.subList(MIDDLE + 1, BATCH));
    frozen.thaw();
    frozen.awaitLogged("no longer belongs to this worker", Site.PATIENCE);
    site.jobs().cancel(middle, Actor.of("ann"));
    site.awaitStatus(middle, JobStatus.CANCELLED);
    owner.kill();
    UUID more = site.submitAll(FaultJobs.BATCHED, List.of(new Work(Action.WORK, 1))).get(0);
    assertThat(site.awaitStatus(more, JobStatus.COMPLETED).workerId())
        .as("the worker has its slot again")
        .contains(frozen.workerId());

    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(BATCH);

    mustHaveRunOnceUntilTheMiddleAndThenAgain(ids);
  }

  private void mustHaveRunOnceUntilTheMiddleAndThenAgain(List<UUID> ids) {
    for (int i = 0; i < BATCH; i++) {
      assertThat(outcomes(ids.get(i)))
          .as("job %d of the batch", i)
          .isEqualTo(
              i < MIDDLE
                  ? List.of(Outcome.COMPLETED)
                  : i == MIDDLE
                      ? List.of(Outcome.LOST, Outcome.CANCELLED)
                      : List.of(Outcome.LOST, Outcome.COMPLETED));
    }
  }

  @Test
  void aBatchThatTakesLongKeepsAllOfItsLeases() {
    // Workers are lost after three seconds
    List<UUID> ids = submitTogether(Collections.nCopies(BATCH, new Work(Action.STUBBORN, 900)));
    Node worker = site.start(workerOfTheTable("worker", 1).maintenance(false));
    worker.awaitBatch(Set.copyOf(ids)::equals);

    BooksReport report = site.settle(Site.PATIENCE).mustBalance();

    assertThat(report.executions()).isEqualTo(BATCH);
    assertThat(ids).allMatch(id -> outcomes(id).equals(List.of(Outcome.COMPLETED)));
  }

  @Test
  void aCancelledJobOfABatchEndsAlone() {
    List<UUID> ids = submitTogether(withInTheMiddle(new Work(Action.WATCHFUL, 0)));
    UUID middle = ids.get(MIDDLE);
    Node worker = site.start(workerOfTheTable("worker", 1));
    worker.awaitBatch(Set.copyOf(ids)::equals);
    worker.awaitStarted(middle);
    site.jobs().cancel(middle, Actor.of("ann"));

    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(BATCH - 1);

    mustHaveEndedAlone(middle, ids);
  }

  @Test
  void aStubbornJobOfABatchIsCancelledWhileItsHandlerContinues() {
    int millis = 30_000;
    List<UUID> ids = submitTogether(withInTheMiddle(new Work(Action.STUBBORN, millis)));
    UUID middle = ids.get(MIDDLE);
    Node worker = site.start(workerOfTheTable("worker", 1));
    worker.awaitBatch(Set.copyOf(ids)::equals);
    worker.awaitStarted(middle);
    site.jobs().cancel(middle, Actor.of("ann"));
    site.awaitStatus(middle, JobStatus.CANCELLED);
    boolean hasReturned = worker.logged(Node.RETURNED + middle);

    assertThat(site.settle(Site.PATIENCE.plus(Duration.ofMillis(millis))).mustBalance().completed())
        .isEqualTo(BATCH - 1);

    assertThat(hasReturned).as("the handler had returned when the job was cancelled").isFalse();
    assertThat(worker.logged("interrupted, and goes on")).isFalse();
    mustHaveEndedAlone(middle, ids);
  }

  private void mustHaveEndedAlone(UUID cancelled, List<UUID> ids) {
    assertThat(outcomes(cancelled)).containsExactly(Outcome.CANCELLED);
    assertThat(ids)
        .filteredOn(id -> !id.equals(cancelled))
        .allMatch(id -> outcomes(id).equals(List.of(Outcome.COMPLETED)));
  }
}
