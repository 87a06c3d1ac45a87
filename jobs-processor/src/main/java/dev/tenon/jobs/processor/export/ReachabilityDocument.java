package dev.tenon.jobs.processor.export;

import dev.tenon.jobs.processor.model.ModuleDeclaration;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts of a program that GraalVM's native-image has to keep because they are looked up at run
 * time: the class of the job module, which is a service, and the schemas of its types. Payloads and
 * results need nothing.
 *
 * @see <a
 *     href="https://www.graalvm.org/latest/reference-manual/native-image/metadata/">Reachability
 *     metadata</a>
 */
final class ReachabilityDocument {

  private ReachabilityDocument() {}

  /** The document of a module that a {@link java.util.ServiceLoader} finds. */
  static Map<String, Object> json(ModuleDeclaration module) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("type", module.module().reflectionName());
    entry.put("allPublicConstructors", true);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("reflection", List.of(entry));
    json.put(
        "resources",
        List.of(
            Map.of("glob", "META-INF/services/" + RuntimeTypes.MODULE_DEFINITION.canonicalName()),
            Map.of("glob", ExportPaths.schemas(module))));
    return json;
  }
}
