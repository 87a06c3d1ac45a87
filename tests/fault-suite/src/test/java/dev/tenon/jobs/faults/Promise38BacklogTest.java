package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.BacklogFullException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.faults.FaultJobs.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Promise 38: no more jobs wait than the bound of their type allows. */
@Tag("thorough")
class Promise38BacklogTest {

  private static final int MAX = 20;

  /** Jobs that a dead worker had claimed wait again. */
  private static final int CLAIMED = 20;

  private Site site;

  @BeforeEach
  void open() {
    site = new Site();
    site.runtime();
  }

  @AfterEach
  void close() {
    site.close();
  }

  @SharesServers
  @Test
  void aSubmitterThatIsTooFastIsRefusedAndLosesNothing() {
    Node first = site.start(site.worker("first", 2)).awaitReady();
    site.start(site.worker("second", 2)).awaitReady();
    int accepted = 0;
    int refused = 0;
    long most = 0;
    while (accepted < 150) {
      try {
        site.submit(FaultJobs.BOUNDED, Action.WORK, 50, SubmitOptions.defaults());
        accepted++;
        if (accepted == 60) {
          first.kill();
        }
      } catch (BacklogFullException e) {
        assertThat(e.max()).isEqualTo(MAX);
        refused++;
        Site.sleep(Duration.ofMillis(20));
      }
      most = Math.max(most, waiting());
    }
    assertThat(refused).isPositive();
    assertThat(most).isLessThanOrEqualTo(MAX + CLAIMED);
    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(150);
  }

  @SharesServers
  @Test
  void theOldestAreDroppedWhileNobodyWorks() {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      ids.add(site.submit(FaultJobs.DROPPING, Action.WORK, 1, SubmitOptions.defaults()));
    }
    await().atMost(Site.PATIENCE).until(() -> waiting() == MAX);
    site.start(site.worker("late", 5));
    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(MAX);
    assertThat(
            site.values(
                "SELECT id FROM tenon.ended_jobs WHERE status = 'cancelled' AND error_reason ="
                    + " 'dropped'"))
        .containsExactlyInAnyOrderElementsOf(
            ids.subList(0, 40).stream().map(UUID::toString).toList());
    assertThat(site.count(JobStatus.CANCELLED)).isEqualTo(40);
  }

  @SharesServers
  @Test
  void aBoundThatNobodyKeepsIsCaught() {
    site.breakFunction("backlog_of", "t.when_full = 'refuse'", "false");
    for (int i = 0; i < MAX + CLAIMED + 1; i++) {
      site.submit(FaultJobs.BOUNDED, Action.WORK, 1, SubmitOptions.defaults());
    }
    assertThat(waiting()).isGreaterThan(MAX + CLAIMED);
  }

  private long waiting() {
    return site.number("SELECT count(*) FROM tenon.live_jobs WHERE status <> 'running'");
  }
}
