package dev.tenon.jobs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.BacklogFullException;
import dev.tenon.jobs.Header;
import dev.tenon.jobs.Headers;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError.Reason;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.annotation.WhenFull;
import dev.tenon.jobs.definition.BacklogRule;
import dev.tenon.jobs.internal.operate.StoredLogEntry;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.AttemptFailure;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.LogLine;
import dev.tenon.jobs.internal.store.NewJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Jobs in memory do what jobs in PostgreSQL do: the same random sequence of calls on both gives the
 * same answers and the same jobs, after each call. A failure prints its seed and what was done;
 * {@code -Dtenon.model.seed=…} repeats it, and {@code -Dtenon.model.seconds=…} makes the test
 * longer.
 */
@Tag("servers")
class MemoryModelTest {

  static final String TYPE = "test.memory.model";
  private static final int SECONDS = Integer.getInteger("tenon.model.seconds", 8);
  private static final Header<String> TENANT = Header.ofString("tenant");
  private static final int STEPS = 40;
  private static final int MAX_CRASHES = 2;

  /** What counts as time here is in whole minutes, and PostgreSQL's clock goes on meanwhile. */
  private static final Duration MAX_DURATION = Duration.ofSeconds(25);

  /** No multiple of it is a difference of priorities: two jobs are never equally urgent. */
  private static final Duration UNIT = Duration.ofMinutes(7);

  @Test
  void bothDoTheSame() throws Exception {
    Long given = Long.getLong("tenon.model.seed");
    long seed = given == null ? new Random().nextLong() : given;
    int sequences = 0;
    try (PostgresSide postgres = new PostgresSide(TYPE)) {
      long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
      do {
        postgres.clear();
        new Sequence(seed, postgres).run();
        sequences++;
        seed++;
      } while (given == null && System.nanoTime() < end);
    }
    System.out.printf("%d sequences up to seed %d%n", sequences, seed - 1);
  }

  /** A job on both sides. */
  private static final class Pair {
    private final UUID inMemory;
    private final UUID inPostgres;
    private @Nullable Lease heldInMemory;
    private @Nullable Lease heldInPostgres;

    Pair(UUID inMemory, UUID inPostgres) {
      this.inMemory = inMemory;
      this.inPostgres = inPostgres;
    }
  }

  private static final class Sequence {

    private final long seed;
    private final Random random;
    private final MemorySide memory = new MemorySide();
    private final PostgresSide postgres;
    private final List<Pair> pairs = new ArrayList<>();
    private final List<String> done = new ArrayList<>();

    /** One for all jobs of a sequence, so that they meet. */
    private final UniqueScope scope;

    private boolean isBounded;
    private long lastId;

    Sequence(long seed, PostgresSide postgres) {
      this.seed = seed;
      this.random = new Random(seed);
      this.scope = any(UniqueScope.values());
      this.postgres = postgres;
    }

    void run() {
      Instant start = Instant.now();
      BacklogRule<StockCount> backlog =
          random.nextInt(3) == 0
              ? null
              : BacklogRule.<StockCount>of(1 + random.nextInt(4))
                  .withWhenFull(any(WhenFull.values()));
      isBounded = backlog != null;
      done.add(
          backlog == null
              ? "any number may wait"
              : "%d of a key may wait, or %s".formatted(backlog.max(), backlog.whenFull()));
      memory.declare(backlog);
      postgres.declare(backlog);
      for (int step = 0; step < STEPS; step++) {
        if (Duration.between(start, Instant.now()).compareTo(MAX_DURATION) > 0) {
          return;
        }
        if (pairs.isEmpty() || random.nextInt(5) == 0) {
          submit();
        } else {
          step();
        }
        for (int i = 0; i < pairs.size(); i++) {
          Pair pair = pairs.get(i);
          same(
              "job " + i,
              text(memory, pair.inMemory, memory.now()),
              text(postgres, pair.inPostgres, postgres.now()));
        }
      }
    }

    private void same(String what, Object inMemory, Object inPostgres) {
      assertThat(inMemory)
          .as(
              "In memory, %s after these calls, with seed %d:%n%s%n",
              what, seed, String.join("\n", done))
          .isEqualTo(inPostgres);
    }

    private void submit() {
      boolean isUnique = random.nextInt(3) != 0;
      NewJob.UniqueKey key =
          isUnique
              ? new NewJob.UniqueKey(
                  "key",
                  scope,
                  random.nextBoolean() ? null : minutes(1 + random.nextInt(3)),
                  any(DuplicatePolicy.values()))
              : null;
      Duration delay = random.nextInt(3) == 0 ? minutes(random.nextInt(3)) : null;
      Integer runAt = delay == null && random.nextInt(3) == 0 ? random.nextInt(5) - 2 : null;
      Duration within = random.nextInt(3) == 0 ? minutes(1 + random.nextInt(3)) : null;
      Integer before = within == null && random.nextInt(4) == 0 ? random.nextInt(4) : null;
      JobPriority priority = any(JobPriority.values());
      String payload = "{\"n\":" + done.size() + "}";
      Headers headers = any(Headers.none(), Headers.of(TENANT, "a"), Headers.of(TENANT, "b"));
      Long cost = random.nextInt(3) == 0 ? (long) random.nextInt(9) : null;
      NewJob.Backlog backlog = isBounded ? NewJob.Backlog.of(any("a", "b")) : null;
      Function<JobSide, NewJob> job =
          side ->
              new NewJob(
                      new UUID(lastId, 0),
                      TYPE,
                      1,
                      "jobs." + TYPE,
                      priority,
                      payload,
                      null,
                      "tester",
                      3,
                      Duration.ofDays(1),
                      delay,
                      runAt == null ? null : side.now().plus(UNIT.multipliedBy(runAt)),
                      null,
                      Duration.ofDays(1),
                      null,
                      key)
                  .withHeaders(headers)
                  .withLatestStart(
                      within != null
                          ? new NewJob.LatestStart(within, null)
                          : before != null
                              ? new NewJob.LatestStart(
                                  null, side.now().plus(UNIT.multipliedBy(before)))
                              : null)
                  .withBacklog(backlog)
                  .withCost(cost);
      lastId++;
      done.add(
          "submit %s %s %s %s delay %s, run at %s, start within %s, before %s: %s"
              .formatted(priority, key, headers, backlog, delay, runAt, within, before, payload));
      List<UUID> inMemory = new ArrayList<>();
      List<UUID> inPostgres = new ArrayList<>();
      same(
          "the answer is",
          answer(() -> memory.submit(job.apply(memory)).ifPresent(inMemory::add)),
          answer(() -> postgres.submit(job.apply(postgres)).ifPresent(inPostgres::add)));
      same("the number of jobs that are created is", inMemory.size(), inPostgres.size());
      inMemory.forEach(id -> pairs.add(new Pair(id, inPostgres.get(0))));
    }

    private void step() {
      int index = random.nextInt(pairs.size());
      Pair pair = pairs.get(index);
      switch (random.nextInt(10)) {
        case 0 -> {
          Duration duration = minutes(1 + random.nextInt(3));
          done.add("advance by " + duration);
          memory.advance(duration);
          postgres.advance(duration);
        }
        case 1 -> {
          done.add("cancel job " + index);
          same("the answer is", memory.cancel(pair.inMemory), postgres.cancel(pair.inPostgres));
        }
        case 2 -> {
          done.add("retry job " + index);
          same(
              "the answer is",
              answer(() -> memory.retry(pair.inMemory)),
              answer(() -> postgres.retry(pair.inPostgres)));
        }
        case 3 -> {
          Duration offset = minutes(random.nextInt(5) - 2);
          done.add("reschedule job %d to now and %s".formatted(index, offset));
          same(
              "the answer is",
              answer(() -> memory.reschedule(pair.inMemory, memory.now().plus(offset))),
              answer(() -> postgres.reschedule(pair.inPostgres, postgres.now().plus(offset))));
        }
        case 4 -> {
          done.add("claim job " + index);
          Optional<Lease> inMemory = memory.claim(pair.inMemory);
          Optional<Lease> inPostgres = postgres.claim(pair.inPostgres);
          same("a job is claimed", number(inMemory), number(inPostgres));
          inMemory.ifPresent(lease -> hold(pair, lease, inPostgres.orElseThrow()));
        }
        case 6 -> {
          done.add("cancel what has not started in time, and the oldest of too many");
          memory.maintain();
          postgres.maintain();
        }
        case 5 -> {
          done.add("claim the next job");
          Optional<Lease> inMemory = memory.claimNext();
          Optional<Lease> inPostgres = postgres.claimNext();
          same(
              "what is claimed is job",
              inMemory.map(lease -> indexOf(each -> each.inMemory, lease)),
              inPostgres.map(lease -> indexOf(each -> each.inPostgres, lease)));
          same("its lease is", number(inMemory), number(inPostgres));
          inMemory.ifPresent(
              lease ->
                  hold(
                      pairs.get(indexOf(each -> each.inMemory, lease)),
                      lease,
                      inPostgres.orElseThrow()));
        }
        default -> end(index, pair);
      }
    }

    private static void hold(Pair pair, Lease inMemory, Lease inPostgres) {
      pair.heldInMemory = inMemory;
      pair.heldInPostgres = inPostgres;
    }

    private int indexOf(Function<Pair, UUID> id, Lease lease) {
      return pairs.stream().map(id).toList().indexOf(lease.jobId());
    }

    /** Ends an attempt, or reports of it; also one that has ended already. */
    private void end(int index, Pair pair) {
      Lease inMemory = pair.heldInMemory;
      Lease inPostgres = pair.heldInPostgres;
      if (inMemory == null || inPostgres == null) {
        return;
      }
      Duration delay = minutes(random.nextInt(3));
      AttemptFailure failure =
          new AttemptFailure(
              any(Reason.EXCEPTION, Reason.TIMED_OUT), "Failure", "m" + done.size(), "at", "f");
      Function<Lease, AttemptEnd> end;
      switch (random.nextInt(11)) {
        case 0, 1 -> end = lease -> new AttemptEnd.Completed(lease, "\"done\"", 1);
        case 2 -> end = lease -> new AttemptEnd.Failed(lease, failure);
        case 3 -> end = lease -> new AttemptEnd.Retried(lease, failure, delay);
        case 4 -> end = lease -> new AttemptEnd.Snoozed(lease, delay);
        case 5 -> end = lease -> new AttemptEnd.Released(lease, delay);
        case 6 -> end = lease -> new AttemptEnd.Released(lease, delay, failure);
        case 7 -> end = AttemptEnd.Cancelled::new;
        case 8 -> end = lease -> new AttemptEnd.Crashed(lease, failure, MAX_CRASHES, delay);
        case 9 -> {
          int number = done.size() + 1;
          done.add("job %d emits %d".formatted(index, number));
          memory.emit(LogLine.emitted(inMemory, 1, number, 1, "" + number, Instant.EPOCH));
          postgres.emit(LogLine.emitted(inPostgres, 1, number, 1, "" + number, Instant.EPOCH));
          return;
        }
        default -> {
          int percent = random.nextInt(101);
          done.add("progress of job %d: %d".formatted(index, percent));
          memory.progress(inMemory, percent, "so far");
          postgres.progress(inPostgres, percent, "so far");
          return;
        }
      }
      done.add("end of job %d: %s".formatted(index, end.apply(inMemory)));
      same(
          "the lease is held",
          memory.finish(end.apply(inMemory)),
          postgres.finish(end.apply(inPostgres)));
    }

    private static Optional<Long> number(Optional<Lease> lease) {
      return lease.map(Lease::number);
    }

    private Duration minutes(int units) {
      return UNIT.multipliedBy(units);
    }

    @SafeVarargs
    private <T> T any(T... values) {
      return values[random.nextInt(values.length)];
    }

    private static String answer(Runnable call) {
      try {
        call.run();
        return "done";
      } catch (JobStateException e) {
        return "refused: " + e.getMessage().replaceFirst("Job [-0-9a-f]{36}", "Job id");
      } catch (BacklogFullException e) {
        return "refused: " + e.getMessage();
      }
    }

    private static String text(JobSide side, UUID id, Instant now) {
      Job job = side.job(id);
      return """
      %s, due in %s, %s, %s, payload %s, result %s of version %s, attempts %d of %d, crashes %d, progress %d %s, error %s
      worker %s, submitted %s, started %s, finished %s, to be cancelled %s, to start before %s
      emitted %s
      %s
      """
          .formatted(
              job.status() == JobStatus.QUEUED ? JobStatus.PENDING : job.status(),
              since(job.runAt(), now),
              job.priority(),
              job.headers(),
              job.payload(),
              job.result().orElse(null),
              job.resultVersion(),
              job.attempts(),
              job.maxAttempts(),
              job.crashes(),
              job.progress(),
              job.progressMessage().orElse(null),
              // The messages show their times in different ways
              job.error()
                  .filter(error -> error.reason() == Reason.EXPIRED)
                  .map(error -> "expired")
                  .orElseGet(() -> String.valueOf(job.error().orElse(null))),
              job.workerId().orElse(null),
              since(job.submittedAt(), now),
              since(job.startedAt().orElse(null), now),
              since(job.finishedAt().orElse(null), now),
              since(job.cancelRequestedAt().orElse(null), now),
              since(job.startBefore().orElse(null), now),
              side.log(id).stream()
                  .map(StoredLogEntry.class::cast)
                  .map(entry -> entry.value().orElseThrow())
                  .map(value -> value.run() + ": " + value.stored())
                  .toList(),
              side.attempts(id).stream().map(Sequence::text).collect(Collectors.joining("\n")));
    }

    private static String text(JobAttempt attempt) {
      return "  attempt %d, lease %d, worker %s: %s, %s, %s, %s"
          .formatted(
              attempt.attempt(),
              attempt.lease(),
              attempt.workerId(),
              attempt.outcome(),
              attempt.error().orElse(null),
              attempt.stack().orElse(null),
              attempt.fingerprint().orElse(null));
    }

    /** In minutes, since PostgreSQL's clock does not stand still. */
    private static String since(@Nullable Instant time, Instant now) {
      return time == null
          ? "never"
          : Math.round(Duration.between(now, time).toMillis() / 60_000.0) + " min";
    }
  }
}
