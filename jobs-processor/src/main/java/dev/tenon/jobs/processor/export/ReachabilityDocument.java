package dev.tenon.jobs.processor.export;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What GraalVM's native-image has to keep of a program, since it is used by reflection: the class
 * of the job module, which the runtime finds as a service. Payloads and results need nothing.
 *
 * @see <a
 *     href="https://www.graalvm.org/latest/reference-manual/native-image/metadata/">Reachability
 *     metadata</a>
 */
final class ReachabilityDocument {

  private ReachabilityDocument() {}

  /** The document of a module, which a {@link java.util.ServiceLoader} finds. */
  static Map<String, Object> json(ClassName module) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("type", module.reflectionName());
    entry.put("allPublicConstructors", true);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("reflection", List.of(entry));
    json.put(
        "resources",
        List.of(
            Map.of("glob", "META-INF/services/" + RuntimeTypes.MODULE_DEFINITION.canonicalName())));
    return json;
  }
}
