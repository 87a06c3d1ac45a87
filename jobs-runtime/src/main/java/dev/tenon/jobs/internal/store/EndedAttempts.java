package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.Tables;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The ends of attempts, in the form that the recording function of the database takes: one array
 * for each component, or a single value if all attempts share it, as in a batch of successes.
 */
final class EndedAttempts {

  private final List<AttemptEnd> ends;
  private final Map<String, @Nullable Object> values = new HashMap<>();

  private EndedAttempts(List<AttemptEnd> ends) {
    this.ends = ends;
  }

  /** The call of the function. */
  static HotStatement statement(Tables tables) {
    return HotStatement.call(
        tables,
        "end_attempts",
        "ids",
        "leases",
        "workers",
        "outcomes",
        "statuses",
        "results",
        "result_versions",
        "error_reasons",
        "error_classes",
        "error_messages",
        "stacks",
        "fingerprints",
        "delays_millis",
        "max_crashes");
  }

  /** Returns the arguments of the call. */
  static Map<String, @Nullable Object> values(List<AttemptEnd> ends) {
    EndedAttempts ended = new EndedAttempts(ends);
    ended.column("ids", UUID[]::new, end -> end.lease().jobId());
    ended.column("leases", Long[]::new, end -> end.lease().number());
    ended.column("workers", String[]::new, end -> end.lease().workerId());
    ended.columnOrValue(
        "outcomes", String[]::new, end -> Tables.OUTCOME.getConverter().to(end.outcome()));
    ended.columnOrValue("statuses", String[]::new, end -> end.status().code());
    ended.columnOrValue("results", String[]::new, EndedAttempts::result);
    ended.columnOrValue("result_versions", Integer[]::new, EndedAttempts::resultVersion);
    ended.columnOrValue(
        "error_reasons", String[]::new, end -> failure(end, failure -> failure.reason().code()));
    ended.columnOrValue(
        "error_classes", String[]::new, end -> failure(end, AttemptFailure::errorClass));
    ended.columnOrValue(
        "error_messages", String[]::new, end -> failure(end, AttemptFailure::message));
    ended.columnOrValue("stacks", String[]::new, end -> failure(end, AttemptFailure::stack));
    ended.columnOrValue(
        "fingerprints", String[]::new, end -> failure(end, AttemptFailure::fingerprint));
    ended.columnOrValue("delays_millis", Long[]::new, end -> end.delay().toMillis());
    ended.columnOrValue("max_crashes", Integer[]::new, EndedAttempts::maxCrashes);
    return ended.values;
  }

  private <V> void column(
      String name,
      IntFunction<@Nullable V[]> array,
      Function<AttemptEnd, ? extends @Nullable V> value) {
    values.put(name, all(array, value));
  }

  private <V> void columnOrValue(
      String name,
      IntFunction<@Nullable V[]> array,
      Function<AttemptEnd, ? extends @Nullable V> value) {
    @Nullable V[] all = all(array, value);
    boolean isSame = true;
    for (int i = 1; i < all.length && isSame; i++) {
      isSame = Objects.equals(all[i], all[0]);
    }
    values.put(name, isSame ? Arrays.copyOf(all, 1) : all);
  }

  private <V> @Nullable V[] all(
      IntFunction<@Nullable V[]> array, Function<AttemptEnd, ? extends @Nullable V> value) {
    @Nullable V[] all = array.apply(ends.size());
    for (int i = 0; i < all.length; i++) {
      all[i] = value.apply(ends.get(i));
    }
    return all;
  }

  private static @Nullable String result(AttemptEnd end) {
    return end instanceof AttemptEnd.Completed completed ? completed.result() : null;
  }

  private static @Nullable Integer resultVersion(AttemptEnd end) {
    return end instanceof AttemptEnd.Completed completed ? completed.resultVersion() : null;
  }

  private static <T> @Nullable T failure(
      AttemptEnd end, Function<AttemptFailure, @Nullable T> part) {
    AttemptFailure failure = end.failure();
    return failure == null ? null : part.apply(failure);
  }

  private static @Nullable Integer maxCrashes(AttemptEnd end) {
    return end instanceof AttemptEnd.Crashed crashed ? crashed.maxCrashes() : null;
  }
}
