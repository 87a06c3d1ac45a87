package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.Record;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Jobs that have much or little in common are recorded as they are given. */
@Tag("servers")
class NewRowsTest {

  private static final int LISTS = 40;
  private static final List<Instant> TIMES =
      List.of(
          Instant.EPOCH,
          Instant.parse("1999-12-31T23:59:59.999999Z"),
          Instant.parse("2101-01-01T00:00:00.123456Z"),
          Instant.parse("9999-12-31T00:00:00Z"));

  private StoreFixture store;

  @BeforeEach
  void open() {
    store = new StoreFixture();
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** Each component is the same for all jobs of the list, or one of a few for each. */
  private static List<NewJob> jobs(Random random) {
    int size = 1 + random.nextInt(5);
    boolean[] differ = new boolean[10];
    for (int i = 0; i < differ.length; i++) {
      differ[i] = random.nextBoolean();
    }
    int[] common = random.ints(differ.length, 0, 4).toArray();
    List<NewJob> jobs = new ArrayList<>();
    for (int n = 0; n < size; n++) {
      int[] of = new int[differ.length];
      for (int i = 0; i < of.length; i++) {
        of[i] = differ[i] ? random.nextInt(4) : common[i];
      }
      jobs.add(job(of));
    }
    return jobs;
  }

  private static NewJob job(int[] of) {
    @Nullable Instant runAt = of[0] < 2 ? null : TIMES.get(of[0] - 2 + of[1] % 3);
    NewJob job =
        new NewJob(
                UUID.randomUUID(),
                "test.rows" + of[1],
                1 + of[2],
                "jobs.test.rows" + of[1],
                JobPriority.ofLevel(of[3]),
                "{\"n\":\"" + "ä€😀\\\"".repeat(of[4]) + "\"}",
                of[4] == 0 ? null : "item {," + of[4],
                "tester " + of[5],
                1 + of[5],
                Duration.ofSeconds(of[6] * 100_000L),
                of[0] == 1 ? Duration.ofDays(of[6]) : null,
                runAt,
                of[7] == 0 ? null : "{\"timeoutMillis\":" + of[7] + "}",
                Duration.ofSeconds(of[7] * 100_000L),
                of[8] < 2 ? null : "key " + of[8],
                null)
            .withOwnPriority(of[8] % 2 == 0);
    return of[9] == 0 ? job : job.in(new NewJob.InWorkflow(new UUID(7, of[9]), false));
  }

  @Test
  void jobsThatHaveMuchOrLittleInCommonAreRecordedAsTheyAreGiven() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int list = 0; list < LISTS; list++) {
      List<NewJob> jobs = jobs(random);
      assertThat(new SubmitStore(store.database).insert(jobs))
          .extracting(Recorded::created)
          .containsOnly(true);
      for (NewJob job : jobs) {
        assertThat(recorded(job.id())).as("seed %d, list %d", seed, list).isEqualTo(expected(job));
      }
    }
  }

  private static List<@Nullable Object> expected(NewJob job) {
    List<@Nullable Object> columns = new ArrayList<>();
    columns.add(job.type());
    columns.add(job.version());
    columns.add(job.routingKey());
    columns.add(job.priority());
    columns.add(JSON.json(job.payload()));
    columns.add(job.itemId());
    columns.add(job.submittedBy());
    columns.add(job.maxAttempts());
    columns.add(job.retention().toSeconds());
    columns.add(
        job.failedRetention().equals(job.retention()) ? null : job.failedRetention().toSeconds());
    columns.add(job.externalPolicy() == null ? null : JSON.json(job.externalPolicy()));
    columns.add(job.limitKey());
    columns.add(job.workflowId());
    columns.add(isLater(job) ? job.runAt() : null);
    columns.add(job.delay() == null ? 0L : job.delay().toSeconds());
    return columns;
  }

  private static boolean isLater(NewJob job) {
    return job.runAt() != null && job.runAt().isAfter(Instant.parse("2100-01-01T00:00:00Z"));
  }

  private List<@Nullable Object> recorded(UUID id) {
    Tables.Jobs j = store.database.tables().jobs;
    Record row = store.database.dsl().selectFrom(j).where(j.id.eq(id)).fetchOne();
    assertThat(row).isNotNull();
    Instant runAt = row.get(j.runAt);
    Duration wait = Duration.between(row.get(j.submittedAt), runAt);
    boolean isDelayed = wait.compareTo(Duration.ofDays(5)) < 0;
    List<@Nullable Object> columns = new ArrayList<>();
    columns.add(row.get(j.type));
    columns.add(row.get(j.version));
    columns.add(row.get(j.routingKey));
    columns.add(row.get(j.priority));
    columns.add(row.get(j.payload));
    columns.add(row.get(j.itemId));
    columns.add(row.get(j.submittedBy));
    columns.add(row.get(j.maxAttempts));
    columns.add(row.get(j.retentionSeconds));
    columns.add(row.get(j.failedRetentionSeconds));
    columns.add(row.get(j.externalPolicy));
    columns.add(row.get(j.limitKey));
    columns.add(row.get(j.workflowId));
    columns.add(isDelayed ? null : runAt);
    columns.add(isDelayed ? wait.toSeconds() : 0L);
    return columns;
  }
}
