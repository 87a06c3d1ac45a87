package dev.tenon.jobs.internal.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.internal.store.StoreFixture;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The health report says of all jobs that wait how long they do, and of no others. */
@Tag("servers")
class HealthStoreTest {

  private StoreFixture store;

  @BeforeEach
  void start() {
    store = StoreFixture.withPool();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  /** Those for other languages are published again after a while, and are queued then. */
  @Test
  void whatWasParkedWaitsWhetherItIsPublishedAgainOrNot() {
    parked("test.pending", "pending");
    parked("test.queued", "queued");
    parked("test.running", "running");
    assertThat(new HealthStore(store.database).waiting())
        .extracting(HealthStore.Waiting::type)
        .containsExactlyInAnyOrder("test.pending", "test.queued");
  }

  private void parked(String type, String status) {
    UUID id = store.insertMany(type, 1, "now() - interval '1 hour'", "NULL", 1).get(0);
    store.execute(
        "UPDATE /* by the test */ tenon.live_jobs SET parked_at = now(), is_external = true,"
            + " status = ? WHERE id = ?",
        status,
        id);
  }
}
