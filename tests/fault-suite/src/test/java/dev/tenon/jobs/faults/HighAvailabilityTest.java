package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.faults.NodeMain.Submitting;
import dev.tenon.jobs.testservers.PatroniCluster;
import dev.tenon.jobs.testservers.PatroniNode;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * PostgreSQL on three nodes under Patroni with synchronous replication, and one broker: the primary
 * is killed under load, and Patroni promotes a standby. {@link WholeClusterTest} breaks everything.
 */
@Tag("thorough")
@SharesServers
class HighAvailabilityTest {

  private static final int PER_SECOND = 50;

  private PatroniCluster postgres;
  private Site site;

  @BeforeEach
  void open() {
    postgres = PatroniCluster.launch();
    site = new Site(postgres.createDatabase());
  }

  @AfterEach
  void close() {
    if (site != null) {
      site.close();
    }
    postgres.close();
  }

  @Test
  void aFailoverByPatroniLosesNothing() {
    site.runtime();
    site.start(site.worker("rabbit", 8)).awaitReady();
    site.start(site.worker("table", 8).amqpUris("")).awaitReady();
    Node submitter =
        site.start(
            site.submitter("submitter", Integer.MAX_VALUE, Submitting.SINGLE)
                .submitsPerSecond(PER_SECOND));
    submitter.awaitReady();
    final Instant begin = Instant.now();
    Outages outages = new Outages(site);

    PatroniNode old = postgres.primary();
    outages.happen("the primary is killed", Duration.ZERO, old::kill, old::start);
    long submitted = Ledger.count(site.folder(), "submitted");
    await("the load goes on")
        .atMost(Site.PATIENCE)
        .until(() -> Ledger.count(site.folder(), "submitted") > submitted + 5 * PER_SECOND);
    submitter.kill();

    BooksReport report = site.settle(Site.PATIENCE).mustBalance();
    Figures.report(
        "patroni-failover",
        outages.effects().get(0).line()
            + System.lineSeparator()
            + new StartsChart(begin, outages.startsBySecond(begin), outages.all()).text()
            + report);
    assertThat(postgres.primary()).isNotSameAs(old);
    assertThat(report.completed()).isEqualTo(report.jobs());
    assertThat(site.number("SELECT count(*) FROM tenon.job_attempts WHERE outcome = 'lost'"))
        .isZero();
  }
}
