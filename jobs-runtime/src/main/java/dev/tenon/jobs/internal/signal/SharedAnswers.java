package dev.tenon.jobs.internal.signal;

import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.PollStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** The shared knowledge of a process's workers about jobs that only the table has. Thread-safe. */
public final class SharedAnswers {

  /** The maximum wait for a message that should have been published. */
  public static final Duration OVERDUE_AFTER = Duration.ofSeconds(5);

  private final PollStore store;
  private final ClaimStore claims;
  private final BooleanSupplier isNotifiedOfJobs;
  private final Map<Question, SharedAnswer> looks = new ConcurrentHashMap<>();

  /** The key of a query; workers with the same one share the answers. */
  private record Question(Map<String, Integer> types, boolean withBroker) {}

  /**
   * Creates the looks of the workers of one process.
   *
   * @param database the database of the jobs
   * @param isNotifiedOfJobs whether the process is notified at the moment when others have
   *     committed jobs that only the table has
   */
  public SharedAnswers(Database database, BooleanSupplier isNotifiedOfJobs) {
    this.claims = new ClaimStore(database);
    this.store = new PollStore(database, claims);
    this.isNotifiedOfJobs = isNotifiedOfJobs;
  }

  /**
   * Returns the look for workers of some types.
   *
   * @param types the types that they know, each up to a version
   * @param withBroker whether RabbitMQ brings their jobs, so that only the others are looked for
   */
  public SharedAnswer of(Map<String, Integer> types, boolean withBroker) {
    Map<String, Integer> known = Map.copyOf(types);
    return looks.computeIfAbsent(
        new Question(known, withBroker),
        unused ->
            new SharedAnswer(
                () -> withBroker ? store.withoutPointers(known, OVERDUE_AFTER) : store.all(known),
                System::nanoTime));
  }

  /**
   * Returns the store for all of them, which remembers where the next read of the table has to
   * start.
   */
  public ClaimStore claims() {
    return claims;
  }

  /** Returns whether the process is notified at the moment when others have committed such jobs. */
  public boolean isNotifiedOfJobs() {
    return isNotifiedOfJobs.getAsBoolean();
  }
}
