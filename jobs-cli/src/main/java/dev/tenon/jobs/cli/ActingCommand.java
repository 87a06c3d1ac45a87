package dev.tenon.jobs.cli;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.operate.JobAudit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What commands have that change something: who does it. */
abstract class ActingCommand extends TenonCommand {

  @Option(
      names = "--by",
      paramLabel = "WHO",
      description = "Who does it, for the record. Default: the user of this machine")
  private @Nullable String by;

  ActingCommand() {}

  /**
   * Does something, with a record before and after, as the dashboard does.
   *
   * @param action what, such as {@code pause type}
   * @param target to what
   * @param reason why; null if nobody was asked
   * @param change does it, and says what came of it
   * @return what came of it
   */
  <T> T record(
      Connection database,
      String action,
      String target,
      @Nullable String reason,
      Supplier<T> change,
      Function<T, String> outcome) {
    JobAudit audit = database.runtime().monitor().audit();
    long entry = audit.began(by(), action, target, reason);
    T changed;
    try {
      changed = change.get();
    } catch (JobsException | IllegalArgumentException e) {
      // The answer of the database may have got lost
      String how = e instanceof JobStoreException ? "perhaps not done: " : "not done: ";
      recordOutcome(audit, entry, how + e.getMessage());
      throw e;
    }
    recordOutcome(audit, entry, outcome.apply(changed));
    return changed;
  }

  /** What is done is done, even if that cannot be recorded: nobody should do it again. */
  private void recordOutcome(JobAudit audit, long entry, String outcome) {
    try {
      audit.ended(entry, outcome);
    } catch (JobsException e) {
      complain(e);
    }
  }

  /**
   * Who does it, and why.
   *
   * @param reason null if nobody was asked
   */
  Actor actor(@Nullable String reason) {
    try {
      return reason == null ? Actor.of(by()) : Actor.of(by(), reason);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()));
    }
  }

  String by() {
    return by != null ? by : System.getProperty("user.name", "tenon");
  }
}
