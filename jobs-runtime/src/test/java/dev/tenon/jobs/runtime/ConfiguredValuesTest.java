package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobsStartException;
import dev.tenon.jobs.options.SizeLimits;
import dev.tenon.jobs.options.WorkerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfiguredValuesTest {

  private static final SizeLimits LIMITS = SizeLimits.defaults();

  @Test
  void aValueReachesTheSetter() {
    assertThat(
            ConfiguredValues.use(
                "tenon.limits.payload",
                2_000_000L,
                ConfiguredValues.bytes(LIMITS::withPayloadBytes)))
        .isEqualTo(LIMITS.withPayloadBytes(2_000_000));
  }

  @Test
  void theErrorNamesThePropertyAndTheReason() {
    WorkerOptions options = WorkerOptions.defaults();

    assertThatThrownBy(
            () -> ConfiguredValues.use("tenon.worker.concurrency", 0, options::withConcurrency))
        .isInstanceOf(JobsStartException.class)
        .hasMessage(
            "Tenon cannot use the value of the property tenon.worker.concurrency. The concurrency is 0; it must be from 1 to 1,000,000.")
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }

  /** As an int, the last one would be 1. */
  @ParameterizedTest
  @ValueSource(longs = {-1, 0, SizeLimits.MAX_BYTES + 1L, (1L << 32) + 1})
  void aSizeThatIsNoLimitIsRefusedAsItIs(long size) {
    assertThatThrownBy(
            () ->
                ConfiguredValues.use(
                    "tenon.limits.result", size, ConfiguredValues.bytes(LIMITS::withResultBytes)))
        .isInstanceOf(JobsStartException.class)
        .hasMessageContaining("tenon.limits.result. The size is " + size + " bytes; it must be");
  }
}
