package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobsStartException;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.schema.InstallationStore;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.options.StepTransactions;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The check of the transactions that steps of handlers run in. */
final class TransactionalSteps {

  private TransactionalSteps() {}

  /**
   * Checks that transactional steps write to the database that has Tenon's tables. Their records
   * could not be committed with what they write elsewhere.
   *
   * @throws JobsStartException if they do not
   */
  static void check(
      JobHandlers handlers, StepTransactions transactions, Database database, String schema) {
    Optional<String> first =
        handlers.bindings().stream().flatMap(TransactionalSteps::in).findFirst();
    if (first.isEmpty()) {
      return;
    }
    InstallationStore installation = new InstallationStore(database);
    AtomicReference<@Nullable UUID> found = new AtomicReference<>();
    try {
      transactions.run(connection -> found.set(installation.id(connection)));
    } catch (Exception e) {
      throw new JobsStartException(
          "%s is transactional, but schema '%s' with Tenon's tables cannot be read in a transaction of stepTransactions(…) (%s). What the step writes and its record must be committed together: use the database that has Tenon's tables, or remove the step's parameter of type Connection."
              .formatted(first.get(), schema, LoggableFailure.describe(e)),
          LoggableFailure.withoutValues(e));
    }
    if (!JobsRuntime.installationId(database).equals(found.get())) {
      throw new JobsStartException(
          "%s is transactional, but stepTransactions(…) leads to another database than that of the jobs. What the step writes and its record must be committed together: use the database that has Tenon's tables, or remove the step's parameter of type Connection."
              .formatted(first.get()),
          null);
    }
  }

  private static Stream<String> in(JobBinding<?, ?> binding) {
    return binding.steps().stream()
        .flatMap(steps -> steps.steps().stream())
        .filter(StepDefinition::isTransactional)
        .map(
            step ->
                "Step '%s' of job type '%s'".formatted(step.name(), binding.definition().type()));
  }
}
