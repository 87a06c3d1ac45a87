package dev.tenon.jobs.internal.flow;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Stores what the handlers of job types await and keep, so that senders of signals learn that
 * nobody waits for one, and people do not get to see what is sensitive. Thread-safe.
 */
public final class StepTypeStore {

  private final Database database;
  private final HotStatement declare;

  /** The store of this database. */
  public StepTypeStore(Database database) {
    this.database = database;
    this.declare =
        HotStatement.call(
            database.tables(), "declare_steps", "types", "versions", "signals", "sensitive");
  }

  /** Stores the declarations of handlers. Their types have been registered. */
  public void declare(Collection<? extends JobBinding<?, ?>> bindings) {
    List<Declared> declared = bindings.stream().map(Declared::of).distinct().toList();
    declare.run(
        database.control(),
        Map.of(
            "types",
            declared.stream().map(Declared::type).toArray(String[]::new),
            "versions",
            declared.stream().map(Declared::version).toArray(Integer[]::new),
            "signals",
            declared.stream().map(Declared::signals).toArray(String[]::new),
            "sensitive",
            declared.stream().map(Declared::sensitive).toArray(String[]::new)),
        row -> {});
  }

  /** The columns of a declaration. */
  private record Declared(String type, int version, String signals, String sensitive) {

    static Declared of(JobBinding<?, ?> binding) {
      String type = binding.definition().type();
      int version = binding.definition().version();
      StepsDefinition steps =
          binding.steps().orElseGet(() -> StepsDefinition.builder(type).build());
      return new Declared(
          type, version, String.join(" ", steps.signals()), SensitiveStore.json(version, steps));
    }
  }
}
