package dev.tenon.jobs.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PlannedWorkflowTest {

  private final Workflow flow = Workflow.named("flow");

  /** An implementation that is none of ours. */
  private static <T> T foreign(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw new UnsupportedOperationException(method.getName());
            }));
  }

  @Test
  void refusesWorkflowsOfOthers() {
    Workflow foreign = foreign(Workflow.class);
    assertThatThrownBy(() -> PlannedWorkflow.of(foreign))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("only a workflow from Workflow.named(…)");
    assertThatThrownBy(() -> flow.add(foreign))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(foreign.getClass().getName());
  }

  @Test
  void refusesTasksOfOthers() {
    Task<?> foreign = foreign(Task.class);
    Task<Void> task = flow.add(Workflow.named("inner"));
    assertThatThrownBy(() -> task.after(foreign))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("which no workflow returned");
    SubmittedWorkflow submitted =
        PlannedWorkflow.of(flow).submitted(new UUID(1, 1), List.of(new UUID(1, 2)));
    assertThat(submitted.idOf(task)).isEqualTo(new UUID(1, 2));
    assertThatThrownBy(() -> submitted.idOf(foreign))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("which no workflow returned");
  }
}
