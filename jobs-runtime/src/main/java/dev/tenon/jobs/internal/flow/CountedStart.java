package dev.tenon.jobs.internal.flow;

import dev.tenon.jobs.definition.Rate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Starts that count for rates, as the database has them together.
 *
 * @param ofCosts true if their costs are counted, and not the jobs
 * @param seconds the length of the window of the rates that they count for
 * @param lastAt the time of the last of them
 * @param units their number, or their costs together
 */
public record CountedStart(boolean ofCosts, int seconds, Instant lastAt, long units) {

  /**
   * The time when a rate has room for a job; empty if it has it already. The rule is that of {@code
   * rate_openings} in the database, which users who may only read cannot call.
   *
   * @param cost the cost of the job
   * @param starts the starts, the last of them first
   * @param now the time by the database's clock
   */
  public static Optional<Instant> opening(
      Rate rate, long cost, List<CountedStart> starts, Instant now) {
    boolean ofCosts = rate.component().isPresent();
    long needed = ofCosts ? Math.min(Math.max(cost, 1), rate.amount()) : 1;
    long units = 0;
    for (CountedStart start : starts) {
      Instant end = start.lastAt().plus(rate.window());
      if (start.ofCosts() == ofCosts
          && start.seconds() == rate.window().toSeconds()
          && end.isAfter(now)) {
        units += start.units();
        if (units > rate.amount() - needed) {
          return Optional.of(end);
        }
      }
    }
    return Optional.empty();
  }
}
