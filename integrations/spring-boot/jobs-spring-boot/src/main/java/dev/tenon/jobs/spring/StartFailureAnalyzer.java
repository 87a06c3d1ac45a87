package dev.tenon.jobs.spring;

import dev.tenon.jobs.JobsException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows why Tenon did not start, and the fix, instead of a stack trace. */
final class StartFailureAnalyzer extends AbstractFailureAnalyzer<RuntimeException> {

  @Override
  protected @Nullable FailureAnalysis analyze(Throwable rootFailure, RuntimeException cause) {
    for (Throwable failure = rootFailure; failure != null; failure = failure.getCause()) {
      if (failure instanceof MissingBeanException missing) {
        return new FailureAnalysis(missing.getMessage(), missing.action(), missing);
      }
      if (failure instanceof JobsException jobs) {
        return new FailureAnalysis(jobs.getMessage(), null, jobs);
      }
    }
    return null;
  }
}
