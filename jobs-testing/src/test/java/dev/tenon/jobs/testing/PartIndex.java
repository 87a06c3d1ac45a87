package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Unique;
import org.jspecify.annotations.Nullable;

/**
 * A part whose entry in an index is written again.
 *
 * @param part which part; its jobs are one
 * @param text the text of the entry
 */
@JobType(
    value = "part.index",
    unique = @Unique(value = "part", onDuplicate = DuplicatePolicy.REPLACE_TIME),
    maxAttempts = 2,
    retryDelays = "10ms")
public record PartIndex(String part, String text) {

  /** Fails the first attempt at a text that says so. */
  @JobType("part.index")
  public static final class Handler implements JobHandler<PartIndex, Void> {
    @Override
    public @Nullable Void execute(PartIndex part, JobContext context) {
      context.log().info("Indexed");
      context.log().info("Done");
      boolean fails =
          part.text().equals("bad") || (part.text().equals("once") && context.attempt() == 1);
      if (fails) {
        throw new IllegalStateException("The index is away");
      }
      return null;
    }
  }
}
