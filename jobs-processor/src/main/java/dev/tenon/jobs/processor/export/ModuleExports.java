package dev.tenon.jobs.processor.export;

import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleDeclaration;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.processing.Filer;
import javax.lang.model.element.Element;

/** Writes, per module, the AsyncAPI document and the metadata of native images. */
public final class ModuleExports {

  private final Filer filer;

  /** A writer. */
  public ModuleExports(Filer filer) {
    this.filer = filer;
  }

  /** Writes the exports of a module in which nothing is wrong. */
  public void write(ModuleContents contents, List<Element> sources) {
    ModuleDeclaration module = contents.module();
    JsonFile.write(
        Paths.asyncApi(module),
        new AsyncApiDocument(module.simpleName(), contents.types()).json(),
        filer,
        sources);
    JsonFile.write(Paths.reachability(module), reachability(module), filer, sources);
  }

  /** What it takes to find the module with a {@link java.util.ServiceLoader}. */
  private static Map<String, Object> reachability(ModuleDeclaration module) {
    Map<String, Object> type = new LinkedHashMap<>();
    type.put("type", module.module().reflectionName());
    type.put("allPublicConstructors", true);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("reflection", List.of(type));
    json.put(
        "resources",
        List.of(Map.of("glob", "META-INF/services/" + RuntimeTypes.JOB_MODULE.canonicalName())));
    return json;
  }
}
