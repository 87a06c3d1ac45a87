package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.store.StoreException;
import dev.tenon.jobs.store.StoreRefusedException;
import org.jspecify.annotations.Nullable;

/** Turns failures of the store into the exceptions that users of the job service see. */
final class StoreFailures {

  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String SERIALIZATION_FAILURE = "40001";

  private StoreFailures() {}

  /** The public exception for what the store has thrown. */
  static JobsException of(String whatFailed, @Nullable String jobType, StoreException e) {
    if (e instanceof StoreRefusedException refused) {
      return new JobStoreRefusedException(whatFailed + wayOut(refused), jobType, e.sqlState(), e);
    }
    if (LOCK_NOT_AVAILABLE.equals(e.sqlState())) {
      return new JobStoreException(
          whatFailed
              + ": another transaction holds the job's row. Try again; if that does not help, look for"
              + " a transaction that is open for long.",
          jobType,
          e);
    }
    if (SERIALIZATION_FAILURE.equals(e.sqlState())) {
      return new JobStoreException(
          whatFailed
              + ": other transactions changed the same jobs at the same time. Try again, in a new"
              + " transaction.",
          jobType,
          e);
    }
    return new JobStoreException(
        whatFailed
            + ": the database cannot be reached, or cannot do it at the moment"
            + (e.sqlState() == null ? "" : " (SQL state " + e.sqlState() + ")")
            + ". Try again; the cause says more.",
        jobType,
        e);
  }

  private static String wayOut(StoreRefusedException e) {
    return e.isAboutValues()
        ? ": PostgreSQL refuses a value (SQL state %s). Another try would be refused too; the cause says which value."
            .formatted(e.sqlState())
        : ": PostgreSQL refuses the statement (SQL state %s). Check the rights of the database user and the version of the schema; the cause says more."
            .formatted(e.sqlState());
  }
}
