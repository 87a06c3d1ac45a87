package dev.tenon.jobs.processor.round;

import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.UpcasterMethod;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;

/** The elements that the module of a compilation is made of, over all rounds. */
public final class ModuleInputs {

  private final AnnotatedTypes types;
  private final AnnotatedTypes signals;
  private final ModuleElements modules;
  private final UpcasterOwners upcasters;

  /** Creates a collector for the rounds of a compilation. */
  public ModuleInputs(ProcessingEnvironment environment) {
    this.types = new AnnotatedTypes(environment.getElementUtils(), RuntimeTypes.JOB_TYPE);
    this.signals = new AnnotatedTypes(environment.getElementUtils(), RuntimeTypes.SIGNAL);
    this.modules = new ModuleElements(environment);
    this.upcasters = new UpcasterOwners(environment);
  }

  /**
   * Adds the elements of a round, and returns the names of the classes with {@code @JobType} or
   * {@code @Signal}.
   */
  public Set<String> add(RoundEnvironment round) {
    modules.add(round);
    upcasters.add(round);
    Set<String> added = new LinkedHashSet<>(types.add(round));
    added.addAll(signals.add(round));
    return added;
  }

  /** Adds a payload or handler that was compiled earlier. */
  public void addCompiledType(String name) {
    types.addCompiled(name);
  }

  /** Adds the record of a signal that was compiled earlier. */
  public void addCompiledSignal(String name) {
    signals.addCompiled(name);
  }

  /** Adds the package or class that the module was declared on in the previous compilation. */
  public void addCompiledModule(String name) {
    modules.addCompiled(name);
  }

  /**
   * Returns whether the module is declared on a package whose source the compiler was not given:
   * the compiler shows the annotations of such a package only in the first round.
   */
  public boolean isDeclaredOnImplicitPackage() {
    return modules.hasImplicitPackage();
  }

  /**
   * Returns whether a package or class, which may have been compiled earlier, has
   * {@code @JobModule}.
   */
  public boolean isDeclaredOn(String name) {
    return modules.find(name).filter(ModuleElements::isAnnotated).isPresent();
  }

  /**
   * Returns whether a class has an annotation {@code @JobType} or {@code @Signal} that does not
   * exist, so that the contents of the module are unknown.
   */
  public boolean hasUnresolved() {
    return types.hasUnresolved() || signals.hasUnresolved();
  }

  /** Returns whether there is nothing to make a module of. */
  public boolean isEmpty() {
    return types.types().isEmpty() && signals.types().isEmpty() && modules.elements().isEmpty();
  }

  /** The collector of the classes with {@code @JobType}. */
  public AnnotatedTypes annotatedTypes() {
    return types;
  }

  /** The classes with {@code @JobType}, sorted by name. */
  public List<TypeElement> types() {
    return types.types();
  }

  /** The classes with {@code @Signal}, sorted by name. */
  public List<TypeElement> signals() {
    return signals.types();
  }

  /** The elements with {@code @JobModule}, packages first. */
  public List<Element> modules() {
    return modules.elements();
  }

  /** The upcasters of all classes. */
  public List<UpcasterMethod> upcasters() {
    return upcasters.methods();
  }

  /** The names of all classes in the sources. */
  public Set<String> sources() {
    return types.sources();
  }

  /** All elements that the module's classes are made of, those with {@code @JobType} first. */
  public List<Element> originating() {
    Set<Element> elements = new LinkedHashSet<>(types());
    elements.addAll(signals());
    elements.addAll(modules());
    return List.copyOf(elements);
  }
}
