package dev.tenon.jobs.runtime;

import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import dev.tenon.jobs.internal.workflow.WorkflowStore;
import dev.tenon.jobs.workflow.WorkflowNotFoundException;
import java.util.function.Supplier;

/** Errors of stores as those who call the API see them, for workflows. */
final class WorkflowFailures {

  private WorkflowFailures() {}

  /**
   * Does something with a workflow.
   *
   * @param what what is done, for the message of an error
   * @throws WorkflowNotFoundException if there is no such workflow
   */
  static <T> T trying(String what, Supplier<T> action) {
    try {
      return action.get();
    } catch (WorkflowStore.NoSuchWorkflow e) {
      throw new WorkflowNotFoundException(e.id());
    } catch (StoreException e) {
      throw StoreFailures.ofWorkflow("Could not " + what, e);
    }
  }
}
