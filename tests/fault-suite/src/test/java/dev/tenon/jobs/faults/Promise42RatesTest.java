package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.FaultJobs.Work;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Promise 42: in no window do more jobs start, or costlier ones, than the rates of a type say. */
@Tag("thorough")
class Promise42RatesTest {

  private static final int JOBS = 120;

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

  /**
   * An attempt that was started.
   *
   * @param seconds when, since the first one
   * @param cost the cost of its job
   * @param key the key of its job
   */
  private record Start(double seconds, long cost, String key) {

    static Start of(String row) {
      String[] parts = row.split(" ", 3);
      return new Start(Double.parseDouble(parts[0]), Long.parseLong(parts[1]), parts[2]);
    }
  }

  @SharesServers
  @Test
  void aWorkerThatIsKilledLetsNoWindowHaveMore() {
    Node first = site.start(site.worker("first", 5).types(FaultJobs.RATED)).awaitReady();
    site.start(site.worker("second", 5).types(FaultJobs.RATED)).awaitReady();
    submit();
    await().atMost(Site.PATIENCE).until(() -> site.count(JobStatus.COMPLETED) >= JOBS / 4);
    first.kill();
    BooksReport books = site.settle(Site.PATIENCE).mustBalance();
    assertThat(books.completed()).isEqualTo(JOBS);
    windowsHold();
  }

  @SharesServers
  @Test
  void aRateThatNobodyKeepsIsCaught() {
    site.breakFunction("rate_rooms", "r.amount - coalesce", "2 * r.amount - coalesce");
    submit();
    site.start(site.worker("hasty", 10).types(FaultJobs.RATED));
    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(JOBS);
    assertThatThrownBy(this::windowsHold).isInstanceOf(AssertionError.class);
  }

  private void submit() {
    for (int i = 0; i < JOBS; i++) {
      Work work = new Work(Action.WORK, 1 + i % 5, i % 3 == 0 ? "a" : "b");
      site.submit(FaultJobs.RATED, work, SubmitOptions.defaults());
    }
  }

  private void windowsHold() {
    List<Start> starts =
        site
            .values(
                "SELECT extract(epoch FROM a.started_at - min(a.started_at) OVER ()) || ' '"
                    + " || (j.payload ->> 'millis') || ' ' || j.limit_key"
                    + " FROM tenon.job_attempts a JOIN tenon.jobs j ON j.id = a.job_id"
                    + " ORDER BY a.started_at")
            .stream()
            .map(Start::of)
            .toList();
    assertThat(starts).hasSizeGreaterThanOrEqualTo(JOBS);
    hold(FaultJobs.RATED.limits().rates(), starts);
    for (String key : List.of("a", "b")) {
      hold(
          FaultJobs.RATED.limits().ratesPerKey(),
          starts.stream().filter(start -> start.key().equals(key)).toList());
    }
  }

  private static void hold(List<Rate> rates, List<Start> starts) {
    for (Rate rate : rates) {
      ToLongFunction<Start> units = rate.component().isPresent() ? Start::cost : start -> 1;
      for (Start last : starts) {
        double begin = last.seconds() - rate.window().toSeconds();
        assertThat(
                starts.stream()
                    .filter(start -> start.seconds() > begin && start.seconds() <= last.seconds())
                    .mapToLong(units)
                    .sum())
            .as("what started in the window of %s that ends after %f s", rate, last.seconds())
            .isLessThanOrEqualTo(rate.amount());
      }
    }
  }
}
