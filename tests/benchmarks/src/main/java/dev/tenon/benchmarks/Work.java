package dev.tenon.benchmarks;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;

/**
 * What a job works on, in every system; about a hundred bytes of JSON.
 *
 * @param number counts the jobs
 * @param sentAtMicros when it was submitted, in microseconds since 1970
 * @param customer stands for the fields of a real payload
 */
@JobType(value = "bench.work", timeout = "1m", maxAttempts = 3)
public record Work(
    @PositiveOrZero int number, long sentAtMicros, @NotBlank @Size(max = 100) String customer) {

  /** The job with this number, submitted now. */
  public static Work of(int number) {
    return new Work(number, Clocks.micros(), "Customer %08d, 12 Example Street".formatted(number));
  }
}
