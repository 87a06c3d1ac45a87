package dev.tenon.jobs.quarkus.deployment;

import io.quarkus.builder.item.SimpleBuildItem;
import java.util.Set;
import org.jboss.jandex.DotName;

/** The classes that become beans although nothing on them says so. */
final class GeneratedClassesBuildItem extends SimpleBuildItem {

  private final Set<DotName> generated;
  private final Set<DotName> handlers;
  private final Set<DotName> produced;

  /**
   * The classes.
   *
   * @param generated what the annotation processor has written
   * @param handlers the handlers that it takes
   * @param produced the types of all producers of the application
   */
  GeneratedClassesBuildItem(Set<DotName> generated, Set<DotName> handlers, Set<DotName> produced) {
    this.generated = Set.copyOf(generated);
    this.handlers = Set.copyOf(handlers);
    this.produced = Set.copyOf(produced);
  }

  Set<DotName> generated() {
    return generated;
  }

  Set<DotName> handlers() {
    return handlers;
  }

  /** Returns whether the application produces beans of this type itself. */
  boolean isProduced(DotName type) {
    return produced.contains(type);
  }
}
