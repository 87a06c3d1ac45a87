package dev.tenon.jobs.processor.model;

/**
 * The rule that makes jobs of a type run one after another, as {@code @Ordered} declares it. The
 * attributes are as written and may be wrong.
 *
 * @param position the annotation
 * @param by the component of the payload whose values have their own lines; empty if all jobs of
 *     the type are in one line
 * @param retries the name of the choice for jobs that wait for their next attempt
 */
public record OrderDeclaration(
    SourcePosition position, Attribute<String> by, Attribute<String> retries) {

  /** Returns whether all jobs of the type are in one line. */
  public boolean isOfAll() {
    return by.value().isEmpty();
  }
}
