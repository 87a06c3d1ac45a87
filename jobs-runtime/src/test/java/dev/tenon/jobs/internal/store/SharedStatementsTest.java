package dev.tenon.jobs.internal.store;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.internal.sql.StoreRefusedException;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedStatementsTest {

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ConcurrentLinkedQueue<List<NewJob>> statements = new ConcurrentLinkedQueue<>();
  private final CountDownLatch mayWrite = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final SharedStatements<NewJob, Map<UUID, NewRows.Inserted>> inserts = shared(this::write);

  private static SharedStatements<NewJob, Map<UUID, NewRows.Inserted>> shared(
      Function<List<NewJob>, Map<UUID, NewRows.Inserted>> statement) {
    return new SharedStatements<>(job -> job.payload().length(), statement);
  }

  @AfterEach
  void stop() {
    mayEnd.countDown();
    threads.shutdownNow();
  }

  private Map<UUID, NewRows.Inserted> write(List<NewJob> jobs) {
    statements.add(jobs);
    awaitUninterruptibly(isEndless(jobs) ? mayEnd : mayWrite);
    if (jobs.stream().anyMatch(job -> job.payload().equals("refused"))) {
      throw new StoreRefusedException("as PostgreSQL would", "22P02", true, new Exception());
    }
    if (jobs.stream().anyMatch(job -> job.payload().equals("unreachable"))) {
      throw new StoreUnavailableException("as PostgreSQL would", "08006", new Exception());
    }
    return Map.of();
  }

  private static boolean isEndless(List<NewJob> jobs) {
    return jobs.get(0).payload().equals("endless");
  }

  private static List<NewJob> job(String payload) {
    return List.of(StoreFixture.job(StoreFixture.TYPE, 1, payload));
  }

  private Future<?> insert(List<NewJob> jobs) {
    return CompletableFuture.runAsync(() -> inserts.write(jobs), threads);
  }

  /** Two statements that are under way, as many as there may be; one stays so until the end. */
  private List<Future<?>> keepBusy() {
    List<Future<?>> busy = new ArrayList<>();
    for (String payload : List.of("endless", "{}")) {
      busy.add(insert(job(payload)));
      await().until(() -> statements.size() == busy.size());
    }
    return busy;
  }

  private List<Future<?>> insertMeanwhile(String... payloads) {
    List<Future<?>> waiting = new ArrayList<>();
    for (String payload : payloads) {
      waiting.add(insert(job(payload)));
      int arrived = waiting.size();
      await().until(() -> inserts.waiting() == arrived);
    }
    return waiting;
  }

  @Test
  void aThreadThatIsAloneHasItsOwnStatement() throws Exception {
    mayWrite.countDown();
    List<NewJob> jobs = job("{}");
    insert(jobs).get(20, SECONDS);
    insert(jobs).get(20, SECONDS);
    assertThat(statements).containsExactly(jobs, jobs);
  }

  @Test
  void whatArrivesDuringAStatementSharesTheNextOne() throws Exception {
    List<Future<?>> all = keepBusy();
    all.addAll(insertMeanwhile("1", "2", "3", "4"));
    assertThat(all).noneMatch(Future::isDone);
    mayWrite.countDown();
    for (Future<?> each : all.subList(1, all.size())) {
      each.get(20, SECONDS);
    }
    assertThat(statements).extracting(List::size).containsExactly(1, 1, 4);
    assertThat(inserts.waiting()).isZero();
  }

  @Test
  void nobodyIsAnsweredBeforeTheCommit() throws Exception {
    for (int round = 0; round < 3_000; round++) {
      Set<UUID> committed = ConcurrentHashMap.newKeySet();
      var fresh = shared(jobs -> commitAfterAWhile(jobs, committed));
      CyclicBarrier together = new CyclicBarrier(3);
      List<Future<Boolean>> submitting = new ArrayList<>();
      for (int thread = 0; thread < 3; thread++) {
        submitting.add(
            threads.submit(
                () -> {
                  List<NewJob> jobs = job("{}");
                  together.await();
                  fresh.write(jobs);
                  return committed.contains(jobs.get(0).id());
                }));
      }
      for (Future<Boolean> each : submitting) {
        assertThat(each.get(20, SECONDS)).as("committed when it was answered").isTrue();
      }
    }
  }

  @Test
  void twoStatementsAreUnderWayHoweverManyThreadsCameAndWent() throws Exception {
    Set<UUID> committed = ConcurrentHashMap.newKeySet();
    CountDownLatch both = new CountDownLatch(2);
    AtomicBoolean isLast = new AtomicBoolean();
    var used =
        shared(
            jobs -> {
              if (isLast.get()) {
                both.countDown();
                awaitUninterruptibly(both);
              }
              return commitAfterAWhile(jobs, committed);
            });
    inEightThreads(
        () -> {
          for (int i = 0; i < 500; i++) {
            used.write(job("{}"));
          }
        });
    assertThat(committed).hasSize(8 * 500);
    isLast.set(true);
    Future<?> one = threads.submit(() -> used.write(job("{}")));
    Future<?> other = threads.submit(() -> used.write(job("{}")));
    assertThat(both.await(20, SECONDS)).as("two statements at a time").isTrue();
    one.get(20, SECONDS);
    other.get(20, SECONDS);
  }

  private static Map<UUID, NewRows.Inserted> commitAfterAWhile(
      List<NewJob> jobs, Set<UUID> committed) {
    LockSupport.parkNanos(jobs.size() * 50_000L);
    jobs.forEach(job -> committed.add(job.id()));
    return Map.of();
  }

  private void inEightThreads(Runnable work) throws Exception {
    List<Future<?>> all = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      all.add(threads.submit(work));
    }
    for (Future<?> each : all) {
      each.get(60, SECONDS);
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void onlyTheOneAtFaultFailsIfASharedStatementIsRefused() throws Exception {
    List<Future<?>> all = keepBusy();
    all.addAll(insertMeanwhile("1", "refused", "3"));
    mayWrite.countDown();
    assertThatThrownBy(() -> all.get(3).get(20, SECONDS))
        .hasCauseInstanceOf(StoreRefusedException.class);
    all.get(2).get(20, SECONDS);
    all.get(4).get(20, SECONDS);
    assertThat(statements).extracting(List::size).containsExactly(1, 1, 3, 1, 1, 1);
  }

  @Test
  void allFailWithoutAnotherTryIfPostgresCannotBeReached() {
    List<Future<?>> all = keepBusy();
    all.addAll(insertMeanwhile("1", "unreachable"));
    mayWrite.countDown();
    for (Future<?> each : all.subList(2, 4)) {
      assertThatThrownBy(() -> each.get(20, SECONDS))
          .hasCauseInstanceOf(StoreUnavailableException.class);
    }
    assertThat(statements).hasSize(3);
  }

  @Test
  void anInterruptIsKeptForLater() throws Exception {
    keepBusy();
    AtomicBoolean isInterrupted = new AtomicBoolean();
    Thread thread =
        new Thread(
            () -> {
              inserts.write(job("{}"));
              isInterrupted.set(Thread.currentThread().isInterrupted());
            });
    thread.start();
    await().until(() -> inserts.waiting() == 1);
    thread.interrupt();
    mayWrite.countDown();
    thread.join(20_000);
    assertThat(isInterrupted).isTrue();
    assertThat(statements).hasSize(3);
  }

  @Test
  void manyJobsOrLargeOnesShareNothing() {
    assertThat(inserts.areSmall(job("{}"))).isTrue();
    assertThat(inserts.areSmall(job("x".repeat(40_000)))).isFalse();
    List<NewJob> many = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      many.addAll(job("{}"));
    }
    assertThat(inserts.areSmall(many)).isFalse();
  }
}
