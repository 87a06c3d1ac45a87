package dev.tenon.jobs.internal.submit;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.intercept.JobSubmission;
import dev.tenon.jobs.intercept.SubmitInterceptor;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The interceptors of submissions, in their order. Thread-safe. */
public final class SubmitInterceptors {

  /** No interceptors. */
  public static final SubmitInterceptors NONE = new SubmitInterceptors(List.of());

  private final List<SubmitInterceptor> interceptors;

  /** Creates interceptors that are called in this order. */
  public SubmitInterceptors(List<SubmitInterceptor> interceptors) {
    this.interceptors = List.copyOf(interceptors);
  }

  /** Returns true if there are none. */
  boolean isEmpty() {
    return interceptors.isEmpty();
  }

  /**
   * Returns the options that a job is submitted with.
   *
   * @param payload its payload; null if it is made later
   */
  SubmitOptions options(
      JobDefinition<?, ?> definition, @Nullable Object payload, SubmitOptions given) {
    SubmitOptions options = given;
    for (SubmitInterceptor interceptor : interceptors) {
      if (interceptor.appliesTo(definition)) {
        SubmitOptions changed =
            interceptor.intercept(
                new Submission(definition, Optional.ofNullable(payload), options));
        if (changed == null) {
          throw new NullPointerException(
              "The interceptor %s returned null for a job of type '%s'. Return submission.options() to change nothing."
                  .formatted(interceptor.getClass().getName(), definition.type()));
        }
        options = changed;
      }
    }
    return options;
  }

  private record Submission(
      JobDefinition<?, ?> definition, Optional<Object> payload, SubmitOptions options)
      implements JobSubmission {

    @Override
    public String toString() {
      return "JobSubmission[type=%s]".formatted(type());
    }
  }
}
