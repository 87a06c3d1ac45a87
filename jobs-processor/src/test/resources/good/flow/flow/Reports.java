package flow;

import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.annotation.UniqueScope;
import java.time.LocalDate;
import java.util.Optional;

/** Nested payloads. */
public interface Reports {

  /** Has its components made by a constructor without parameters, and says a default. */
  @JobType(
      value = "report.daily",
      cron = "@daily",
      overlap = OverlapPolicy.SKIP,
      catchUp = "1h",
      scheduleJitter = "0s")
  record Daily(String name, LocalDate day) {

    /** What the schedule submits. */
    public Daily() {
      this("daily", LocalDate.of(2026, 1, 2));
    }
  }

  /** Like {@link Daily}, with a policy: a chain of calls has to know the type of the payload. */
  @JobType(
      value = "report.hourly",
      cron = "5 * * * *",
      overlap = OverlapPolicy.CANCEL_RUNNING,
      scheduleJitter = "90s",
      unique = "name")
  record Hourly(String name) {

    Hourly() {
      this("hourly");
    }
  }

  /** Submitted some time after the end of the last run. */
  @JobType(value = "report.steady", fixedDelay = "90s")
  record Steady() {}

  /** Components that have the names of methods, of the record itself and of those it inherits. */
  @JobType(
      value = "report.odd",
      limitBy = "equals",
      maxConcurrentPerKey = 1,
      unique = {"equals", "size", "payload"},
      uniqueScope = UniqueScope.UNTIL_ENDED,
      onDuplicate = DuplicatePolicy.REPLACE_PAYLOAD)
  record Odd(boolean equals, int size, Optional<String> payload) {

    /** Another method of that name, which a reference could mean as well. */
    static int size(Odd odd) {
      return odd.size();
    }
  }
}
