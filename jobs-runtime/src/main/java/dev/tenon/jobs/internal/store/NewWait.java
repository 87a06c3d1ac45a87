package dev.tenon.jobs.internal.store;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A wait or a sleep that an attempt has come to.
 *
 * @param lease the lease of the attempt
 * @param name the name of the wait
 * @param key its key, which is also that of the signals that end it; empty for none
 * @param version the version of the job type in this code
 * @param number as in {@link NewStep}
 * @param signals the names of the signals that end it; empty for a sleep
 * @param timeout the maximum time to wait, from the first attempt that comes to it; null for no
 *     maximum
 */
public record NewWait(
    Lease lease,
    String name,
    String key,
    int version,
    int number,
    List<String> signals,
    @Nullable Duration timeout) {

  /** Makes the list immutable. */
  public NewWait {
    signals = List.copyOf(signals);
  }
}
