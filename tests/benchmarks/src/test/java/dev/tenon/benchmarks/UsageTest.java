package dev.tenon.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class UsageTest {

  private static final long NO_BACKEND = -2;

  @Test
  void countsWhatThisProcessUses() throws Exception {
    Usage before = Usage.now(NO_BACKEND, PortOwner.NONE, List.of());
    while (Usage.now(NO_BACKEND, PortOwner.NONE, List.of()).jvm() == before.jvm()) {
      Thread.onSpinWait();
    }

    Usage used = Usage.now(NO_BACKEND, PortOwner.NONE, List.of()).since(before);

    assertThat(used.jvm()).isPositive();
    assertThat(used.postgres()).isZero();
    assertThat(used.rabbitMq()).isZero();
    assertThat(used.node()).isZero();
    if (Runtime.version().feature() >= 21) {
      assertThat(used.allocated()).isPositive();
    } else {
      // Late versions of 17 count, too
      assertThat(used.allocated())
          .satisfiesAnyOf(
              allocated -> assertThat(allocated).isNaN(),
              allocated -> assertThat(allocated).isPositive());
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void countsWhatAnotherProcessUses() throws Exception {
    List<Long> nodes = List.of(ProcessHandle.current().pid());
    Usage before = Usage.now(NO_BACKEND, PortOwner.NONE, nodes);
    while (Usage.now(NO_BACKEND, PortOwner.NONE, nodes).node() == before.node()) {
      Thread.onSpinWait();
    }

    assertThat(Usage.now(NO_BACKEND, PortOwner.NONE, nodes).since(before).node()).isPositive();
  }
}
