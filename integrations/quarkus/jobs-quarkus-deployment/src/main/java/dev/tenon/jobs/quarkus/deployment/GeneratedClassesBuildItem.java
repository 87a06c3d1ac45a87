package dev.tenon.jobs.quarkus.deployment;

import io.quarkus.builder.item.SimpleBuildItem;
import java.util.Set;
import org.jboss.jandex.DotName;

/** The classes that become beans although nothing on them says so. */
final class GeneratedClassesBuildItem extends SimpleBuildItem {

  private final Set<DotName> generated;
  private final Set<DotName> handlers;

  /**
   * The classes.
   *
   * @param generated what the annotation processor has written
   * @param handlers the handlers that it takes
   */
  GeneratedClassesBuildItem(Set<DotName> generated, Set<DotName> handlers) {
    this.generated = Set.copyOf(generated);
    this.handlers = Set.copyOf(handlers);
  }

  Set<DotName> generated() {
    return generated;
  }

  Set<DotName> handlers() {
    return handlers;
  }
}
