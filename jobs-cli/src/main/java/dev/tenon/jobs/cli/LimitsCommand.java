package dev.tenon.jobs.cli;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.operate.JobTypeState;
import dev.tenon.jobs.operate.JobTypes;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenon limits}. */
@Command(
    name = "limits",
    description = {
      "Show job types with their limits, or override the declared settings of a type.",
      "The given options replace all earlier overrides of the type. 0 means no limit."
    })
final class LimitsCommand extends ActingCommand {

  private static final Pattern KEY_AND_WEIGHT = Pattern.compile("(.*)=(\\d{1,9})");

  @Parameters(
      paramLabel = "TYPE",
      arity = "0..1",
      description = "Name of the job type. Default: all types")
  private @Nullable String type;

  @Option(
      names = "--max-concurrent",
      paramLabel = "N",
      description = "Run at most N jobs at a time")
  private @Nullable Integer maxConcurrent;

  @Option(
      names = "--rates",
      paramLabel = "RATES",
      description = "Start jobs at most at these rates, such as 10/s,1000/h")
  private @Nullable String rates;

  @Option(
      names = "--max-concurrent-per-key",
      paramLabel = "N",
      description = "Run at most N jobs per limit key at a time")
  private @Nullable Integer maxConcurrentPerKey;

  @Option(
      names = "--rates-per-key",
      paramLabel = "RATES",
      description = "Start jobs of each limit key at most at these rates")
  private @Nullable String ratesPerKey;

  @Option(
      names = "--max-waiting",
      paramLabel = "N",
      description = "Let at most N jobs wait, of a type with a backlog")
  private @Nullable Integer maxWaiting;

  @Option(
      names = "--max-attempts",
      paramLabel = "N",
      description = "Give new jobs at most N attempts")
  private @Nullable Integer maxAttempts;

  @Option(
      names = "--priority",
      paramLabel = "PRIORITY",
      description = "Priority of new jobs that set none: low, normal, high or critical")
  private @Nullable JobPriority priority;

  @Option(
      names = "--weigh",
      paramLabel = "KEY=WEIGHT",
      description = "Give a limit key the share of WEIGHT keys, from 1 to 100")
  private @Nullable String weigh;

  @Option(names = "--clear", description = "Clear all overrides of the type")
  private boolean clear;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      description = "Reason for the audit; required to override")
  private @Nullable String reason;

  LimitsCommand() {}

  @Override
  int run(Connection database) {
    JobTypeOverrides overrides = overrides();
    if (overrides.isEmpty() && !clear && weigh == null) {
      JobTypes types = database.jobs().types();
      Types.print(this, type == null ? types.list() : List.of(types.get(type)));
      return 0;
    }
    String named = type;
    if (named == null) {
      throw Failure.usage("No job type given. Add the name of the type whose limits to change.");
    }
    if (clear) {
      if (!overrides.isEmpty()) {
        throw Failure.usage(
            "--clear clears all overrides, so it cannot be combined with new ones.");
      }
      if (weigh != null) {
        throw Failure.usage("--weigh cannot be combined with --clear. Call the command twice.");
      }
      Types.print(this, database.jobs().types().clearOverrides(named, actor(reason)));
      return 0;
    }
    if (reason == null) {
      throw Failure.usage("--reason is missing. Give one; it is shown wherever the override is.");
    }
    if (weigh != null) {
      if (!overrides.isEmpty()) {
        throw Failure.usage("--weigh cannot be combined with overrides. Call the command twice.");
      }
      Types.print(this, weigh(database.jobs().types(), named, weigh));
      return 0;
    }
    Types.print(this, database.jobs().types().override(named, overrides, actor(reason)));
    return 0;
  }

  private JobTypeState weigh(JobTypes types, String named, String given) {
    Matcher matcher = KEY_AND_WEIGHT.matcher(given);
    if (!matcher.matches()) {
      throw Failure.usage(
          "'%s' is not a key and its weight. Write them like --weigh=acme=3.".formatted(given));
    }
    int weight = Integer.parseInt(matcher.group(2));
    return types.setKeyWeight(named, matcher.group(1), weight, actor(reason));
  }

  private JobTypeOverrides overrides() {
    JobTypeOverrides set = JobTypeOverrides.none();
    set = maxConcurrent == null ? set : set.withMaxConcurrent(maxConcurrent);
    set = rates == null ? set : set.withRates(Rate.parseList(rates));
    set = maxConcurrentPerKey == null ? set : set.withMaxConcurrentPerKey(maxConcurrentPerKey);
    set = ratesPerKey == null ? set : set.withRatesPerKey(Rate.parseList(ratesPerKey));
    set = maxWaiting == null ? set : set.withMaxWaiting(maxWaiting);
    set = maxAttempts == null ? set : set.withMaxAttempts(maxAttempts);
    return priority == null ? set : set.withPriority(priority);
  }
}
