package dev.tenon.examples.quickstart;

import dev.tenon.jobs.processor.JobsModuleProcessor;
import dev.tenon.jobs.processor.JobsProcessor;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles the quickstart or another example, with a mistake in it, as a user's build does. */
final class QuickstartCompiler {

  private static final Path SOURCES =
      Document.MODULE.resolve("src/main/java/dev/tenon/examples/quickstart");

  private QuickstartCompiler() {}

  /** What the compiler says of the quickstart; empty if it has nothing to say. */
  static String compile(Mistake mistake, Path folder) throws IOException {
    return compile(SOURCES, mistake, folder);
  }

  /** What the compiler says of the sources in a folder; empty if it has nothing to say. */
  static String compile(Path example, Mistake mistake, Path folder) throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> files = Files.list(example)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).sorted().toList()) {
        String name = file.getFileName().toString();
        String text = Files.readString(file);
        if (name.equals(mistake.file() + ".java")) {
          text = mistake.applyTo(text);
        }
        sources.add(Files.writeString(folder.resolve(name), text));
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, Locale.ENGLISH, null)) {
      JavaCompiler.CompilationTask task =
          compiler.getTask(
              said,
              files,
              null,
              List.of("-d", folder.toString(), "--release", "17"),
              null,
              files.getJavaFileObjectsFromPaths(sources));
      task.setProcessors(List.of(new JobsProcessor(), new JobsModuleProcessor()));
      task.setLocale(Locale.ENGLISH);
      boolean unused = task.call();
    }
    return said.toString().replace(folder + "/", "").strip();
  }
}
