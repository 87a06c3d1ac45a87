package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The job modules of an application: found where the processor lists them, and checked. */
final class JobModules {

  private static final String SERVICE = ModuleDefinition.class.getName();

  private JobModules() {}

  /**
   * The modules that {@code META-INF/services}, or descriptors of Java modules, name.
   *
   * @throws JobsException if there are none, or if one of them cannot be loaded
   */
  static List<ModuleDefinition> find() {
    return find(Thread.currentThread().getContextClassLoader(), JobModules.class.getClassLoader());
  }

  /**
   * The modules that these class loaders find, sorted by the names of their classes.
   *
   * @param classLoaders the class loaders; null stands for the system class loader
   */
  static List<ModuleDefinition> find(@Nullable ClassLoader... classLoaders) {
    Map<String, ModuleDefinition> found = new TreeMap<>();
    try {
      for (@Nullable ClassLoader classLoader : classLoaders) {
        for (ModuleDefinition module : ServiceLoader.load(ModuleDefinition.class, classLoader)) {
          found.putIfAbsent(module.getClass().getName(), module);
        }
      }
    } catch (ServiceConfigurationError e) {
      throw new JobsException(
          "A job module that is listed as %s cannot be loaded. Rebuild the application; the cause says more."
              .formatted(SERVICE),
          null,
          null,
          e);
    }
    if (found.isEmpty()) {
      throw new JobsException(noModules(), null, null, null);
    }
    return List.copyOf(found.values());
  }

  private static String noModules() {
    return "Found no job types: nothing lists a generated class as "
        + SERVICE
        + ". "
        + ProcessorSetup.advice()
        + "\n"
        + (JobModules.class.getModule().isNamed()
            ? "An application on the module path also names it in its module-info.java, such as\n"
                + "provides "
                + SERVICE
                + " with shop.ShopJobsModule;\n\n"
            : "")
        + "A process that only looks after the jobs of others calls JobsRuntime.builder().modules().";
  }

  /**
   * Checks that no two modules, included ones among them, mean different things by one name of a
   * job type, current or alias. If one includes the other, the compiler has already checked that.
   *
   * @throws JobsException if they do
   */
  static void check(Collection<ModuleDefinition> modules) {
    Map<String, Declared> declared = new HashMap<>();
    for (ModuleDefinition module : withIncluded(modules)) {
      for (JobDefinition<?, ?> definition : module.definitions()) {
        check(declared, new Declared(module, definition, definition.type()));
        definition
            .aliases()
            .forEach(alias -> check(declared, new Declared(module, definition, alias)));
      }
    }
  }

  private static void check(Map<String, Declared> declared, Declared here) {
    Declared other = declared.putIfAbsent(here.name(), here);
    if (other != null && other.definition() != here.definition()) {
      throw new JobsException(
          "Job type '%s' is declared %s and %s. Rename one of them, or remove its module from the class path."
              .formatted(here.name(), other, here),
          here.name(),
          null,
          null);
    }
  }

  private record Declared(ModuleDefinition module, JobDefinition<?, ?> definition, String name) {
    @Override
    public String toString() {
      return "in the module %s by %s%s"
          .formatted(
              module.name(),
              definition.payloadType().getName(),
              name.equals(definition.type())
                  ? ""
                  : " (as an alias of '%s')".formatted(definition.type()));
    }
  }

  private static void addWithIncluded(ModuleDefinition module, Map<String, ModuleDefinition> all) {
    if (all.putIfAbsent(module.getClass().getName(), module) == null) {
      module.includes().forEach(included -> addWithIncluded(included, all));
    }
  }

  /** The modules, and those that they include. */
  static List<ModuleDefinition> withIncluded(Collection<ModuleDefinition> modules) {
    Map<String, ModuleDefinition> all = new LinkedHashMap<>();
    modules.forEach(module -> addWithIncluded(module, all));
    return List.copyOf(all.values());
  }

  /** The job types of modules, and of those that they include. */
  static Collection<JobDefinition<?, ?>> definitions(Collection<ModuleDefinition> modules) {
    Map<String, JobDefinition<?, ?>> byType = new TreeMap<>();
    withIncluded(modules)
        .forEach(module -> module.definitions().forEach(each -> byType.put(each.type(), each)));
    return byType.values();
  }

  /**
   * The job types of a worker's module and of those that it includes, even as listed by another
   * version of the module that the process knows.
   */
  static List<JobDefinition<?, ?>> served(
      ModuleDefinition module, Collection<ModuleDefinition> known) {
    List<ModuleDefinition> served = withIncluded(List.of(module));
    List<String> names = names(served);
    List<JobDefinition<?, ?>> all = new ArrayList<>(definitions(served));
    for (ModuleDefinition each : withIncluded(known)) {
      if (names.contains(each.name())) {
        all.addAll(each.definitions());
      }
    }
    return all;
  }

  /** The names of modules, for people to read. */
  static List<String> names(List<ModuleDefinition> modules) {
    List<String> names = new ArrayList<>();
    modules.forEach(module -> names.add(module.name()));
    return names;
  }
}
