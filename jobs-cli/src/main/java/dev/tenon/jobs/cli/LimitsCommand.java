package dev.tenon.jobs.cli;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.operate.JobTypes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenon limits}. */
@Command(
    name = "limits",
    description = {
      "Shows job types with their limits, or overrides what a type declares.",
      "What is given replaces all earlier overrides of the type. A limit of 0 is none."
    })
final class LimitsCommand extends ActingCommand {

  @Parameters(
      paramLabel = "TYPE",
      arity = "0..1",
      description = "Name of the job type; all if none")
  private @Nullable String type;

  @Option(names = "--max-concurrent", paramLabel = "N", description = "So many at a time")
  private @Nullable Integer maxConcurrent;

  @Option(names = "--rate-per-minute", paramLabel = "N", description = "So many start in a minute")
  private @Nullable Integer ratePerMinute;

  @Option(
      names = "--max-concurrent-per-key",
      paramLabel = "N",
      description = "So many of a key at a time")
  private @Nullable Integer maxConcurrentPerKey;

  @Option(
      names = "--rate-per-minute-per-key",
      paramLabel = "N",
      description = "So many of a key start in a minute")
  private @Nullable Integer ratePerMinutePerKey;

  @Option(names = "--max-attempts", paramLabel = "N", description = "So many attempts for new jobs")
  private @Nullable Integer maxAttempts;

  @Option(
      names = "--priority",
      paramLabel = "PRIORITY",
      description = "Of new jobs that name none: low, normal, high or critical")
  private @Nullable JobPriority priority;

  @Option(names = "--clear", description = "Takes all overrides of the type back")
  private boolean clear;

  @Option(names = "--reason", paramLabel = "WHY", description = "Why; required to override")
  private @Nullable String reason;

  LimitsCommand() {}

  @Override
  int run(Connection database) {
    JobTypeOverrides overrides = overrides();
    if (overrides.isEmpty() && !clear) {
      JobTypes types = database.jobs().types();
      Types.print(this, type == null ? types.list() : List.of(types.get(type)));
      return 0;
    }
    String named = type;
    if (named == null) {
      throw Failure.usage("Name the job type whose limits are to be changed.");
    }
    if (clear) {
      if (!overrides.isEmpty()) {
        throw Failure.usage("--clear takes all overrides back; give no other ones with it.");
      }
      Types.print(this, database.jobs().types().clearOverrides(named, actor(reason)));
      return 0;
    }
    if (reason == null) {
      throw Failure.usage("Say why with --reason; it is shown wherever the override is.");
    }
    Types.print(this, database.jobs().types().override(named, overrides, actor(reason)));
    return 0;
  }

  private JobTypeOverrides overrides() {
    JobTypeOverrides set = JobTypeOverrides.none();
    set = maxConcurrent == null ? set : set.withMaxConcurrent(maxConcurrent);
    set = ratePerMinute == null ? set : set.withRateLimitPerMinute(ratePerMinute);
    set = maxConcurrentPerKey == null ? set : set.withMaxConcurrentPerKey(maxConcurrentPerKey);
    set = ratePerMinutePerKey == null ? set : set.withRateLimitPerMinutePerKey(ratePerMinutePerKey);
    set = maxAttempts == null ? set : set.withMaxAttempts(maxAttempts);
    return priority == null ? set : set.withPriority(priority);
  }
}
