package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.JobsException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Turns failures of the store into the exceptions that users of the job service see. */
public final class StoreFailures {

  private static final String SERIALIZATION_FAILURE = "40001";

  private static final int MAX_CAUSES = 10;

  private StoreFailures() {}

  /** The public exception for a failure of the store. */
  public static JobsException of(String whatFailed, @Nullable String jobType, StoreException e) {
    return of(whatFailed, jobType, "the job's row, or that of its workflow", e);
  }

  /** The public exception for a failure of the store while a workflow was being changed. */
  public static JobsException ofWorkflow(String whatFailed, StoreException e) {
    return of(whatFailed, null, "the workflow, or a job or a workflow that belongs to it", e);
  }

  private static JobsException of(
      String whatFailed, @Nullable String jobType, String held, StoreException e) {
    if (e instanceof StoreRefusedException refused) {
      return new JobStoreRefusedException(whatFailed + wayOut(refused), jobType, e.sqlState(), e);
    }
    if (e instanceof StoreUnavailableException unavailable && unavailable.isHeldByOthers()) {
      return new JobStoreException(
          whatFailed
              + ": another transaction holds "
              + held
              + ". Try again; if that does not help, look for a long-running transaction.",
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
    if (isPoolClosed(e)) {
      return new JobStoreException(
          whatFailed
              + ": the runtime or its connection pool has been closed. Close them when nothing submits or reads jobs any longer.",
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

  /**
   * Returns true if the pool has been closed. It has no SQL state for that, so this looks at the
   * message.
   */
  private static boolean isPoolClosed(StoreException e) {
    Throwable cause = e;
    for (int i = 0; i < MAX_CAUSES && cause.getCause() != null; i++) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return cause instanceof SQLException
        && message != null
        && message.startsWith("HikariDataSource ")
        && message.endsWith(" has been closed.");
  }

  private static String wayOut(StoreRefusedException e) {
    return e.isAboutValues()
        ? ": PostgreSQL refuses a value (SQL state %s). Another try would be refused too; the cause says which value."
            .formatted(e.sqlState())
        : ": PostgreSQL refuses the statement (SQL state %s). Check the rights of the database user and the version of the schema; the cause says more."
            .formatted(e.sqlState());
  }
}
