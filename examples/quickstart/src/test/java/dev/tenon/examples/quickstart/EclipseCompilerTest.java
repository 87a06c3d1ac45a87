package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jdt.core.compiler.batch.BatchCompiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Eclipse's compiler compiles this example, and generates what javac did. */
class EclipseCompilerTest {

  @Test
  void compilesTheExample(@TempDir Path folder) throws IOException {
    // Without what javac made of the example
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !Path.of(entry).startsWith(Document.MODULE))
            .collect(Collectors.joining(File.pathSeparator));
    Path generated = Files.createDirectories(folder.resolve("generated"));
    StringWriter said = new StringWriter();
    PrintWriter printer = new PrintWriter(said);

    boolean success =
        BatchCompiler.compile(
            new String[] {
              "--release",
              "17",
              "-parameters",
              "-warn:none",
              "-cp",
              classPath,
              "-processorpath",
              classPath,
              "-processor",
              "dev.tenon.jobs.processor.JobsProcessor,dev.tenon.jobs.processor.JobsModuleProcessor",
              "-d",
              folder.resolve("classes").toString(),
              "-s",
              generated.toString(),
              Document.MODULE.resolve("src/main/java").toString()
            },
            printer,
            printer,
            null);

    assertThat(success).as(said.toString()).isTrue();
    assertThat(sources(generated))
        .isNotEmpty()
        .isEqualTo(sources(Document.MODULE.resolve("target/generated-sources/annotations")));
  }

  private static Map<String, String> sources(Path root) throws IOException {
    Map<String, String> sources = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sources.put(root.relativize(file).toString(), Files.readString(file));
      }
    }
    return sources;
  }
}
