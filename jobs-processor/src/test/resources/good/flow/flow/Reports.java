package flow;

import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.annotation.Schedule;
import dev.tenon.jobs.annotation.Unique;
import dev.tenon.jobs.annotation.UniqueScope;
import java.time.LocalDate;
import java.util.Optional;

/** Nested payloads. */
public interface Reports {

  /** Gets its components from a no-argument constructor, with a default. */
  @JobType(
      value = "report.daily",
      schedules =
          @Schedule(
              cron = "@daily",
              overlap = OverlapPolicy.SKIP,
              catchUp = "1h",
              jitter = "0s"))
  record Daily(String name, LocalDate day) {

    /** What the schedule submits. */
    public Daily() {
      this("daily", LocalDate.of(2026, 1, 2));
    }
  }

  /** Like {@link Daily}, with a policy: a chain of calls has to know the type of the payload. */
  @JobType(
      value = "report.hourly",
      schedules =
          @Schedule(
              cron = "5 * * * *",
              overlap = OverlapPolicy.CANCEL_RUNNING,
              jitter = "90s"),
      unique = @Unique("name"))
  record Hourly(String name) {

    Hourly() {
      this("hourly");
    }
  }

  /** Submitted by several schedules. */
  @JobType(
      value = "report.several",
      schedules = {
        @Schedule(name = "nightly", cron = "0 3 * * *", overlap = OverlapPolicy.ALLOW),
        @Schedule(name = "at-noon", cron = "0 12 * * MON-FRI"),
        @Schedule(name = "steady", fixedDelay = "2h")
      })
  record Several() {}

  /** Submitted by schedules with payloads of their own, which end. */
  @JobType(
      value = "report.made",
      schedules = {
        @Schedule(
            name = "nightly",
            cron = "30 0 3 * * *",
            payload = "nightly",
            until = "2027-01-01T00:00:00+01:00"),
        @Schedule(
            name = "steady",
            fixedDelay = "2h",
            payload = "steady",
            until = "2027-01-01T00:00:00Z")
      })
  record Made(int days) {

    static Made nightly() {
      return new Made(1);
    }

    static Made steady() {
      return steady(7);
    }

    private static Made steady(int days) {
      return new Made(days);
    }
  }

  /** Submitted by one schedule that has a name. */
  @JobType(value = "report.named", schedules = @Schedule(name = "weekly", cron = "@weekly"))
  record Named() {}

  /** Submitted a fixed delay after the end of the last run. */
  @JobType(value = "report.steady", schedules = @Schedule(fixedDelay = "90s"))
  record Steady() {}

  /** Has components with the names of methods, declared in the record itself or inherited. */
  @JobType(
      value = "report.odd",
      limits = @Limit(by = "equals", maxConcurrent = 1),
      unique =
          @Unique(
              value = {"equals", "size", "payload"},
              scope = UniqueScope.UNTIL_ENDED,
              onDuplicate = DuplicatePolicy.REPLACE_PAYLOAD))
  record Odd(boolean equals, int size, Optional<String> payload) {

    /** Another method of that name, which makes a reference ambiguous. */
    static int size(Odd odd) {
      return odd.size();
    }
  }
}
