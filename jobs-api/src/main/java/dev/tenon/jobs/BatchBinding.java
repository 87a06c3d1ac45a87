package dev.tenon.jobs;

import dev.tenon.jobs.definition.BatchRule;
import java.util.Objects;

/**
 * A batch handler with the rule for gathering its batches.
 *
 * @param <P> the payload record
 * @param <R> the result of a job
 * @param handler the handler
 * @param rule the rule
 */
public record BatchBinding<P, R>(BatchJobHandler<P, R> handler, BatchRule<P> rule) {

  /** Checks that neither part is null. */
  public BatchBinding {
    Objects.requireNonNull(handler, "handler");
    Objects.requireNonNull(rule, "rule");
  }
}
