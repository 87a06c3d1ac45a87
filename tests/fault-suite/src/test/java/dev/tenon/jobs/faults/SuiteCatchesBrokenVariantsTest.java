package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.faults.trace.Violation;
import dev.tenon.jobs.faults.trace.Violation.Rule;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The suite notices a runtime that is broken on purpose: each scenario fails as it should. */
@Tag("thorough")
@SharesServers
class SuiteCatchesBrokenVariantsTest {

  private Site site;

  @BeforeEach
  void open() {
    site = new Site();
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void aRemovedLeaseCheckIsCaughtByTheLateOutcome() {
    BooksReport report =
        Promise01OneOutcomePerLeaseTest.lateOutcomeOfASilentWorker(site, site::removeLeaseCheck);
    assertThat(report.foreign()).as("%s", report).hasSize(1);
    assertThat(report.balances()).isFalse();
    assertThat(site.violations())
        .extracting(Violation::rule)
        .contains(Rule.OUTCOMES_COME_FROM_THE_HOLDER);
  }

  @Test
  void aRelayThatIsOffIsCaughtByTheDeadSubmitter() {
    site.start(site.node("leader").variant(BrokenVariant.RELAY_OFF)).awaitReady();
    // In a third of that time they would be published
    Duration wait = Duration.ofSeconds(8);
    assertThat(Promise02NothingIsLostTest.jobsLeftByASubmitterThatDiesAfterItsCommit(site, wait))
        .isEqualTo(3);
    assertThat(site.balance().lost()).hasSize(3);
  }

  @Test
  void anAcknowledgementBeforeTheClaimIsCaughtByTheDeadWorker() {
    // Those of its first batch are gone: one at least, if it took them as they came
    assertThat(
            Promise01OneOutcomePerLeaseTest.pointersLeftByAWorkerThatDiesBeforeItsClaim(
                site, BrokenVariant.ACK_BEFORE_CLAIM))
        .isLessThan(5);
  }
}
