package dev.tenon.jobs.internal.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogLevel;
import dev.tenon.jobs.JobLogQuery;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.LogLine;
import dev.tenon.jobs.internal.store.StoreFixture;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is kept of a job without bound is read in pages that are bounded in number and bytes. */
class LogPagesTest {

  private final StoreFixture store = new StoreFixture();

  @AfterEach
  void close() {
    store.close();
  }

  private UUID write(List<String> messages) {
    Lease lease = store.claim("w", store.submit(1)).get(0);
    store.reports.log(
        messages.stream()
            .map(
                message ->
                    new LogLine(lease, 1, JobLogLevel.INFO, message, "{\"a\":1}", Instant.EPOCH))
            .toList());
    return lease.jobId();
  }

  @Test
  void aLogIsReadPageByPageInItsOrder() {
    List<String> messages = IntStream.range(0, 2500).mapToObj(i -> "line " + i).toList();
    UUID id = write(messages);
    UUID other = write(List.of("of another job"));
    List<String> read = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    JobLogQuery query = JobLogQuery.all();
    while (true) {
      Page<JobLogEntry> page = store.reads.logs(id, query);
      page.forEach(line -> read.add(line.message()));
      sizes.add(page.items().size());
      if (page.next().isEmpty()) {
        break;
      }
      query = query.withCursor(page.next().get());
    }
    assertThat(read).isEqualTo(messages);
    assertThat(sizes).containsExactly(1000, 1000, 500);
    assertThat(store.reads.logs(other, JobLogQuery.all()))
        .extracting(JobLogEntry::message)
        .containsExactly("of another job");
    Page<JobLogEntry> exactlyFull = store.reads.logs(id, JobLogQuery.all().withLimit(2500));
    assertThat(exactlyFull.items()).hasSize(2500);
    assertThat(exactlyFull.next()).isEmpty();
    assertThat(store.reads.logs(UUID.randomUUID(), JobLogQuery.all()).items()).isEmpty();
  }

  @Test
  void theLastLinesAreReadFirst() {
    UUID id = write(IntStream.range(0, 50).mapToObj(i -> "line " + i).toList());
    JobLogQuery query = JobLogQuery.all().withNewestFirst().withLimit(2);
    Page<JobLogEntry> last = store.reads.logs(id, query);
    assertThat(last).extracting(JobLogEntry::message).containsExactly("line 49", "line 48");
    Page<JobLogEntry> before =
        store.reads.logs(id, query.withCursor(last.next().orElseThrow()).withLimit(48));
    assertThat(before.items().get(0).message()).isEqualTo("line 47");
    assertThat(before.items().get(47).message()).isEqualTo("line 0");
    assertThat(before.next()).isEmpty();
  }

  @Test
  void aPageIsBoundedInBytesAndHasALineInAnyCase() {
    String large = "x".repeat(9 * 1024 * 1024);
    UUID id = write(List.of(large + large, "small", large, large));
    Page<JobLogEntry> first = store.reads.logs(id, JobLogQuery.all());
    assertThat(first.items()).hasSize(1);
    Page<JobLogEntry> second =
        store.reads.logs(id, JobLogQuery.all().withCursor(first.next().orElseThrow()));
    assertThat(second)
        .extracting(line -> line.message().length())
        .containsExactly(5, large.length());
    Page<JobLogEntry> third =
        store.reads.logs(id, JobLogQuery.all().withCursor(second.next().orElseThrow()));
    assertThat(third.items()).hasSize(1);
    assertThat(third.next()).isEmpty();
  }

  @Test
  void ofManyAttemptsTheLastOnesAreRead() {
    UUID id = store.submit(1).get(0);
    store.execute(
        "INSERT INTO tenon.earlier_attempts"
            + " (job_id, lease, attempt, worker_id, started_at, finished_at, outcome)"
            + " SELECT ?, i, 1, 'w', now(), now(), 'snoozed' FROM generate_series(1, 1003) AS i",
        id);
    assertThat(store.reads.attempts(id)).hasSize(1000);
    assertThat(store.reads.attempts(id).get(0).lease()).isEqualTo(4);
    assertThat(store.reads.attempts(id).get(999).lease()).isEqualTo(1003);
  }
}
