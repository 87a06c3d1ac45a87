package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ends of random jobs, which this process awaits while others run them. */
final class AwaitedEnds {

  private static final Logger LOG = LoggerFactory.getLogger(AwaitedEnds.class);

  private static final String RANDOM_JOBS =
      "SELECT id FROM tenon.live_jobs ORDER BY random() LIMIT 10";

  private final Site site;

  /** Not the jobs themselves: the payloads of thousands would be most of this process's heap. */
  private final Map<UUID, CompletableFuture<JobStatus>> ends = new HashMap<>();

  AwaitedEnds(Site site) {
    this.site = site;
  }

  /** Waits until there are jobs, and awaits the ends of some, before anything breaks. */
  void awaitFirst() {
    await()
        .atMost(Site.PATIENCE)
        .until(
            () -> {
              awaitMore();
              return !ends.isEmpty();
            });
  }

  /** Awaits the ends of some jobs that have not ended, if the database can say which. */
  void awaitMore() {
    List<String> ids;
    try {
      ids = site.values(RANDOM_JOBS);
    } catch (IllegalStateException e) {
      LOG.info("The database did not name any jobs: {}", e.getMessage());
      return;
    }
    for (String id : ids) {
      UUID job = UUID.fromString(id);
      ends.computeIfAbsent(
          job, each -> site.jobs().ended(each).thenApply(Job::status).toCompletableFuture());
    }
  }

  /** Checks, once every job has ended, that whoever awaited one has learned how. */
  void mustBeKnown() throws InterruptedException {
    assertThat(ends).isNotEmpty();
    for (Map.Entry<UUID, CompletableFuture<JobStatus>> end : ends.entrySet()) {
      try {
        JobStatus known = end.getValue().get(Site.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(known).isEqualTo(site.jobs().get(end.getKey()).status());
      } catch (ExecutionException | TimeoutException e) {
        throw new AssertionError("Nobody has learned of the end of job " + end.getKey(), e);
      }
    }
  }
}
