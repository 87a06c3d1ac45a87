package dev.tenon.jobs.processor.read;

import dev.tenon.jobs.processor.model.HandlerDeclaration;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleDeclaration;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.lang.model.element.Element;
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
   * @param annotated the elements that have {@code @JobModule}; only the first one counts
   * @param unresolved the way to handle classes that refer to types that do not exist yet
   */
  public Optional<ModuleContents> read(
      List<TypeElement> types, List<Element> annotated, Unresolved unresolved) {
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
    return module(types, annotated, jobs, handlers)
        .map(module -> new ModuleContents(module, jobs, handlers, misplaced));
  }

  private static <T> boolean add(Optional<T> read, Collection<T> to) {
    read.ifPresent(to::add);
    return read.isPresent();
  }

  private Optional<ModuleDeclaration> module(
      List<TypeElement> types,
      List<Element> annotated,
      List<JobDeclaration> jobs,
      List<HandlerDeclaration> handlers) {
    if (!annotated.isEmpty()) {
      return modules.annotated(annotated.get(0));
    }
    if (jobs.isEmpty() && handlers.isEmpty()) {
      return Optional.empty();
    }
    List<String> packages =
        jobs.isEmpty()
            ? handlers.stream().map(handler -> handler.handler().packageName()).toList()
            : jobs.stream().map(job -> job.payload().packageName()).toList();
    return Optional.of(modules.unannotated(packages, SourcePosition.of(types.get(0))));
  }
}
