package dev.tenon.jobs.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.TenonDatabase;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What should have been published and was not is found, however many jobs wait in front of it whose
 * pointers were: while a broker keeps its connections and delivers nothing, their line stands
 * still.
 */
@Tag("servers")
class SharedAnswersTest {

  private static final String TYPE = "test.store";
  private static final String OTHER = "test.other";
  private static final Map<String, Integer> KNOWN = Map.of(TYPE, 1, OTHER, 1);
  private static final int PUBLISHED = 12_000;

  /** How many jobs a look reads of a line that is long. */
  private static final int ROWS_OF_A_POLL = 5_000;

  private PostgresDatabase postgres;
  private DSLContext sql;
  private SharedAnswers answers;

  @BeforeEach
  void open() {
    postgres = TenonDatabase.shared();
    DataSource source = postgres.dataSource();
    sql = DSL.using(source, SQLDialect.POSTGRES);
    answers = new SharedAnswers(new Database(source, source, source, "tenon"), () -> false);
  }

  @AfterEach
  void close() {
    postgres.close();
  }

  @Test
  void aJobBehindManyThatWerePublishedIsFoundAfterSomeLooks() {
    insert(TYPE, "queued", PUBLISHED, "2 hours");
    List<UUID> overdue = insert(TYPE, "pending", 1, "1 hour");
    assertThat(pollsUntilThereAreJobs(PUBLISHED / ROWS_OF_A_POLL + 1)).isGreaterThan(1);
    assertThat(claim(10)).containsExactlyElementsOf(overdue);
    assertThat(claim(10)).isEmpty();
    assertThat(hasJobs()).isFalse();
  }

  @Test
  void manyBehindThemAreClaimedOneAfterTheOther() {
    insert(TYPE, "queued", 3_000, "2 hours");
    insert(OTHER, "queued", 3_000, "2 hours");
    Set<UUID> overdue = new HashSet<>(insert(TYPE, "pending", 700, "1 hour"));
    overdue.addAll(insert(OTHER, "pending", 700, "1 hour"));
    Set<UUID> claimed = new HashSet<>();
    for (int look = 0; claimed.size() < overdue.size() && look < 30; look++) {
      boolean found = hasJobs();
      for (List<UUID> some = found ? claim(30) : List.of(); !some.isEmpty(); some = claim(30)) {
        assertThat(some).hasSizeLessThanOrEqualTo(30);
        some.forEach(id -> assertThat(claimed.add(id)).as("claimed once").isTrue());
      }
    }
    assertThat(claimed).isEqualTo(overdue);
  }

  @Test
  void whatIsFoundAndDoesNotFitIsClaimedNext() {
    insert(TYPE, "queued", PUBLISHED, "2 hours");
    List<UUID> overdue = insert(TYPE, "pending", 3, "1 hour");
    assertThat(pollsUntilThereAreJobs(PUBLISHED / ROWS_OF_A_POLL + 1)).isGreaterThan(1);
    Set<UUID> claimed = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      // One payload fits into a byte less than two
      List<ClaimedJob> one =
          answers.claims().claimOverdue("w", KNOWN, SharedAnswers.OVERDUE_AFTER, 10, 3);
      assertThat(one).hasSize(1);
      claimed.add(one.get(0).lease().jobId());
    }
    assertThat(claimed).containsExactlyInAnyOrderElementsOf(overdue);
  }

  @Test
  void whatAWorkerMayNotRunIsPassed() {
    insert(TYPE, "queued", 3_000, "2 hours");
    insert(OTHER, "queued", 3_000, "2 hours");
    insert(TYPE, "pending", 10, "1 hour");
    sql.execute("UPDATE tenon.live_jobs SET version = 2 WHERE status = 'pending'");
    insert(OTHER, "pending", 10, "1 hour");
    sql.execute(
        "INSERT INTO tenon.job_types (type, paused_at, paused_by, pause_reason) VALUES ({0}, now(),"
            + " 'somebody', 'test')",
        DSL.val(OTHER));
    for (int i = 0; i < 5; i++) {
      assertThat(hasJobs()).isIn(true, false);
      assertThat(claim(10)).isEmpty();
    }
    List<UUID> known = insert(TYPE, "pending", 1, "1 minute");
    int looked = 0;
    List<UUID> claimed = claim(10);
    for (; claimed.isEmpty() && looked < 5; looked++) {
      claimed = hasJobs() ? claim(10) : List.of();
    }
    assertThat(claimed).isEqualTo(known);
  }

  private int pollsUntilThereAreJobs(int max) {
    int count = 1;
    while (!hasJobs()) {
      assertThat(count).as("looks that found nothing").isLessThan(max);
      count++;
    }
    return count;
  }

  private boolean hasJobs() {
    SharedAnswer.Answer answer = answers.of(KNOWN, true).since(System.nanoTime()).orElseThrow();
    return Duration.ZERO.equals(answer.waiting().untilDue());
  }

  private List<UUID> claim(int max) {
    return answers
        .claims()
        .claimOverdue("w", KNOWN, SharedAnswers.OVERDUE_AFTER, max, Long.MAX_VALUE)
        .stream()
        .map(job -> job.lease().jobId())
        .toList();
  }

  /** Written into the tables themselves, since they are many. */
  private List<UUID> insert(String type, String status, int count, String ago) {
    return sql.fetch(
            """
            WITH data AS (
              INSERT INTO tenon.job_data (id, type, routing_key, priority, max_attempts, submitted_by, retention_seconds,
                payload)
              SELECT gen_random_uuid(), '%1$s', 'jobs.x', 1, 3, 'tester', 60, '{}' FROM generate_series(1, %2$d) AS n
              RETURNING *
            )
            INSERT /* by the test */ INTO tenon.live_jobs (id, type, routing_key, priority, max_attempts,
              retention_seconds, status, run_at, publish_at, payload_bytes)
            SELECT id, type, routing_key, priority, max_attempts, retention_seconds, '%3$s', now() - interval '%4$s',
              now() - interval '%4$s', 2
            FROM data
            RETURNING id
            """
                .formatted(type, count, status, ago))
        .getValues(0, UUID.class);
  }
}
