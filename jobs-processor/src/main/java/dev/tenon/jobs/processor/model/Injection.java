package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.ClassName;
import java.util.List;
import java.util.Optional;

/**
 * The dependency injection that a module can use, which depends on its class path.
 *
 * @param inject the annotation of constructors, of {@code jakarta.inject} or else of {@code
 *     javax.inject}; empty if neither is present
 * @param dagger Dagger's view of the included modules; empty if Dagger is not present
 */
public record Injection(Optional<ClassName> inject, Optional<Dagger> dagger) {

  /** The {@code @Inject} of Jakarta. */
  public static final ClassName JAKARTA_INJECT = ClassName.get("jakarta.inject", "Inject");

  /** The older {@code @Inject}, which Jakarta's has replaced. */
  public static final ClassName JAVAX_INJECT = ClassName.get("javax.inject", "Inject");

  /** {@code @Module} of Dagger. */
  public static final ClassName DAGGER_MODULE = ClassName.get("dagger", "Module");

  /** {@code @Provides} of Dagger. */
  public static final ClassName DAGGER_PROVIDES = ClassName.get("dagger", "Provides");

  /**
   * The generated classes of included modules that matter to Dagger.
   *
   * @param includes the Dagger modules that were generated with them
   * @param submitClasses the submit classes of those that were compiled without {@code @Inject}, so
   *     that Dagger cannot make them
   */
  public record Dagger(List<ClassName> includes, List<ClassName> submitClasses) {}
}
