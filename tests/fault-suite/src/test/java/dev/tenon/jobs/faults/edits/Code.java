package dev.tenon.jobs.faults.edits;

import dev.tenon.jobs.processor.JobsModuleProcessor;
import dev.tenon.jobs.processor.JobsProcessor;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * Sources that were compiled with the processors.
 *
 * @param classes the folder of the classes
 * @param errors the errors of the compiler; none if it was a success
 */
record Code(Path classes, List<String> errors) {

  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  /** Of all compilations, one after the other: it keeps the jars open. */
  private static final StandardJavaFileManager FILES =
      COMPILER.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);

  /**
   * Compiles.
   *
   * @param folder an empty folder
   * @param lock the schema lock, which is written if it is not there
   */
  static Code compile(Path folder, Path lock, Map<String, String> files) throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    List<Path> inputs = new ArrayList<>();
    for (Map.Entry<String, String> source : files.entrySet()) {
      Path file = folder.resolve("sources").resolve(source.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue());
      inputs.add(file);
    }
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    FILES.setLocationFromPaths(StandardLocation.CLASS_PATH, classPath());
    FILES.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
    FILES.setLocationFromPaths(
        StandardLocation.SOURCE_OUTPUT,
        List.of(Files.createDirectories(folder.resolve("generated"))));
    JavaCompiler.CompilationTask task =
        COMPILER.getTask(
            null,
            FILES,
            diagnostics,
            List.of("--release", "17", "-parameters", "-Atenon.lock=" + lock),
            null,
            FILES.getJavaFileObjectsFromPaths(inputs));
    task.setLocale(Locale.ROOT);
    task.setProcessors(List.of(new JobsModuleProcessor(), new JobsProcessor()));
    boolean unused = task.call();
    return new Code(
        classes,
        diagnostics.getDiagnostics().stream()
            .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
            .map(diagnostic -> diagnostic.getMessage(Locale.ROOT))
            .toList());
  }

  private static List<Path> classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }
}
