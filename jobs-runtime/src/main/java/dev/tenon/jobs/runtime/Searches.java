package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.internal.sql.StoreException;
import java.util.function.Supplier;

/** Reads that are given up after two seconds, and what is said then. */
final class Searches {

  private static final String QUERY_CANCELED = "57014";

  private Searches() {}

  /**
   * Reads.
   *
   * @param whatFails what to say first if the database cannot be reached or refuses it
   * @throws JobStoreException if it takes too long, or as above
   */
  static <T> T reading(String whatFails, Supplier<T> read) {
    try {
      return read.get();
    } catch (StoreException e) {
      if (QUERY_CANCELED.equals(e.sqlState())) {
        throw new JobStoreException(
            "The database has not found the answer within two seconds. Ask for less: a status, a type or a shorter time.",
            null,
            e);
      }
      throw StoreFailures.of(whatFails, null, e);
    }
  }
}
