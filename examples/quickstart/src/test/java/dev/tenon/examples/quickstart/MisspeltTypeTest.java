package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.processor.JobsModuleProcessor;
import dev.tenon.jobs.processor.JobsProcessor;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README shows what the compiler says of a misspelt job type; this is what it says. */
class MisspeltTypeTest {

  private static final String HANDLER = "WidgetBatchHandler.java";

  @Test
  void isShownInTheReadme(@TempDir Path folder) throws IOException {
    String said = compile(folder, misspeltSources(folder));

    List<String> shown =
        new Document(Document.README)
            .blocks("text")
            .filter(block -> block.contains(HANDLER))
            .toList();
    assertThat(shown).hasSize(1);
    assertThat(said).isEqualTo(shown.get(0));
  }

  private static List<Path> misspeltSources(Path folder) throws IOException {
    Path module = Document.MODULE.resolve("src/main/java/dev/tenon/examples/quickstart");
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> files = Files.list(module)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).sorted().toList()) {
        // What calls generated code would only complain that there is none
        String name = file.getFileName().toString();
        if (!name.endsWith("Main.java")) {
          String text = Files.readString(file);
          if (name.equals(HANDLER)) {
            text = text.replace("@JobType(\"widget.process", "@JobType(\"widget.proces");
          }
          sources.add(Files.writeString(folder.resolve(name), text));
        }
      }
    }
    return sources;
  }

  private static String compile(Path folder, List<Path> sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavaCompiler.CompilationTask task =
          compiler.getTask(
              said,
              files,
              null,
              List.of("-d", folder.toString(), "-proc:only"),
              null,
              files.getJavaFileObjectsFromPaths(sources));
      task.setProcessors(List.of(new JobsProcessor(), new JobsModuleProcessor()));
      assertThat(task.call()).isFalse();
    }
    return said.toString().replace(folder + "/", "").strip();
  }
}
