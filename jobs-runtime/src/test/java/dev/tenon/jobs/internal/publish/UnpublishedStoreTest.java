package dev.tenon.jobs.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.internal.store.WalkPlace;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What nobody has published is found soon, however much has been, and at a price that is bounded.
 */
@Tag("servers")
@Tag("thorough")
class UnpublishedStoreTest {

  private static final int BACKLOG = 100_000;

  /** How many jobs of a kind are read at least, though many kinds share a look. */
  private static final int MIN_SHARE = 200;

  /** Of how many kinds that are walked elsewhere a look also reads the head, at least. */
  private static final int HEADS_OF_A_LOOK = 5;

  private StoreFixture store;
  private DueStore due;
  private UnpublishedStore unpublished;

  @BeforeEach
  void start() {
    store = StoreFixture.withPool();
    due = new DueStore(store.database);
    unpublished = new UnpublishedStore(store.database);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void aJobBehindManyThatAreQueuedIsFoundAfterSomeLooks() {
    store.insertMany("test.many", 1, "now() - interval '1 hour'", "NULL", BACKLOG);
    UUID last = pending("test.many", 1, "now() - interval '1 minute'");
    int looks = 1;
    List<JobPointer> found = look(500);
    while (found.isEmpty() && looks <= BACKLOG) {
      found = look(500);
      looks++;
    }
    assertThat(found).extracting(JobPointer::jobId).containsExactly(last);
    assertThat(looks).isEqualTo(BACKLOG / UnpublishedStore.MAX_ROWS + 1);
    assertThat(look(500)).as("from the beginning again").isEmpty();
  }

  @Test
  void whatComesBackToItsOldPlaceIsFoundWithTheNextLook() {
    store.insertMany("test.many", 1, "now() - interval '1 hour'", "NULL", BACKLOG);
    assertThat(look(500)).isEmpty();
    UUID first = pending("test.many", 1, "now() - interval '2 hours'");
    assertThat(look(500)).extracting(JobPointer::jobId).containsExactly(first);
  }

  @Test
  void whatCouldNotBePublishedIsFoundAgainWithTheNextLook() {
    store.insertMany("test.many", 1, "now() - interval '1 hour'", "NULL", 8_000);
    UUID last = pending("test.many", 1, "now() - interval '1 minute'");
    assertThat(look(1)).isEmpty();
    assertThat(look(1)).extracting(JobPointer::jobId).containsExactly(last);
    unpublished.findAgain();
    assertThat(look(1)).extracting(JobPointer::jobId).containsExactly(last);
    assertThat(look(1)).isEmpty();
  }

  @Test
  void oneOfAnotherKindIsFoundWithTheNextLook() {
    store.insertMany("test.many", 1, "now() - interval '1 hour'", "NULL", BACKLOG);
    assertThat(look(500)).isEmpty();
    UUID other = pending("test.other", 1, "now()");
    UUID urgent = pending("test.many", 3, "now()");
    assertThat(look(500)).extracting(JobPointer::jobId).containsExactlyInAnyOrder(other, urgent);
  }

  @Test
  void everyKindHasItsShareWhereThereAreMany() {
    int kinds = 3 * UnpublishedStore.MAX_ROWS / MIN_SHARE;
    for (int i = 0; i < kinds; i++) {
      store.insertMany("test.kind" + i, 1, "now() - interval '1 hour'", "NULL", MIN_SHARE - 10);
      UUID unused = pending("test.kind" + i, 1, "now()");
    }
    Set<UUID> found = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      look(500).forEach(pointer -> found.add(pointer.jobId()));
    }
    assertThat(found).hasSize(kinds);
  }

  @Test
  void whatComesBackToTheHeadOfOneOfManyLargeKindsIsFoundSoon() {
    int kinds = 40;
    for (int i = 0; i < kinds; i++) {
      store.insertMany("test.kind" + i, 1, "now() - interval '1 hour'", "NULL", 2_000);
    }
    // Until all are walked, but none has come to its end
    for (int i = 0; i < 3; i++) {
      assertThat(look(500)).isEmpty();
    }
    Set<UUID> back = new HashSet<>();
    for (int i = 0; i < kinds; i++) {
      back.add(pending("test.kind" + i, 1, "now() - interval '2 hours'"));
    }
    Set<UUID> found = new HashSet<>();
    for (int i = 0; i < kinds / HEADS_OF_A_LOOK; i++) {
      look(500).forEach(pointer -> found.add(pointer.jobId()));
    }
    assertThat(found).isEqualTo(back);
  }

  @Test
  void aLookThatIsFullIsFollowedByTheNextOnes() {
    Set<UUID> pending = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      pending.add(pending(i % 2 == 0 ? "test.a" : "test.b", 1, "now() - interval '1 minute'"));
    }
    List<WalkPlace> kinds = due.due().kinds();
    List<UUID> found = new ArrayList<>();
    boolean isFull = true;
    while (isFull) {
      UnpublishedStore.Found next = unpublished.find(kinds, 7, List.of());
      next.pointers().forEach(pointer -> found.add(pointer.jobId()));
      store.publishes.markQueued(StoreFixture.eachAlone(next.pointers()));
      isFull = next.isFull();
    }
    assertThat(found).hasSize(50).containsAll(pending);
  }

  @Test
  void whatCannotBePublishedIsPassed() throws SQLException {
    store.insertMany("test.kind", 1, "now() - interval '1 hour'", "NULL", 10);
    UUID wanted = pending("test.kind", 1, "now() - interval '3 s'");
    UUID refused = pending("test.kind", 1, "now() - interval '2 s'");
    UUID postponed = pending("test.kind", 1, "now() - interval '1 s'");
    UUID locked = pending("test.kind", 1, "now() - interval '1 s'");
    UUID running = pending("test.kind", 1, "now() - interval '2 hours'");
    UUID delayed = pending("test.kind", 1, "now() + interval '1 hour'");
    store.execute("UPDATE tenon.live_jobs SET routing_key = 'refused' WHERE id = ?", refused);
    store.execute(
        "UPDATE tenon.live_jobs SET publish_at = now() + interval '1 minute' WHERE id = ?",
        postponed);
    store.execute(
        "UPDATE /* by the test */ tenon.live_jobs SET status = 'running' WHERE id = ?", running);
    try (Connection connection = store.postgres.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SELECT FROM tenon.live_jobs WHERE id = '" + locked + "' FOR UPDATE");
      assertThat(look(10)).extracting(JobPointer::jobId).containsExactly(wanted);
      connection.rollback();
    }
    assertThat(look(10)).extracting(JobPointer::jobId).containsExactlyInAnyOrder(wanted, locked);
    assertThat(delayed).isNotNull();
  }

  @Test
  void whatWasParkedIsPublishedAgainIfItIsForAnotherLanguage() {
    UUID java = pending("test.java", 1, "now()");
    UUID external = pending("test.external", 1, "now()");
    UUID later = pending("test.external", 1, "now()");
    store.execute("UPDATE tenon.live_jobs SET parked_at = now()");
    store.execute("UPDATE tenon.live_jobs SET is_external = true WHERE id <> ?", java);
    store.execute(
        "UPDATE tenon.live_jobs SET publish_at = now() + interval '1 minute' WHERE id = ?", later);
    assertThat(look(10)).extracting(JobPointer::jobId).containsExactly(external);
    store.execute("UPDATE tenon.live_jobs SET publish_at = now() - interval '1 s'");
    assertThat(look(10)).extracting(JobPointer::jobId).containsExactlyInAnyOrder(external, later);
  }

  @Test
  void aJobWhoseWorkerWasLostGoesFirst() {
    UUID rescued = pending("test.kind", 0, "now()");
    store.execute("UPDATE tenon.live_jobs SET error_reason = 'worker_lost' WHERE id = ?", rescued);
    assertThat(look(10)).extracting(JobPointer::priority).containsExactly(JobPointer.RESCUED);
    store.execute("UPDATE tenon.live_jobs SET error_reason = NULL");
    assertThat(look(10)).extracting(JobPointer::priority).containsExactly(JobPriority.LOW);
  }

  /** Jobs that run are no reason to walk, unless very many of them hide what waits. */
  @Test
  void whatRunsIsNotDue() {
    store.insertMany("test.kind", 1, "now() - interval '1 hour'", "NULL", 90);
    store.execute("UPDATE /* by the test */ tenon.live_jobs SET status = 'running'");
    assertThat(due.due().kinds()).isEmpty();
    UUID waiting = pending("test.kind", 1, "now()");
    assertThat(look(10)).extracting(JobPointer::jobId).containsExactly(waiting);
    store.insertMany("test.kind", 1, "now() - interval '1 hour'", "NULL", 200);
    store.execute(
        "UPDATE /* by the test */ tenon.live_jobs SET status = 'running' WHERE status = 'queued'");
    assertThat(look(10)).extracting(JobPointer::jobId).containsExactly(waiting);
  }

  private List<JobPointer> look(int max) {
    return unpublished.find(due.due().kinds(), max, List.of("refused")).pointers();
  }

  private UUID pending(String type, int priority, String runAt) {
    UUID id = store.insertMany(type, priority, runAt, "NULL", 1).get(0);
    store.execute(
        "UPDATE /* by the test */ tenon.live_jobs SET status = 'pending' WHERE id = ?", id);
    return id;
  }
}
