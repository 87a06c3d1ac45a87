package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import java.util.EnumSet;
import java.util.Set;

/** The shape of a query, which decides the index that {@link JobPages} begins with. */
final class QueryShape {

  /**
   * The maximum number of types whose jobs are merged in the order of their ids. For more types,
   * all jobs are read.
   */
  private static final int MAX_MERGED_TYPES = 200;

  private static final Set<JobStatus> FAILED = EnumSet.of(JobStatus.FAILED, JobStatus.CANCELLED);

  private QueryShape() {}

  /**
   * Returns true if there is an index in the order of the ids for each type, instead of one for
   * all.
   */
  static boolean isMerged(JobQuery query) {
    return query.types().size() > 1
        && query.itemId().isEmpty()
        && query.submittedBy().isEmpty()
        && query.limitKey().isEmpty()
        && query.workflowId().isEmpty()
        && !isByHeader(query);
  }

  /**
   * Returns true if the search begins with the jobs that have a header. An item or a workflow has
   * fewer jobs, as a rule.
   */
  static boolean isByHeader(JobQuery query) {
    return !query.headers().isEmpty() && query.itemId().isEmpty() && query.workflowId().isEmpty();
  }

  /** Returns true if the jobs are among those that workers have claimed. */
  static boolean isAmongRunning(JobQuery query) {
    return query.status().filter(JobStatus.RUNNING::equals).isPresent()
        && query.ids().isEmpty()
        && query.workflowId().isEmpty();
  }

  static boolean isOfFailed(JobQuery query) {
    return query.status().filter(FAILED::contains).isPresent();
  }

  /**
   * Returns true if jobs are searched for by what was submitted. Other queries have their own small
   * indexes: by id, of failed jobs, of claimed jobs, and by limit key of waiting jobs.
   */
  static boolean isSearched(JobQuery query) {
    if (!query.ids().isEmpty() || isAmongRunning(query)) {
      return false;
    }
    if (query.itemId().isPresent() || query.workflowId().isPresent()) {
      return true;
    }
    boolean isOfFew =
        query.limitKey().isPresent()
            ? query.status().filter(status -> !status.isTerminal()).isPresent()
            : isOfFailed(query);
    return !isOfFew
        && (query.submittedBy().isPresent()
            || !query.headers().isEmpty()
            || query.limitKey().isPresent()
            || (query.fingerprint().isEmpty()
                && !query.types().isEmpty()
                && query.types().stream().distinct().count() <= MAX_MERGED_TYPES));
  }

  /**
   * Returns true if a query has conditions on submitted values that the state does not repeat,
   * apart from the type and the workflow.
   */
  static boolean needsSubmit(JobQuery query) {
    return query.itemId().isPresent()
        || query.limitKey().isPresent()
        || query.submittedBy().isPresent()
        || !query.headers().isEmpty()
        || query.submittedAfter().isPresent()
        || query.submittedBefore().isPresent();
  }

  /** Returns true if a query only has conditions on submitted values. */
  static boolean asksForNothingElse(JobQuery query) {
    boolean isOfOne =
        !query.types().isEmpty() || query.itemId().isPresent() || query.submittedBy().isPresent();
    return isOfOne
        && query.ids().isEmpty()
        && query.status().isEmpty()
        && query.workflowId().isEmpty()
        && query.limitKey().isEmpty()
        && query.headers().isEmpty()
        && query.submittedAfter().isEmpty()
        && query.submittedBefore().isEmpty()
        && query.fingerprint().isEmpty()
        && query.errorText().isEmpty();
  }
}
