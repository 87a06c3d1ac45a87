package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.LookStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** What the workers of a process know together of jobs that only the table has. Thread-safe. */
public final class TableLooks {

  private final LookStore store;
  private final ClaimStore claims;
  private final BooleanSupplier hearsOfJobs;
  private final Map<Question, TableLook> looks = new ConcurrentHashMap<>();

  /** Workers with the same question share the answers. */
  private record Question(Map<String, Integer> types, boolean besideBroker) {}

  /**
   * For the workers of one process.
   *
   * @param database where the jobs are
   * @param hearsOfJobs whether the process hears at the moment when others have committed jobs that
   *     only the table has
   */
  public TableLooks(Database database, BooleanSupplier hearsOfJobs) {
    this.store = new LookStore(database);
    this.claims = new ClaimStore(database);
    this.hearsOfJobs = hearsOfJobs;
  }

  /** For workers of these types to which RabbitMQ brings pointers. */
  TableLook besideBroker(Map<String, Integer> types) {
    return looks.computeIfAbsent(
        new Question(Map.copyOf(types), true),
        unused -> new TableLook(() -> store.withoutPointers(types, BrokerFeed.OVERDUE_AFTER)));
  }

  /** For workers of these types that take all of their jobs from the table. */
  TableLook withoutBroker(Map<String, Integer> types) {
    return looks.computeIfAbsent(
        new Question(Map.copyOf(types), false), unused -> new TableLook(() -> store.all(types)));
  }

  /** For all of them: it remembers from when on the table has to be read. */
  ClaimStore claims() {
    return claims;
  }

  boolean hearsOfJobs() {
    return hearsOfJobs.getAsBoolean();
  }
}
