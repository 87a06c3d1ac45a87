package dev.tenon.jobs.definition;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything of a handler that is kept with its jobs: steps, waits and the cursor. The annotation
 * processor writes one constant per handler that has any. Immutable and thread-safe.
 */
public final class StepsDefinition {

  private final String jobType;
  private final List<StepDefinition<?>> steps;
  private final List<WaitDefinition<?>> waits;
  private final @Nullable ValueDefinition<?> cursor;

  private StepsDefinition(Builder builder) {
    this.jobType = builder.jobType;
    this.steps = List.copyOf(builder.steps);
    this.waits = List.copyOf(builder.waits);
    this.cursor = builder.cursor;
  }

  /**
   * Starts a definition.
   *
   * @param jobType the type of the handler's jobs
   */
  public static Builder builder(String jobType) {
    return new Builder(jobType);
  }

  /** The type of the handler's jobs. */
  public String jobType() {
    return jobType;
  }

  /** The steps, sorted by name. */
  public List<StepDefinition<?>> steps() {
    return steps;
  }

  /** The waits and sleeps, sorted by name. */
  public List<WaitDefinition<?>> waits() {
    return waits;
  }

  /** The cursor; empty if the handler has none. */
  public Optional<ValueDefinition<?>> cursor() {
    return Optional.ofNullable(cursor);
  }

  /** The names of the signals that the handler may wait for, sorted. */
  public Set<String> signals() {
    return waits.stream()
        .flatMap(wait -> wait.signals().stream())
        .map(SignalDefinition::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Builds a definition. Not thread-safe. */
  public static final class Builder {
    private final String jobType;
    private final List<StepDefinition<?>> steps = new ArrayList<>();
    private final List<WaitDefinition<?>> waits = new ArrayList<>();
    private @Nullable ValueDefinition<?> cursor;

    private Builder(String jobType) {
      this.jobType = Objects.requireNonNull(jobType, "jobType");
    }

    /** Adds a step. */
    public Builder step(StepDefinition<?> step) {
      steps.add(Objects.requireNonNull(step, "step"));
      return this;
    }

    /** Adds a wait or a sleep. */
    public Builder wait(WaitDefinition<?> wait) {
      waits.add(Objects.requireNonNull(wait, "wait"));
      return this;
    }

    /** Sets the cursor; its upcasters are those for earlier versions of the job type. */
    public Builder cursor(ValueDefinition<?> cursor) {
      this.cursor = Objects.requireNonNull(cursor, "cursor");
      return this;
    }

    /** The definition. */
    public StepsDefinition build() {
      return new StepsDefinition(this);
    }
  }
}
