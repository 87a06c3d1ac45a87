package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.internal.values.StoredHeaders;
import dev.tenon.jobs.internal.values.StoredText;
import java.lang.reflect.Array;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of the functions that record and change jobs as they were submitted: for each, an
 * array with the values of the jobs.
 */
final class NewJobArrays {

  /**
   * A parameter.
   *
   * @param type the type of the elements
   * @param isShared whether a single element stands for all jobs if their values are equal
   */
  private record Parameter(
      Class<?> type, boolean isShared, Function<NewJob, @Nullable Object> value) {}

  private static final Map<String, Parameter> PARAMETERS = new LinkedHashMap<>();

  static {
    each("ids", UUID.class, NewJob::id);
    each("payloads", String.class, NewJob::payload);
    each("payload_bytes", Integer.class, job -> StoredText.utf8Length(job.payload()));
    shared("types", String.class, NewJob::type);
    shared("versions", Integer.class, NewJob::version);
    shared("routing_keys", String.class, NewJob::routingKey);
    shared("priorities", Short.class, job -> (short) job.priority().level());
    shared("have_own_priority", Boolean.class, NewJob::hasOwnPriority);
    shared("max_attempts", Integer.class, NewJob::maxAttempts);
    shared("item_ids", String.class, NewJob::itemId);
    shared("submitted_by", String.class, NewJob::submittedBy);
    shared("retention_seconds", Long.class, job -> job.retention().toSeconds());
    shared("failed_retention_seconds", Long.class, NewJobArrays::failedRetention);
    shared("delays_millis", Long.class, job -> millis(job.delay()));
    shared("run_ats", Instant.class, NewJob::runAt);
    shared("external_policies", String.class, NewJob::externalPolicy);
    shared("limit_keys", String.class, NewJob::limitKey);
    shared("order_keys", String.class, NewJob::orderKey);
    shared("backlog_keys", String.class, NewJob::backlogKey);
    shared("costs", Long.class, NewJob::cost);
    shared("workflow_ids", UUID.class, NewJob::workflowId);
    shared("wait", Boolean.class, NewJob::waitsForOthers);
    shared("trace_contexts", String.class, NewJob::traceContext);
    shared("headers", String.class, job -> StoredHeaders.write(job.headers()));
    shared("start_within_millis", Long.class, NewJob::startWithinMillis);
    shared("start_befores", Instant.class, NewJob::startBefore);
    shared("unique_keys", String.class, job -> of(job.unique(), NewJob.UniqueKey::key));
    shared("unique_scopes", String.class, NewJobArrays::scope);
    shared("unique_millis", Long.class, job -> of(job.unique(), key -> millis(key.period())));
  }

  private NewJobArrays() {}

  private static void each(String name, Class<?> type, Function<NewJob, @Nullable Object> value) {
    PARAMETERS.put(name, new Parameter(type, false, value));
  }

  private static void shared(String name, Class<?> type, Function<NewJob, @Nullable Object> value) {
    PARAMETERS.put(name, new Parameter(type, true, value));
  }

  private static @Nullable Long failedRetention(NewJob job) {
    return job.failedRetention().equals(job.retention()) ? null : job.failedRetention().toSeconds();
  }

  private static @Nullable String scope(NewJob job) {
    UniqueScope scope = of(job.unique(), NewJob.UniqueKey::scope);
    return scope == null ? null : scope.code();
  }

  private static <T> @Nullable T of(
      NewJob.@Nullable UniqueKey unique, Function<NewJob.UniqueKey, @Nullable T> value) {
    return unique == null ? null : value.apply(unique);
  }

  private static @Nullable Long millis(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis();
  }

  /** Returns the names of all parameters, in the order of {@code insert_jobs}. */
  static List<String> names() {
    return List.copyOf(PARAMETERS.keySet());
  }

  /** Returns the values of a parameter: one element for each job. */
  static @Nullable Object[] ofEach(String name, List<NewJob> jobs) {
    Parameter parameter = Objects.requireNonNull(PARAMETERS.get(name), name);
    return array(parameter, jobs, jobs.size());
  }

  /**
   * Returns the values of a parameter: one element for each job, or a single one if it stands for
   * all of them.
   */
  static @Nullable Object[] shared(String name, List<NewJob> jobs) {
    Parameter parameter = Objects.requireNonNull(PARAMETERS.get(name), name);
    boolean isSingle = parameter.isShared() && allAreEqual(parameter, jobs);
    return array(parameter, jobs, isSingle ? 1 : jobs.size());
  }

  private static @Nullable Object[] array(Parameter parameter, List<NewJob> jobs, int size) {
    @Nullable Object[] values = (@Nullable Object[]) Array.newInstance(parameter.type(), size);
    for (int i = 0; i < size; i++) {
      values[i] = parameter.value().apply(jobs.get(i));
    }
    return values;
  }

  private static boolean allAreEqual(Parameter parameter, List<NewJob> jobs) {
    Object first = parameter.value().apply(jobs.get(0));
    for (int i = 1; i < jobs.size(); i++) {
      if (!Objects.equals(parameter.value().apply(jobs.get(i)), first)) {
        return false;
      }
    }
    return true;
  }
}
