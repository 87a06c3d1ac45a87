package dev.tenon.jobs.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.workflow.WorkflowQuery.State;
import org.junit.jupiter.api.Test;

class WorkflowQueryTest {

  @Test
  void statesHaveCodes() {
    assertThat(State.values())
        .allSatisfy(state -> assertThat(State.ofCode(state.code())).isEqualTo(state));
    assertThatThrownBy(() -> State.ofCode("done"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "There is no WorkflowQuery.State with the code 'done'. The codes are: running, "
                + "paused, completed, failed, cancelled.");
  }
}
