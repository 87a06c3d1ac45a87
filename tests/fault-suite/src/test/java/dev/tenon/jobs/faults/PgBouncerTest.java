package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.faults.NodeMain.Submitting;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A whole system behind PgBouncer in transaction pooling, with fewer sessions than it has
 * connections: nothing on the hot path, nor the migration, may need a session.
 */
@Tag("thorough")
@SharesServers
class PgBouncerTest {

  private static final int SESSIONS = 4;

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
  void everythingWorksAndIsRescuedBehindPgBouncer() {
    PgBouncer bouncer = new PgBouncer(site.postgres().port(), SESSIONS, 200);
    site.afterNodes(bouncer::close);
    mustWork(site.urlBy(bouncer.port()), 400);
  }

  @Tag("full")
  @Test
  void everythingWorksWithoutPreparedStatements() {
    PgBouncer bouncer = new PgBouncer(site.postgres().port(), SESSIONS, 0);
    site.afterNodes(bouncer::close);
    mustWork(site.urlBy(bouncer.port()) + "?prepareThreshold=0", 100);
  }

  private void mustWork(String url, int jobs) {
    Node dying = site.start(site.worker("dying", 5).url(url)).awaitReady();
    site.start(site.worker("worker", 5).url(url)).awaitReady();
    Node submitter =
        site.start(
            site.submitter("submitter", jobs, Submitting.TRANSACTION)
                .submitsPerSecond(jobs / 4)
                .url(url));
    submitter.awaitReady();
    Site.sleep(Duration.ofSeconds(1));
    dying.kill();
    submitter.awaitSubmitted();
    BooksReport report = site.settle(Site.PATIENCE).mustBalance();
    assertThat(report.completed()).isEqualTo(jobs);
  }
}
