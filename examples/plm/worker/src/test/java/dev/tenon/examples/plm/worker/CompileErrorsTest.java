package dev.tenon.examples.plm.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the compiler says when something is left out of the worker. */
class CompileErrorsTest {

  private static final Path WORKER =
      Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize();
  private static final Path HANDLERS = WORKER.resolveSibling("handlers");
  private static final String HANDLER = "WidgetBatchHandler.java";

  @TempDir private Path folder;

  @Test
  void nothingIsMissing() throws IOException {
    assertThat(compileHandlers(sources(HANDLERS))).isEmpty();
    assertThat(compileWorker(sources(WORKER))).isEmpty();
  }

  @Test
  void aHandlerIsMissing() throws IOException {
    Map<String, String> sources = sources(HANDLERS);
    assertThat(sources.remove(HANDLER)).isNotNull();

    assertThat(compileHandlers(sources))
        .singleElement()
        .asString()
        .contains("[JobsMissingHandler] 'widget.process.batch' has no handler.");
  }

  @Test
  void theBindingOfAHandlerIsMissing() throws IOException {
    Map<String, String> sources = sources(HANDLERS);
    change(sources, HANDLER, "  @Inject\n", "");

    assertThat(compileHandlers(sources)).isEmpty();
    assertThat(compileWorker(sources(WORKER)))
        .singleElement()
        .asString()
        .contains("[Dagger/MissingBinding]", "WidgetBatchHandler cannot be provided without");
  }

  @Test
  void theBindingOfAServiceIsMissing() throws IOException {
    Map<String, String> sources = sources(WORKER);
    change(sources, "SettingsModule.java", "  @Provides\n  static MailSettings", "  static MailSettings");

    assertThat(compileHandlers(sources(HANDLERS))).isEmpty();
    assertThat(compileWorker(sources))
        .singleElement()
        .asString()
        .contains("[Dagger/MissingBinding]", "MailSettings cannot be provided without");
  }

  private List<String> compileHandlers(Map<String, String> sources) throws IOException {
    // Dagger is not on the class path of that module
    return compile(
        "handlers",
        entry -> !entry.contains("dagger"),
        sources,
        "dev.tenon.jobs.processor.JobsProcessor,dev.tenon.jobs.processor.JobsModuleProcessor");
  }

  /** Compiles it against the handlers that were compiled before. */
  private List<String> compileWorker(Map<String, String> sources) throws IOException {
    return compile(
        "worker",
        entry -> true,
        sources,
        "dev.tenon.jobs.processor.JobsModuleProcessor,dagger.internal.codegen.ComponentProcessor");
  }

  private List<String> compile(
      String name, Predicate<String> libraryFilter, Map<String, String> sources, String processors)
      throws IOException {
    String tools = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String libraries =
        Arrays.stream(tools.split(File.pathSeparator))
            .filter(entry -> !Path.of(entry).toAbsolutePath().startsWith(WORKER))
            .filter(entry -> !Path.of(entry).toAbsolutePath().startsWith(HANDLERS))
            .filter(libraryFilter)
            .collect(Collectors.joining(File.pathSeparator));
    String handlers = Files.createDirectories(folder.resolve("handlers")).toString();
    Path output = Files.createDirectories(folder.resolve(name));
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    List<JavaFileObject> files = new ArrayList<>();
    sources.forEach((file, text) -> files.add(new Source(file, text)));
    ToolProvider.getSystemJavaCompiler()
        .getTask(
            null,
            null,
            diagnostics,
            List.of(
                "-d",
                output.toString(),
                "-classpath",
                libraries + File.pathSeparator + handlers,
                "-processorpath",
                tools,
                "-processor",
                processors),
            null,
            files)
        .call();
    return diagnostics.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .map(diagnostic -> diagnostic.getMessage(Locale.ROOT))
        // Dagger says of each component that there was an error before
        .filter(message -> !message.contains("unable to process"))
        .toList();
  }

  private static Map<String, String> sources(Path module) throws IOException {
    Map<String, String> sources = new TreeMap<>();
    try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        sources.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return sources;
  }

  private static void change(Map<String, String> sources, String file, String from, String to) {
    assertThat(sources.get(file)).contains(from);
    sources.computeIfPresent(file, (unused, text) -> text.replace(from, to));
  }

  private static final class Source extends SimpleJavaFileObject {

    private final String text;

    Source(String file, String text) {
      super(URI.create("source:///" + file), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
