package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.ClassName;
import java.util.List;
import java.util.Optional;
import javax.lang.model.SourceVersion;

/**
 * The module of this compilation.
 *
 * @param position the {@code @JobModule} annotation; empty if there is none
 * @param packageName the package of its generated classes
 * @param name its name, such as {@code PlmJobs}
 * @param includes the modules that it includes
 * @param handlersHere whether its handlers are compiled with it
 */
public record ModuleDeclaration(
    Optional<SourcePosition> position,
    String packageName,
    Attribute<String> name,
    List<Include> includes,
    boolean handlersHere) {

  /**
   * An entry of {@code includes}.
   *
   * @param written the class as the source names it, with its position
   * @param module the module; empty if the class is not one
   */
  public record Include(Attribute<String> written, Optional<IncludedModule> module) {}

  /** The included modules, without the entries that are not modules. */
  public List<IncludedModule> includedModules() {
    return includes.stream().map(Include::module).flatMap(Optional::stream).toList();
  }

  /** The name, or the default name if it is not a valid class name. */
  public String simpleName() {
    return hasUsableName() ? name.value() : GeneratedNames.module(packageName);
  }

  /** Returns whether the name is a valid class name. */
  public boolean hasUsableName() {
    return SourceVersion.isIdentifier(name.value()) && !SourceVersion.isKeyword(name.value());
  }

  /** The generated class with the typed submit methods. */
  public ClassName api() {
    return ClassName.get(packageName, simpleName());
  }

  /** The generated registry. */
  public ClassName module() {
    return ClassName.get(packageName, simpleName() + "Module");
  }

  /** The generated Dagger module. */
  public ClassName daggerModule() {
    return ClassName.get(packageName, simpleName() + "DaggerModule");
  }

  /** The generated class that takes the handlers. */
  public ClassName handlers() {
    return ClassName.get(packageName, simpleName() + "Handlers");
  }
}
