package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.ClassName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The module of a compilation, with everything that belongs to it.
 *
 * @param module the module
 * @param types its own job types, sorted by type
 * @param signals its own signals, sorted by name
 * @param handlers the handlers that are compiled with it, sorted by the type they handle
 * @param misplaced the types named by classes that are neither a payload nor a handler
 */
public record ModuleContents(
    ModuleDeclaration module,
    List<JobDeclaration> types,
    List<SignalDeclaration> signals,
    List<HandlerDeclaration> handlers,
    Set<String> misplaced) {

  /** Sorts. */
  public ModuleContents {
    types =
        types.stream()
            .sorted(
                Comparator.comparing(JobDeclaration::typeName)
                    .thenComparing(job -> job.payload().canonicalName()))
            .toList();
    signals =
        signals.stream()
            .sorted(
                Comparator.comparing(SignalDeclaration::signalName)
                    .thenComparing(signal -> signal.record().canonicalName()))
            .toList();
    handlers =
        handlers.stream()
            .sorted(
                Comparator.comparing(HandlerDeclaration::typeName)
                    .thenComparing(handler -> handler.handler().canonicalName()))
            .toList();
  }

  /**
   * A job type, and its origin.
   *
   * @param job the job type
   * @param include the entry that leads to it; empty for one of the module's own types
   * @param module its module: the class with the typed submit methods
   */
  public record Member(
      JobDeclaration job, Optional<ModuleDeclaration.Include> include, ClassName module) {}

  /** Returns whether the module itself declares job types or signals. */
  public boolean hasOwn() {
    return !types.isEmpty() || !signals.isEmpty();
  }

  /**
   * A signal, and its origin.
   *
   * @param signal the signal
   * @param include the entry that leads to it; empty for one of the module's own signals
   */
  public record SignalMember(
      SignalDeclaration signal, Optional<ModuleDeclaration.Include> include) {}

  /** Every signal of the module and of its included modules, each record once, sorted by name. */
  public List<SignalMember> signalMembers() {
    Map<ClassName, SignalMember> found = new LinkedHashMap<>();
    signals.forEach(
        signal -> found.putIfAbsent(signal.record(), new SignalMember(signal, Optional.empty())));
    for (ModuleDeclaration.Include include : module.includes()) {
      include.module().ifPresent(included -> addSignals(included, include, found));
    }
    return found.values().stream()
        .sorted(Comparator.comparing(member -> member.signal().signalName()))
        .toList();
  }

  private static void addSignals(
      IncludedModule module,
      ModuleDeclaration.Include include,
      Map<ClassName, SignalMember> found) {
    module
        .signals()
        .forEach(
            signal ->
                found.putIfAbsent(signal.record(), new SignalMember(signal, Optional.of(include))));
    module.includes().forEach(next -> addSignals(next, include, found));
  }

  /** An included module whose handlers are compiled with it, and the entry that leads to it. */
  public record Handled(IncludedModule module, ModuleDeclaration.Include include) {}

  /**
   * The included modules that bring handlers, both for the types they declare and for those they
   * include.
   */
  public List<Handled> handledModules() {
    Map<ClassName, Handled> found = new LinkedHashMap<>();
    for (ModuleDeclaration.Include include : module.includes()) {
      include.module().ifPresent(included -> addHandled(included, include, found));
    }
    // A module that another one brings along is handled there
    List<ClassName> brought = new ArrayList<>();
    found.values().forEach(handled -> reachable(handled.module().includes(), brought));
    return found.values().stream()
        .filter(handled -> !brought.contains(handled.module().name()))
        .toList();
  }

  private static void addHandled(
      IncludedModule module, ModuleDeclaration.Include include, Map<ClassName, Handled> found) {
    if (module.handlers().isPresent()) {
      found.putIfAbsent(module.name(), new Handled(module, include));
    } else {
      module.includes().forEach(next -> addHandled(next, include, found));
    }
  }

  /** The job types whose handlers must be compiled with this module, sorted by type. */
  public List<Member> openTypes() {
    Set<ClassName> handled = new HashSet<>();
    handledModules()
        .forEach(module -> allTypes(module.module()).forEach(job -> handled.add(job.payload())));
    return members().stream()
        .filter(member -> !member.job().isExternal())
        .filter(member -> member.include().isEmpty() || !handled.contains(member.job().payload()))
        .toList();
  }

  /** Every job type of the module and of its included modules, each record once, sorted by type. */
  public List<Member> members() {
    Map<ClassName, Member> found = new LinkedHashMap<>();
    types.forEach(
        job -> found.putIfAbsent(job.payload(), new Member(job, Optional.empty(), module.api())));
    for (ModuleDeclaration.Include include : module.includes()) {
      include.module().ifPresent(included -> addTypes(included, include, found));
    }
    return found.values().stream()
        .sorted(Comparator.comparing(member -> member.job().typeName()))
        .toList();
  }

  private static void addTypes(
      IncludedModule module, ModuleDeclaration.Include include, Map<ClassName, Member> found) {
    module
        .types()
        .forEach(
            job ->
                found.putIfAbsent(
                    job.payload(), new Member(job, Optional.of(include), module.api())));
    module.includes().forEach(next -> addTypes(next, include, found));
  }

  /** The job types of a module and of its included modules. */
  public static List<JobDeclaration> allTypes(IncludedModule module) {
    List<JobDeclaration> types = new ArrayList<>(module.types());
    module.includes().forEach(next -> types.addAll(allTypes(next)));
    return types;
  }

  /** These modules and all modules that they include, directly or not. */
  private static void reachable(List<IncludedModule> modules, List<ClassName> found) {
    for (IncludedModule module : modules) {
      if (!found.contains(module.name())) {
        found.add(module.name());
        reachable(module.includes(), found);
      }
    }
  }

  /** The handler of each type that has one here, by type; the first one if there are two. */
  public Map<String, HandlerDeclaration> handlersByType() {
    Map<String, HandlerDeclaration> byType = new LinkedHashMap<>();
    handlers.forEach(handler -> byType.putIfAbsent(handler.typeName(), handler));
    return byType;
  }
}
