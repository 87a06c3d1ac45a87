package dev.tenon.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessorTimesTest {

  private static final long NO_BACKEND = -2;

  @Test
  void countsWhatThisProcessUses() throws Exception {
    ProcessorTimes before = ProcessorTimes.now(NO_BACKEND, PortOwner.NONE);
    while (ProcessorTimes.now(NO_BACKEND, PortOwner.NONE).jvm() == before.jvm()) {
      Thread.onSpinWait();
    }

    ProcessorTimes used = ProcessorTimes.now(NO_BACKEND, PortOwner.NONE).since(before);

    assertThat(used.jvm()).isPositive();
    assertThat(used.postgres()).isZero();
    assertThat(used.rabbitMq()).isZero();
  }
}
