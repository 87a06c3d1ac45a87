package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.RetryJobException;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A parcel whose handler does what the address says.
 *
 * @param address where it goes
 * @param outages how many attempts find nobody
 */
@JobType(
    value = "parcel.send",
    result = ParcelSend.Receipt.class,
    timeout = "5m",
    maxAttempts = 4,
    retryDelays = {"30s", "1m", "10m"},
    noRetryOn = IllegalArgumentException.class)
public record ParcelSend(@NotBlank String address, int outages) {

  /**
   * What comes of it.
   *
   * @param number the number of the parcel
   */
  public record Receipt(@Positive int number) {}

  /** Sends parcels. */
  @JobType("parcel.send")
  public static final class Handler implements JobHandler<ParcelSend, Receipt> {
    @Override
    public @Nullable Receipt execute(ParcelSend parcel, JobContext context) throws Exception {
      context.log().info("To " + parcel.address(), Map.of("attempt", context.attempt()));
      context.progress(50, "On its way");
      context.checkCancelled();
      if (context.attempt() <= parcel.outages()) {
        throw new IOException("Nobody is there");
      }
      return switch (parcel.address()) {
        case "nowhere" -> throw new PermanentJobException("There is no such place");
        case "unclear" -> throw new IllegalArgumentException("Which one?");
        case "tomorrow" -> throw context.snooze(Duration.ofDays(1));
        case "soon" -> throw new RetryJobException("Not yet", Duration.ofSeconds(7), null);
        case "lost" -> null;
        case "uncounted" -> new Receipt(-1);
        default -> new Receipt(17);
      };
    }
  }
}
