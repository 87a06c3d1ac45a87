package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobEvent;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogLevel;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.internal.operate.EventPosition;
import dev.tenon.jobs.internal.operate.StoredLogEntry;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.store.AwaitStore.Snapshot;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Flow;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What one subscriber gets of one job, without a database. */
class JobStreamTest {

  private static final UUID JOB = UUID.randomUUID();

  private final List<Long> lines = new ArrayList<>();
  private final List<Integer> percents = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private int looks;
  private Runnable beforeLines = () -> {};

  /** Counts what it gets, and requests nothing. */
  private final class Counting implements Flow.Subscriber<JobEvent> {

    @Override
    public void onSubscribe(Flow.Subscription subscription) {}

    @Override
    public void onNext(JobEvent event) {
      if (event instanceof JobEvent.Logged logged) {
        lines.add(logged.entry().position());
      } else if (event instanceof JobEvent.Progressed progressed) {
        percents.add(progressed.percent());
      }
    }

    @Override
    public void onError(Throwable failure) {
      failures.add(failure);
    }

    @Override
    public void onComplete() {}
  }

  private final class Log implements JobStream.Owner {

    @Override
    public Page<JobLogEntry> lines(UUID jobId, long after, int max) {
      beforeLines.run();
      return Page.last(LongStream.rangeClosed(after + 1, 4).mapToObj(JobStreamTest::line).toList());
    }

    @Override
    public void lookSoon(UUID jobId) {
      looks++;
    }

    @Override
    public void ended(JobStream stream) {}
  }

  private static JobLogEntry line(long position) {
    return new StoredLogEntry(
        JOB,
        1,
        Instant.EPOCH,
        position,
        new StoredLogEntry.Line(JobLogLevel.INFO, "line " + position, Optional.empty()));
  }

  private static Snapshot running(int percent, long lastLine) {
    return new Snapshot(JOB, JobStatus.RUNNING, 1, percent, Optional.empty(), lastLine);
  }

  private static void pass(JobStream stream, Snapshot look) {
    assertThat(stream.offer(look)).isTrue();
    stream.advance();
  }

  private JobStream stream() {
    JobStream stream = newStream();
    stream.begin();
    return stream;
  }

  private JobStream newStream() {
    return new JobStream(
        JOB, new EventPosition(0, JobStatus.RUNNING, 1, 0, 0), new Counting(), new Log());
  }

  /** Another thread may look at the job as soon as the subscriber has requested something. */
  @Test
  void nothingIsPassedOnBeforeTheSubscriberHasItsSubscription() {
    JobStream stream = newStream();
    stream.request(10);
    pass(stream, running(50, 4));
    assertThat(lines).isEmpty();
    looks = 0;
    stream.begin();
    assertThat(lines).as("what the thread of the subscriber passes on").isEmpty();
    assertThat(looks).as("looks that others make").isOne();
    pass(stream, running(50, 4));
    assertThat(lines).containsExactly(1L, 2L, 3L, 4L);
    assertThat(percents).containsExactly(50);

    JobStream refused = newStream();
    refused.request(0);
    assertThat(failures).isEmpty();
    refused.begin();
    assertThat(failures).hasSize(1);
  }

  @Test
  void whatIsPastTheDemandComesWithTheNextOne() {
    JobStream stream = stream();
    stream.request(2);
    pass(stream, running(50, 4));
    assertThat(lines).containsExactly(1L, 2L);

    stream.request(1);
    pass(stream, running(50, 4));
    stream.request(10);
    pass(stream, running(50, 4));
    assertThat(lines).containsExactly(1L, 2L, 3L, 4L);
    assertThat(percents).containsExactly(50);
  }

  @Test
  void onlyTheNewestLookIsPassedOn() {
    JobStream stream = stream();
    stream.request(10);
    assertThat(stream.offer(running(10, 0))).isTrue();
    assertThat(stream.offer(running(20, 0))).as("the first one was not taken yet").isFalse();
    stream.advance();
    stream.advance();
    assertThat(percents).containsExactly(20);
  }

  @Test
  void anOutageOfTheDatabaseEndsNoStream() {
    JobStream stream = stream();
    stream.request(10);
    int before = looks;
    beforeLines =
        () -> {
          throw new StoreUnavailableException("away", "57P01", new SQLException("away"));
        };
    pass(stream, running(50, 4));
    assertThat(failures).isEmpty();
    assertThat(looks).isGreaterThan(before);

    beforeLines = () -> {};
    pass(stream, running(50, 4));
    assertThat(lines).containsExactly(1L, 2L, 3L, 4L);
  }
}
