package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Ordered;
import dev.tenon.jobs.annotation.RetryOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event whose line does this while it is retried: PASS. */
@JobType(
    value = "test.lined.pass",
    maxAttempts = 2,
    retryDelays = "1m",
    jitter = 0,
    ordered = @Ordered(by = "key", retries = RetryOrder.PASS))
public record PartEvent(String key, int number, boolean fails) {

  /** Notes what it runs. */
  @JobType("test.lined.pass")
  public static final class Handler implements JobHandler<PartEvent, Void> {

    private final List<String> ran;

    Handler(List<String> ran) {
      this.ran = ran;
    }

    @Override
    public @Nullable Void execute(PartEvent event, JobContext context) {
      ran.add(event.key() + event.number());
      if (event.fails() && context.attempt() == 1) {
        throw new IllegalStateException("once more");
      }
      return null;
    }
  }
}
