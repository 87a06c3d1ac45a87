package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

/** A job that returns its text. */
@JobType(
    value = "test.echo",
    result = Echo.class,
    maxAttempts = 1,
    retryDelays = {})
record Echo(String text) {

  @JobType("test.echo")
  static final class Handler implements JobHandler<Echo, Echo> {
    @Override
    public Echo execute(Echo payload, JobContext context) {
      if (payload.text().isEmpty()) {
        throw new IllegalStateException("Nothing to say.");
      }
      return payload;
    }
  }
}
