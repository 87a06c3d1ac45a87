package dev.tenon.jobs.processor;

import dev.tenon.jobs.JobHandlers;
import java.lang.reflect.Constructor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;

/** Sources of modules, job types and handlers, and instances of the generated classes. */
abstract class ModuleSources {

  @TempDir Path directory;

  Compilation.Result definitions(String name, String... payloads) {
    Compilation compilation =
        Compilation.in(directory).source(name + "/Module.java", module(name, "", true));
    for (String payload : payloads) {
      compilation.source(name + "/" + payload + ".java", payload(name, payload));
    }
    return compilation.options("-Werror").run().clean();
  }

  Compilation.Result withHandlers(
      String name, String attributes, String payload, Compilation.Result... classPath) {
    Compilation compilation =
        Compilation.in(directory)
            .source(name + "/Module.java", module(name, attributes, false))
            .source(name + "/" + payload + ".java", payload(name, payload))
            .source(name + "/" + payload + "Handler.java", handler(name, name, payload));
    List.of(classPath).forEach(compilation::classPath);
    return compilation.options("-Werror").run().clean();
  }

  Compilation application(String includes) {
    return application("app", includes);
  }

  Compilation application(String name, String includes) {
    String file = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    return Compilation.in(directory)
        .source(name + "/" + file + ".java", module(name, ", includes = " + includes, false));
  }

  static String module(String name, String attributes, boolean elsewhere) {
    return """
        package %s;

        import dev.tenon.jobs.annotation.JobModule;

        @JobModule(value = "%sJobs"%s%s)
        interface Module {}
        """
        .formatted(
            name,
            name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1),
            attributes,
            elsewhere ? ", handlers = JobModule.Handlers.ELSEWHERE" : "");
  }

  static String payload(String packageName, String name) {
    return """
        package %1$s;

        import dev.tenon.jobs.annotation.JobType;

        @JobType("%1$s.%2$s")
        public record %3$s(String text) {}
        """
        .formatted(packageName, name.toLowerCase(Locale.ROOT), name);
  }

  /** A payload whose {@code @JobType} has more attributes than the type. */
  static String payload(String packageName, String name, String attributes) {
    String type = "\"%s.%s\"".formatted(packageName, name.toLowerCase(Locale.ROOT));
    return payload(packageName, name).replace(type, "value = %s, %s".formatted(type, attributes));
  }

  static String handler(String packageName, String payloadPackage, String payload) {
    return """
        package %1$s;

        import dev.tenon.jobs.JobContext;
        import dev.tenon.jobs.JobHandler;
        import dev.tenon.jobs.annotation.JobType;

        @JobType("%2$s.%3$s")
        public final class %4$sHandler implements JobHandler<%2$s.%4$s, Void> {
          @Override
          public Void execute(%2$s.%4$s payload, JobContext context) {
            return null;
          }
        }
        """
        .formatted(packageName, payloadPackage, payload.toLowerCase(Locale.ROOT), payload);
  }

  static List<String> types(JobHandlers handlers) {
    return handlers.bindings().stream().map(binding -> binding.definition().type()).toList();
  }

  static <T> T make(ClassLoader loader, Class<T> type, String name) throws Exception {
    return type.cast(loader.loadClass(name).getConstructor().newInstance());
  }

  static JobHandlers makeWithParts(ClassLoader loader, String name) throws Exception {
    return (JobHandlers) makeWithParts(loader.loadClass(name));
  }

  /** An instance of a class whose constructor takes instances of classes of this kind. */
  private static Object makeWithParts(Class<?> type) throws Exception {
    Constructor<?> constructor = type.getConstructors()[0];
    List<Object> parts = new ArrayList<>();
    for (Class<?> part : constructor.getParameterTypes()) {
      parts.add(makeWithParts(part));
    }
    return constructor.newInstance(parts.toArray());
  }
}
