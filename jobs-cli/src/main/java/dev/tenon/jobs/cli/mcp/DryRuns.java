package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.JobQuery;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The dry runs of changes to many jobs. Each has a token, which one change may use within a few
 * minutes, and only for the same action, filter and number of jobs. Thread-safe.
 */
final class DryRuns {

  /** The time that a token is valid. */
  static final Duration VALIDITY = Duration.ofMinutes(5);

  /** The most dry runs that wait to be used; the oldest are dropped. */
  private static final int MAX_WAITING = 100;

  private static final int TOKEN_BYTES = 18;

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, DryRun> waiting = new LinkedHashMap<>();

  DryRuns(Clock clock) {
    this.clock = clock;
  }

  /**
   * A dry run.
   *
   * @param user the name of whoever made it
   * @param action what would be done
   * @param filter the arguments that say which jobs
   * @param query the query; ages in the filter count from the dry run
   * @param count the number of jobs
   * @param validUntil the end of its validity
   */
  record DryRun(
      String user,
      BulkAction action,
      Map<String, Object> filter,
      JobQuery query,
      long count,
      Instant validUntil) {}

  /** Keeps a dry run, and returns its token. */
  synchronized String add(
      String user, BulkAction action, Map<String, Object> filter, JobQuery query, long count) {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Instant now = clock.instant();
    waiting.values().removeIf(run -> !now.isBefore(run.validUntil()));
    while (waiting.size() >= MAX_WAITING) {
      waiting.remove(waiting.keySet().iterator().next());
    }
    waiting.put(
        token, new DryRun(user, action, Map.copyOf(filter), query, count, now.plus(VALIDITY)));
    return token;
  }

  /**
   * Takes the dry run of a token, which cannot be used again.
   *
   * @throws Refusal if there is none for such a change; the message says what differs
   */
  synchronized DryRun use(
      String token, String user, BulkAction action, Map<String, Object> filter, long count) {
    DryRun run = waiting.get(token);
    if (run == null || !run.user().equals(user)) {
      throw new Refusal(
          "'token' is '%s'; no dry run has it. It may have been used already. Call preview_bulk, and use its token."
              .formatted(InertText.of(token, 40)));
    }
    if (!clock.instant().isBefore(run.validUntil())) {
      waiting.remove(token);
      throw new Refusal(
          "'token' expired at %s. Call preview_bulk again, and look at the number of jobs."
              .formatted(run.validUntil()));
    }
    if (run.action() != action) {
      throw differs("action", run.action().code(), action.code());
    }
    TreeSet<String> names = new TreeSet<>(run.filter().keySet());
    names.addAll(filter.keySet());
    for (String name : names) {
      if (!Objects.equals(run.filter().get(name), filter.get(name))) {
        throw differs(name, run.filter().get(name), filter.get(name));
      }
    }
    if (run.count() != count) {
      throw differs("count", run.count(), count);
    }
    waiting.remove(token);
    return run;
  }

  private static Refusal differs(String name, @Nullable Object before, @Nullable Object now) {
    return new Refusal(
        "'%s' is %s, but the dry run of this token had %s. Nothing was changed. Repeat the arguments of the dry run, or call preview_bulk again."
            .formatted(name, shown(now), shown(before)));
  }

  private static String shown(@Nullable Object value) {
    return value == null ? "not given" : "'" + InertText.of(value.toString(), 100) + "'";
  }
}
