package dev.tenon.jobs.processor.round;

import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.UpcasterMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;

/** The elements that the module of a compilation is made of, over all rounds. */
public final class ModuleInputs {

  private final AnnotatedTypes types;
  private final ModuleElements modules;
  private final UpcasterOwners upcasters;

  /** Collects from the rounds of a compilation. */
  public ModuleInputs(ProcessingEnvironment environment) {
    this.types = new AnnotatedTypes(environment.getElementUtils(), RuntimeTypes.JOB_TYPE);
    this.modules = new ModuleElements(environment);
    this.upcasters = new UpcasterOwners(environment);
  }

  /** Takes what a round brings; returns the names of the classes with {@code @JobType}. */
  public Set<String> add(RoundEnvironment round) {
    modules.add(round);
    upcasters.add(round);
    return types.add(round);
  }

  /** Takes a payload or handler that was compiled before. */
  public void addCompiledType(String name) {
    types.addCompiled(name);
  }

  /** Takes the package or class on which the module was declared when it was compiled before. */
  public void addCompiledModule(String name) {
    modules.addCompiled(name);
  }

  /**
   * Whether the module is declared on a package whose source the compiler was not given: it shows
   * the annotations of that one in the first round only.
   */
  public boolean isDeclaredOnImplicitPackage() {
    return modules.hasImplicitPackage();
  }

  /** Whether a package or class that may be compiled before has {@code @JobModule}. */
  public boolean isDeclaredOn(String name) {
    return modules.find(name).filter(ModuleElements::isAnnotated).isPresent();
  }

  /**
   * Whether a class has an annotation {@code @JobType} that does not exist, so that nobody knows
   * what the module is made of.
   */
  public boolean hasUnresolved() {
    return types.hasUnresolved();
  }

  /** Whether there is nothing of which a module could be made. */
  public boolean isEmpty() {
    return types.types().isEmpty() && modules.elements().isEmpty();
  }

  /** What collects the classes with {@code @JobType}. */
  public AnnotatedTypes annotatedTypes() {
    return types;
  }

  /** The classes with {@code @JobType}, sorted by name. */
  public List<TypeElement> types() {
    return types.types();
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

  /** All elements of which the module's classes are made, those with {@code @JobType} first. */
  public List<Element> originating() {
    List<Element> elements = new ArrayList<>(types());
    elements.addAll(modules());
    return elements;
  }
}
