package dev.tenon.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UsageTest {

  private static final long NO_BACKEND = -2;

  @Test
  void countsWhatThisProcessUses() throws Exception {
    Usage before = Usage.now(NO_BACKEND, PortOwner.NONE);
    while (Usage.now(NO_BACKEND, PortOwner.NONE).jvm() == before.jvm()) {
      Thread.onSpinWait();
    }

    Usage used = Usage.now(NO_BACKEND, PortOwner.NONE).since(before);

    assertThat(used.jvm()).isPositive();
    assertThat(used.postgres()).isZero();
    assertThat(used.rabbitMq()).isZero();
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
}
