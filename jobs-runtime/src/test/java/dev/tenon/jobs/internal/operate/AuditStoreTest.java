package dev.tenon.jobs.internal.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Page;
import dev.tenon.jobs.internal.cursor.Cursors;
import dev.tenon.jobs.internal.sql.PatientReads;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.operate.JobAudit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How entries of the audit are found among many. */
@Tag("servers")
class AuditStoreTest {

  private static final int COUNT = 20_000;

  private final StoreFixture store = new StoreFixture();
  private final AuditStore audit = new AuditStore(store.database);

  /** Two entries a minute, of ten people, four actions and as many targets as entries. */
  @BeforeEach
  void insert() {
    store.execute(
        """
        INSERT INTO tenon.job_audit (at, done_by, action, target, outcome)
        SELECT timestamptz '2026-01-01 00:00Z' + n / 2 * interval '1 minute', 'person ' || n %% 10, 'action ' || n %% 4, 'target ' || n, 'done'
        FROM generate_series(1, %d) n;
        ANALYZE tenon.job_audit
        """
            .formatted(COUNT));
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private List<Long> pages(AuditQuery query) {
    List<Long> ids = new ArrayList<>();
    Page<JobAudit.Entry> page = audit.list(query);
    page.forEach(entry -> ids.add(entry.id()));
    while (page.next().isPresent()) {
      page = audit.list(query.withCursor(page.next().get()));
      page.forEach(entry -> ids.add(entry.id()));
    }
    return ids;
  }

  @Test
  void pagesHaveEachEntryOnceTheNewestFirst() {
    List<Long> ids = pages(AuditQuery.all().withBy("person 3").withLimit(AuditQuery.MAX_LIMIT));

    assertThat(ids).hasSize(COUNT / 10).doesNotHaveDuplicates();
    assertThat(ids).isSortedAccordingTo((one, other) -> Long.compare(other, one));
  }

  @Test
  void timesAreFromOneOnAndBeforeAnother() {
    Page<JobAudit.Entry> found =
        audit.list(
            AuditQuery.all()
                .withFrom(Instant.parse("2026-01-01T00:10:00Z"))
                .withUntil(Instant.parse("2026-01-01T00:12:00Z")));

    assertThat(found)
        .extracting(JobAudit.Entry::target)
        .containsExactly("target 23", "target 22", "target 21", "target 20");
    assertThat(audit.list(AuditQuery.all().withUntil(Instant.MIN))).isEmpty();
    assertThat(audit.list(AuditQuery.all().withFrom(Instant.MAX))).isEmpty();
  }

  @Test
  void eachFilterIsAnsweredByItsIndexInItsOrder() {
    Instant longAgo = Instant.parse("2026-01-02T00:00:00Z");
    AuditQuery all = AuditQuery.all().withLimit(50);
    assertThat(plan(all)).contains("job_audit_by_time");
    assertThat(plan(all.withFrom(longAgo).withUntil(longAgo.plusSeconds(60))))
        .contains("job_audit_by_time");
    assertThat(plan(all.withUntil(longAgo))).contains("job_audit_by_time");
    assertThat(plan(all.withBy("nobody"))).contains("job_audit_by_person");
    assertThat(plan(all.withAction("action 1"))).contains("job_audit_by_action");
    assertThat(plan(all.withTarget("target 5"))).contains("job_audit_by_target");
    assertThat(plan(all.withBy("nobody").withUntil(longAgo))).contains("job_audit_by_person");
    assertThat(plan(all.withBy("nobody").withCursor(Cursors.ofEntry(longAgo, 10_000))))
        .contains("job_audit_by_person");
  }

  private String plan(AuditQuery query) {
    String plan =
        new PatientReads(store.database)
            .byIndexes(
                dsl ->
                    String.join(
                        "\n",
                        dsl.fetch("EXPLAIN " + dsl.renderInlined(audit.page(query)))
                            .map(row -> row.get(0, String.class))));
    assertThat(plan).doesNotContain("Seq Scan", "Sort");
    return plan;
  }
}
