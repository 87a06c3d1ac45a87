package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.ClassName;
import java.util.List;
import java.util.Optional;

/**
 * A module that was compiled earlier, as its generated class describes it.
 *
 * @param name the generated module class
 * @param types its own job types
 * @param signals its own signals
 * @param includes the modules that it includes
 * @param handlers the generated class that takes its handlers; empty if it has none
 */
public record IncludedModule(
    ClassName name,
    List<JobDeclaration> types,
    List<SignalDeclaration> signals,
    List<IncludedModule> includes,
    Optional<ClassName> handlers) {

  /**
   * The generated class with its typed submit methods, which exists if it has job types or signals.
   */
  public ClassName api() {
    return sibling("");
  }

  /**
   * The generated Dagger module, which exists if Dagger was on the class path when the module was
   * compiled.
   */
  public ClassName daggerModule() {
    return sibling("DaggerModule");
  }

  /** Returns whether the module itself declares job types or signals. */
  public boolean hasOwn() {
    return !types.isEmpty() || !signals.isEmpty();
  }

  private ClassName sibling(String ending) {
    return ClassName.get(
        name.packageName(), name.simpleName().replaceFirst("Module$", "") + ending);
  }
}
