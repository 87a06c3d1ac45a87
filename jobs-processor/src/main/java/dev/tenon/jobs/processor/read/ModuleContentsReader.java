package dev.tenon.jobs.processor.read;

import dev.tenon.jobs.processor.model.HandlerDeclaration;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleDeclaration;
import dev.tenon.jobs.processor.model.SignalDeclaration;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;

/** Reads everything of a compilation that belongs to its module. */
public final class ModuleContentsReader {

  private final JobTypeReader jobTypes;
  private final ModuleReader modules;

  /** Creates a reader. */
  public ModuleContentsReader(JobTypeReader jobTypes, ModuleReader modules) {
    this.jobTypes = jobTypes;
    this.modules = modules;
  }

  /** The way to handle a class that refers to a type that does not exist (yet). */
  public enum Unresolved {
    /** Wait for the type: this round has no module. */
    WAIT,
    /** Leave the class out. */
    LEAVE_OUT
  }

  /**
   * The module; empty if something in it refers to a type that does not exist yet, or if it would
   * be empty.
   *
   * @param types the classes that have {@code @JobType}
   * @param signalTypes the classes that have {@code @Signal}
   * @param annotated the elements that have {@code @JobModule}; only the first one counts
   * @param unresolved the way to handle classes that refer to types that do not exist yet
   */
  public Optional<ModuleContents> read(
      List<TypeElement> types,
      List<TypeElement> signalTypes,
      List<Element> annotated,
      Unresolved unresolved) {
    List<JobDeclaration> jobs = new ArrayList<>();
    List<HandlerDeclaration> handlers = new ArrayList<>();
    Set<String> misplaced = new TreeSet<>();
    for (TypeElement type : types) {
      boolean resolved =
          switch (jobTypes.role(type)) {
            case PAYLOAD -> add(jobTypes.declaration(type), jobs);
            case HANDLER -> add(jobTypes.handler(type), handlers);
            case NEITHER -> add(jobTypes.namedType(type), misplaced);
            case UNRESOLVED -> false;
          };
      if (!resolved && unresolved == Unresolved.WAIT) {
        return Optional.empty();
      }
    }
    List<SignalDeclaration> signals = new ArrayList<>();
    for (TypeElement type : signalTypes) {
      boolean resolved =
          type.getKind() != ElementKind.RECORD || add(SignalReader.declaration(type), signals);
      if (!resolved && unresolved == Unresolved.WAIT) {
        return Optional.empty();
      }
    }
    List<TypeElement> all = Stream.concat(types.stream(), signalTypes.stream()).toList();
    return module(all, annotated, packages(jobs, signals, handlers))
        .map(module -> new ModuleContents(module, jobs, signals, handlers, misplaced));
  }

  private static <T> boolean add(Optional<T> read, Collection<T> to) {
    read.ifPresent(to::add);
    return read.isPresent();
  }

  private Optional<ModuleDeclaration> module(
      List<TypeElement> types, List<Element> annotated, List<String> packages) {
    if (!annotated.isEmpty()) {
      return modules.annotated(annotated.get(0));
    }
    return packages.isEmpty()
        ? Optional.empty()
        : Optional.of(modules.unannotated(packages, SourcePosition.of(types.get(0))));
  }

  /** The packages that a module without annotation is named after. */
  private static List<String> packages(
      List<JobDeclaration> jobs,
      List<SignalDeclaration> signals,
      List<HandlerDeclaration> handlers) {
    List<String> packages = new ArrayList<>();
    jobs.forEach(job -> packages.add(job.payload().packageName()));
    signals.forEach(signal -> packages.add(signal.record().packageName()));
    if (packages.isEmpty()) {
      handlers.forEach(handler -> packages.add(handler.handler().packageName()));
    }
    return packages;
  }
}
