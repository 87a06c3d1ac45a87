package dev.tenon.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.operate.BulkOptions;
import dev.tenon.jobs.operate.JobOperation;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Queries for jobs, and the options of those who change them. */
class JobQueryTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void aQuerySaysWhatItAsksForInWords() {
    JobQuery query =
        JobQuery.all()
            .withStatus(JobStatus.FAILED)
            .withType("mail.send")
            .withItemId("order-7")
            .withSubmittedBy("shop")
            .withLimitKey("tenant-3")
            .withFingerprint("0123abcd")
            .withSubmittedAfter(NOON)
            .withSubmittedBefore(NOON.plusSeconds(1));
    assertThat(query.describe())
        .isEqualTo(
            "jobs with status failed, of type 'mail.send', of item 'order-7', submitted by 'shop',"
                + " with limit key 'tenant-3', that failed with fingerprint '0123abcd', submitted at"
                + " 2026-03-01T12:00:00Z or later, submitted before 2026-03-01T12:00:01Z");
    assertThat(query).hasToString(query.describe());
    assertThat(query.asksForAll()).isFalse();
    assertThat(JobQuery.all().describe()).isEqualTo("all jobs");
  }

  @Test
  void whatBelongsToAPageIsNoPartOfThat() {
    JobQuery query = JobQuery.all().withLimit(3).withCursor(Cursor.of("job-1"));
    assertThat(query.asksForAll()).isTrue();
    assertThat(query.describe()).isEqualTo("all jobs");
  }

  @Test
  void aCopyKeepsEverythingElse() {
    JobQuery query = JobQuery.all().withLimit(3).withItemId("one");
    JobQuery other = query.withItemId("two").withLimitKey("key").withCursor(Cursor.of("job-1"));
    assertThat(query.itemId()).contains("one");
    assertThat(query.limitKey()).isEmpty();
    assertThat(other.itemId()).contains("two");
    assertThat(other.limit()).isEqualTo(3);
    assertThat(other.withSubmittedAfter(NOON).cursor()).contains(Cursor.of("job-1"));
    assertThat(other.withSubmittedBefore(NOON).submittedBefore()).contains(NOON);
    assertThat(JobQuery.all().limit()).isEqualTo(50);
  }

  @Test
  void whoAndWhyMustBeSaid() {
    assertThatThrownBy(() -> Actor.of(" ", "why"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The name of an actor is blank.");
    assertThatThrownBy(() -> Actor.of("ops", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The reason of an actor is blank.");
    assertThatThrownBy(() -> Actor.of("x".repeat(201)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The name of an actor has 201 characters; 200 are allowed.");
    assertThatThrownBy(() -> Actor.of("ann", "a\u0000"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The reason of an actor has the character U+0000, or a surrogate without its partner, which PostgreSQL cannot store.");
    assertThatThrownBy(() -> Actor.of("\ud83d"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The name of an actor has the character U+0000, or a surrogate");
  }

  @Test
  void noNumberOfJobsIsExpectedUnlessItIsSaid() {
    assertThatThrownBy(() -> BulkOptions.defaults().withExpectedCount(-1))
        .hasMessage(
            "expectedCount is -1; it must be at least 0. Use the result of JobService.count(query).");
    assertThat(BulkOptions.defaults().expectedCount()).isEmpty();
    assertThat(BulkOptions.defaults().withExpectedCount(7).expectedCount())
        .isEqualTo(OptionalLong.of(7));
  }

  @Test
  void kindsOfOperationsHaveCodes() {
    for (JobOperation.Kind kind : JobOperation.Kind.values()) {
      assertThat(JobOperation.Kind.ofCode(kind.code())).isEqualTo(kind);
    }
    assertThat(JobOperation.Kind.REPRIORITIZE.code()).isEqualTo("reprioritize");
  }
}
