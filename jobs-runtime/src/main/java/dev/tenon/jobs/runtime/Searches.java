package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import java.util.function.Supplier;

/** Runs reads that are cancelled after two seconds, and explains that. */
final class Searches {

  private static final String QUERY_CANCELED = "57014";

  private Searches() {}

  /**
   * Runs a read.
   *
   * @param whatFails the beginning of the message if the database cannot be reached or refuses it
   * @throws JobStoreException if it takes too long, or if the database cannot be reached or refuses
   *     it
   */
  static <T> T reading(String whatFails, Supplier<T> read) {
    try {
      return read.get();
    } catch (StoreException e) {
      if (QUERY_CANCELED.equals(e.sqlState())) {
        throw new JobStoreException(
            "The database has not answered within two seconds. Narrow the query: ask for a status, a type or a shorter time.",
            null,
            e);
      }
      throw StoreFailures.of(whatFails, null, e);
    }
  }
}
