package dev.tenon.jobs.micronaut;

import dev.tenon.jobs.definition.ModuleDefinition;
import io.micronaut.context.ApplicationContext;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** The job modules that the class path lists. Immutable. */
@Singleton
final class JobModules {

  private final List<ModuleDefinition> all;

  JobModules(ApplicationContext context) {
    List<ModuleDefinition> found = new ArrayList<>();
    ServiceLoader.load(ModuleDefinition.class, context.getClassLoader()).forEach(found::add);
    this.all = List.copyOf(found);
  }

  /** All of them. */
  List<ModuleDefinition> all() {
    return all;
  }
}
