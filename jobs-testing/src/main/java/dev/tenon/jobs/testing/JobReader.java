package dev.tenon.jobs.testing;

import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.operate.ReadStore;
import dev.tenon.jobs.internal.values.Encryption;
import dev.tenon.jobs.internal.values.StoredValues;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads jobs for assertions: from a service, or over a connection of the test. */
final class JobReader {

  private final Function<JobQuery, Page<JobSummary>> list;
  private final TypedFind find;

  private JobReader(Function<JobQuery, Page<JobSummary>> list, TypedFind find) {
    this.list = list;
    this.find = find;
  }

  /** Finds a job with its payload and result. */
  private interface TypedFind {
    <P, R> Optional<TypedJob<P, R>> find(JobDefinition<P, R> definition, UUID jobId);
  }

  static JobReader of(JobService jobs) {
    return new JobReader(jobs::list, jobs::find);
  }

  static JobReader of(Connection connection, String schema) {
    ReadStore store = ReadStore.over(new SingleConnection(borrowed(connection)), schema);
    return new JobReader(
        query -> reading(() -> store.list(query), schema),
        new TypedFind() {
          @Override
          public <P, R> Optional<TypedJob<P, R>> find(JobDefinition<P, R> definition, UUID jobId) {
            // A connection has no keys
            return reading(() -> store.find(jobId), schema)
                .map(job -> StoredValues.typed(definition, job, Encryption.NONE));
          }
        });
  }

  private static <T> T reading(Supplier<T> read, String schema) {
    try {
      return read.get();
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "The jobs of the schema '%s' cannot be read over this connection. Pass a connection to Tenon's database, and name its schema if that is another one."
              .formatted(schema),
          e);
    }
  }

  /**
   * The connection for somebody who would switch auto-commit on, and close it: either would end the
   * transaction.
   */
  private static Connection borrowed(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            JobReader.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "close", "setAutoCommit" -> null;
                  case "getAutoCommit" -> true;
                  default -> invoke(connection, method, arguments);
                });
  }

  private static @Nullable Object invoke(
      Connection connection, Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(connection, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  /** The jobs of a type, the first one that was submitted first. */
  <P, R> List<TypedJob<P, R>> jobs(JobDefinition<P, R> definition) {
    List<TypedJob<P, R>> jobs = new ArrayList<>();
    for (JobSummary summary : all(JobQuery.all().withType(definition))) {
      find.find(definition, summary.id()).ifPresent(jobs::add);
    }
    return jobs;
  }

  /** The jobs that match a query, in the order of submission. */
  List<JobSummary> all(JobQuery query) {
    List<JobSummary> found = new ArrayList<>();
    Optional<Cursor> after = Optional.empty();
    do {
      JobQuery next = query.withLimit(JobQuery.MAX_LIMIT);
      Page<JobSummary> page = list.apply(after.isEmpty() ? next : next.withCursor(after.get()));
      found.addAll(page.items());
      after = page.next();
    } while (after.isPresent());
    Collections.reverse(found);
    return found;
  }
}
