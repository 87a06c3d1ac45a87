package dev.tenon.jobs.internal.signal;

import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.LookStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** What the workers of a process know together of jobs that only the table has. Thread-safe. */
public final class SharedLooks {

  /** A message that should have been published so long ago is not waited for. */
  public static final Duration OVERDUE_AFTER = Duration.ofSeconds(5);

  private final LookStore store;
  private final ClaimStore claims;
  private final BooleanSupplier hearsOfJobs;
  private final Map<Question, SharedLook> looks = new ConcurrentHashMap<>();

  /** Workers with the same question share the answers. */
  private record Question(Map<String, Integer> types, boolean besideBroker) {}

  /**
   * For the workers of one process.
   *
   * @param database where the jobs are
   * @param hearsOfJobs whether the process hears at the moment when others have committed jobs that
   *     only the table has
   */
  public SharedLooks(Database database, BooleanSupplier hearsOfJobs) {
    this.claims = new ClaimStore(database);
    this.store = new LookStore(database, claims);
    this.hearsOfJobs = hearsOfJobs;
  }

  /**
   * What the table has for workers.
   *
   * @param types what they know, each type up to a version
   * @param besideBroker whether RabbitMQ brings their jobs, so that only those are looked for that
   *     it does not bring
   */
  public SharedLook of(Map<String, Integer> types, boolean besideBroker) {
    Map<String, Integer> known = Map.copyOf(types);
    return looks.computeIfAbsent(
        new Question(known, besideBroker),
        unused ->
            new SharedLook(
                () -> besideBroker ? store.withoutPointers(known, OVERDUE_AFTER) : store.all(known),
                System::nanoTime));
  }

  /** For all of them: it remembers from when on the table has to be read. */
  public ClaimStore claims() {
    return claims;
  }

  /** Whether the process hears at the moment when others have committed such jobs. */
  public boolean hearsOfJobs() {
    return hearsOfJobs.getAsBoolean();
  }
}
