package dev.tenon.benchmarks;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepExecutor;
import dev.tenon.jobs.definition.StepsDefinition;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells the measurement of a job, and has three steps that do nothing, as generated code has. */
public final class StepsHandler implements JobHandler<Work, Void> {

  /** The names of the steps, for the other systems as well. */
  public static final List<String> NAMES = List.of("one", "two", "three");

  private static final List<StepDefinition<Void>> DEFINITIONS =
      NAMES.stream().map(StepDefinition::of).toList();

  private final Consumer<Work> measurement;
  private final StepsDefinition steps;

  /**
   * A handler for one worker.
   *
   * @param steps what {@link #steps(String)} has returned
   */
  public StepsHandler(Consumer<Work> measurement, StepsDefinition steps) {
    this.measurement = measurement;
    this.steps = steps;
  }

  /** The steps of a type. */
  public static StepsDefinition steps(String type) {
    StepsDefinition.Builder builder = StepsDefinition.builder(type);
    DEFINITIONS.forEach(builder::step);
    return builder.build();
  }

  @Override
  public @Nullable Void execute(Work work, JobContext context) {
    measurement.accept(work);
    StepExecutor executor = context.steps(steps);
    for (StepDefinition<Void> definition : DEFINITIONS) {
      Void unused = executor.<Void, RuntimeException>run(definition, "", step -> null);
    }
    return null;
  }
}
