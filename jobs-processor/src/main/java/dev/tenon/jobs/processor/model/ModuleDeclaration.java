package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.ClassName;
import java.util.List;
import java.util.Optional;
import javax.lang.model.SourceVersion;

/**
 * The module of this compilation.
 *
 * @param position the {@code @JobModule} annotation; empty where there is none
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
   * @param written the class as the source names it, and where
   * @param module what it is; empty if it is no module
   */
  public record Include(Attribute<String> written, Optional<IncludedModule> module) {}

  /** The included modules, without the entries that are none. */
  public List<IncludedModule> includedModules() {
    return includes.stream().map(Include::module).flatMap(Optional::stream).toList();
  }

  /** The name, or that of a module without annotation where the name is no class name. */
  public String simpleName() {
    return hasUsableName() ? name.value() : GeneratedNames.module(packageName);
  }

  /** Whether the name can be the name of a class. */
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

  /** The generated module for Dagger. */
  public ClassName daggerModule() {
    return ClassName.get(packageName, simpleName() + "DaggerModule");
  }

  /** The generated class that takes the handlers. */
  public ClassName handlers() {
    return ClassName.get(packageName, simpleName() + "Handlers");
  }
}
