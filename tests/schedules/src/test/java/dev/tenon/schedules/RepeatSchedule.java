package dev.tenon.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.schedules.ScheduleRun.Failure;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Repeats a schedule that has failed: {@code -Dschedules.of} names the part, or {@code
 * PART/VARIANT}, and {@code -Dschedules.recording} the folder of the recording. Not a test of any
 * layer: it runs only when somebody names it.
 */
class RepeatSchedule {

  @Test
  void theScheduleFailsNoLonger() throws Exception {
    String of = Objects.requireNonNull(System.getProperty("schedules.of"), "-Dschedules.of");
    Path recording =
        Path.of(
                Objects.requireNonNull(
                    System.getProperty("schedules.recording"), "-Dschedules.recording"))
            .toAbsolutePath();
    ScheduleRun schedules = new ScheduleRun(InstrumentedJdk.create());
    Optional<Failure> failure = Optional.empty();
    boolean isKnown = false;
    for (Part part : Part.values()) {
      if (part.code().equals(of)) {
        isKnown = true;
        failure = schedules.repeat(part, recording);
      }
    }
    for (BrokenVariant variant : BrokenVariant.readAll()) {
      if (variant.toString().equals(of)) {
        isKnown = true;
        failure = schedules.repeat(variant, recording);
      }
    }
    assertThat(isKnown).as("'%s' is a part or a broken variant", of).isTrue();
    assertThat(failure.map(Failure::log)).isEmpty();
  }
}
