package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.operate.JobOperation;
import dev.tenon.jobs.runtime.WorkflowModel.Node;
import java.util.List;
import java.util.UUID;

/**
 * Does what users do to jobs and workflows, in the tables and in the model, and compares the
 * answers. Not thread-safe.
 */
final class ModelledControls {

  private final ModelledWorkflows workflows;
  private final WorkflowModel model;
  private final JobService jobs;

  ModelledControls(ModelledWorkflows workflows) {
    this.workflows = workflows;
    this.model = workflows.model;
    this.jobs = workflows.database.jobs();
  }

  void cancel(Node job) {
    JobService.CancelResult result = jobs.cancel(job.id(), Actor.of("ann"));
    assertThat(result != JobService.CancelResult.ALREADY_ENDED).isEqualTo(model.cancel(job));
    model.settle();
  }

  void retry(Node job) {
    if (model.retry(job)) {
      jobs.retry(job.id(), Actor.of("ann"));
      model.settle();
    } else {
      assertThatThrownBy(() -> jobs.retry(job.id(), Actor.of("ann")))
          .isInstanceOf(JobStateException.class);
    }
  }

  void retryFlow(Node flow) {
    int retried = jobs.workflows().retry(flow.id(), Actor.of("ann"));
    assertThat(retried).as("retried of %s", flow).isEqualTo(model.retryFlow(flow));
  }

  void retryInBulk(Node flow) {
    JobOperation done =
        jobs.bulk()
            .retry(JobQuery.all().withWorkflowId(flow.id()), Actor.of("ann", "it is repaired"));
    assertThat(done.counts().changed())
        .as("retried in bulk of %s", flow)
        .isEqualTo(model.retryInBulk(flow));
  }

  void runAgain(Node task) {
    UUID flow = task.flow < 0 ? task.id() : model.flowOf(task).id();
    WorkflowModel then = model.copy();
    int expected = then.runAgain(then.nodes.get(task.index));
    if (expected < 0) {
      assertThatThrownBy(() -> jobs.workflows().runAgainFrom(flow, task.id(), Actor.of("ann")))
          .isInstanceOfAny(IllegalStateException.class, IllegalArgumentException.class);
    } else {
      assertThat(jobs.workflows().runAgainFrom(flow, task.id(), Actor.of("ann")))
          .as("again from %s", task)
          .isEqualTo(expected);
      model.replaceWith(then);
    }
  }

  void cancelFlow(Node flow) {
    int cancelled = jobs.workflows().cancel(flow.id(), Actor.of("ann"));
    assertThat(cancelled).as("cancelled of %s", flow).isEqualTo(model.cancelFlow(flow));
  }

  void pause(Node flow) {
    jobs.workflows().pause(flow.id(), Actor.of("operator", "to see"));
    model.pause(flow);
  }

  void resume(Node flow) {
    jobs.workflows().resume(flow.id(), Actor.of("ann"));
    model.resume(flow);
  }

  /** Adds one job or two to a workflow. */
  void grow(Node flow) {
    List<Order> orders =
        workflows.random.nextBoolean() ? List.of(newOrder()) : List.of(newOrder(), newOrder());
    if (!model.mayGrow(flow)) {
      assertThatThrownBy(() -> jobs.workflows().add(flow.id(), FlowJobs.task(jobs), orders))
          .isInstanceOf(IllegalStateException.class);
      return;
    }
    List<UUID> ids = jobs.workflows().add(flow.id(), FlowJobs.task(jobs), orders);
    for (int i = 0; i < ids.size(); i++) {
      Node unused = model.grow(flow, ids.get(i), orders.get(i).name());
    }
    model.settle();
  }

  private Order newOrder() {
    return new Order(workflows.newName("x"), 1);
  }

  void closeFlow(Node flow) {
    jobs.workflows().close(flow.id());
    flow.isOpen = false;
    model.settle();
  }
}
