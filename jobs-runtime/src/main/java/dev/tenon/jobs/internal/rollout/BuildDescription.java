package dev.tenon.jobs.internal.rollout;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a build declares and that its jobs depend on. The annotation processor writes it
 * for each module, and a runtime makes it from its definitions. Immutable.
 *
 * @param modules the generated classes of its modules
 * @param types its job types, by name
 * @param handlers its handlers, by the names of their types
 * @param signals the versions of its signals, by name
 */
public record BuildDescription(
    Set<String> modules,
    Map<String, TypeDescription> types,
    Map<String, Handler> handlers,
    Map<String, Versions> signals) {

  /** Copies. */
  public BuildDescription {
    modules = Set.copyOf(modules);
    types = Map.copyOf(types);
    handlers = Map.copyOf(handlers);
    signals = Map.copyOf(signals);
  }

  /**
   * A version, and the earlier ones that can be read.
   *
   * @param version the version
   * @param earlier the earlier versions that have upcasters
   */
  public record Versions(int version, Set<Integer> earlier) {

    /** Copies. */
    public Versions {
      earlier = Set.copyOf(earlier);
    }

    /** Returns whether values of a version can be read. */
    public boolean reads(int stored) {
      return stored == version || earlier.contains(stored);
    }
  }

  /**
   * A job type.
   *
   * @param versions its version
   * @param aliases its earlier names
   * @param queues its queues, by routing key
   * @param isExternal whether workers in other languages run its jobs
   * @param keys its limits, and the keys that its jobs get
   * @param inputs the names of the methods that make payloads of tasks
   * @param schedules the full names of its schedules
   */
  public record TypeDescription(
      Versions versions,
      List<String> aliases,
      Map<String, String> queues,
      boolean isExternal,
      Keys keys,
      Set<String> inputs,
      Set<String> schedules) {

    /** Copies. */
    public TypeDescription {
      aliases = List.copyOf(aliases);
      queues = Map.copyOf(queues);
      inputs = Set.copyOf(inputs);
      schedules = Set.copyOf(schedules);
    }
  }

  /**
   * The limits of a type, and the keys that its jobs get.
   *
   * @param limits the limits that are set, by name
   * @param limitBy the component that its jobs are limited by; null if there is none
   * @param orderBy the component that its jobs are ordered by; empty if all of them are in one
   *     line, null if they have no order
   * @param unique the components that make its jobs unique; null if there are none
   */
  public record Keys(
      Map<String, String> limits,
      @Nullable String limitBy,
      @Nullable String orderBy,
      @Nullable String unique) {

    /** A type without limits and keys. */
    public static final Keys NONE = new Keys(Map.of(), null, null, null);

    /** Copies. */
    public Keys {
      limits = Map.copyOf(limits);
    }
  }

  /**
   * A handler.
   *
   * @param steps the earlier names of its steps, by name
   * @param waits the earlier names of its waits and sleeps, by name
   * @param signals the names of the signals that it may wait for
   * @param hasCursor whether it keeps a cursor
   */
  public record Handler(
      Map<String, List<String>> steps,
      Map<String, List<String>> waits,
      Set<String> signals,
      boolean hasCursor) {

    /** A handler without steps, waits and a cursor. */
    public static final Handler PLAIN = new Handler(Map.of(), Map.of(), Set.of(), false);

    /** Copies. */
    public Handler {
      steps = Map.copyOf(steps);
      waits = Map.copyOf(waits);
      signals = Set.copyOf(signals);
    }

    /** Returns whether it has a step of this name, or had it under this name. */
    public boolean hasStep(String name) {
      return isNamed(steps, name);
    }

    /** Returns whether it has a wait or a sleep of this name, or had it under this name. */
    public boolean hasWait(String name) {
      return isNamed(waits, name);
    }

    private static boolean isNamed(Map<String, List<String>> named, String name) {
      return named.containsKey(name)
          || named.values().stream().anyMatch(aliases -> aliases.contains(name));
    }
  }

  /** The description of several modules of one build. */
  public static BuildDescription of(Collection<BuildDescription> parts) {
    Set<String> modules = new HashSet<>();
    Map<String, TypeDescription> types = new HashMap<>();
    Map<String, Handler> handlers = new HashMap<>();
    Map<String, Versions> signals = new HashMap<>();
    for (BuildDescription part : parts) {
      modules.addAll(part.modules);
      types.putAll(part.types);
      handlers.putAll(part.handlers);
      signals.putAll(part.signals);
    }
    return new BuildDescription(modules, types, handlers, signals);
  }

  /**
   * The description of a build when only the types of its workers are known.
   *
   * @param knows the types, each with the newest version that the workers know; they read all
   *     earlier ones
   */
  public static BuildDescription ofKnown(String module, Map<String, Integer> knows) {
    Map<String, TypeDescription> types = new HashMap<>();
    Map<String, Handler> handlers = new HashMap<>();
    knows.forEach(
        (name, version) -> {
          Set<Integer> earlier =
              IntStream.range(1, version).boxed().collect(Collectors.toUnmodifiableSet());
          types.put(
              name,
              new TypeDescription(
                  new Versions(version, earlier),
                  List.of(),
                  Map.of(),
                  false,
                  Keys.NONE,
                  Set.of(),
                  Set.of()));
          handlers.put(name, Handler.PLAIN);
        });
    return new BuildDescription(Set.of(module), types, handlers, Map.of());
  }

  /** The type with this name or alias; empty if the build does not declare it. */
  public Optional<String> named(String name) {
    if (types.containsKey(name)) {
      return Optional.of(name);
    }
    return types.entrySet().stream()
        .filter(type -> type.getValue().aliases().contains(name))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** The type with this name or alias, if a handler of the build runs its jobs. */
  public Optional<TypeDescription> handled(String name) {
    return named(name).filter(handlers::containsKey).map(this::type);
  }

  /** The type with this name, which the build declares. */
  TypeDescription type(String name) {
    TypeDescription type = types.get(name);
    if (type == null) {
      throw new IllegalArgumentException("The build does not declare the job type '" + name + "'.");
    }
    return type;
  }

  /** The names that jobs of a type may have been submitted under. */
  Stream<String> names(String type) {
    return Stream.concat(Stream.of(type), type(type).aliases().stream());
  }

  /** The types that it has handlers of, but whose modules are not part of it. */
  public List<String> undeclared() {
    return handlers.keySet().stream().filter(type -> !types.containsKey(type)).sorted().toList();
  }
}
