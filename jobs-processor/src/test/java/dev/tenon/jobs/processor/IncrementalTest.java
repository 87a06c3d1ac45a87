package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.annotation.processing.Filer;
import javax.annotation.processing.Messager;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.Processor;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.QualifiedNameable;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import javax.tools.FileObject;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledForJreRange;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/**
 * The properties that Gradle's incremental compilation relies on: the dependencies of each output,
 * and the same output for the changed sources together with the class files of the others.
 */
class IncrementalTest {

  private static final String ORDER = "shop/Order.java";

  private static final Map<String, String> SOURCES =
      Map.of(
          "shop/package-info.java",
          "@dev.tenon.jobs.annotation.JobModule(\"ShopJobs\")\npackage shop;\n",
          ORDER,
          """
          package shop;

          @dev.tenon.jobs.annotation.JobType("shop.order")
          record Order(@jakarta.validation.constraints.NotBlank String name, Line line, Note note) {
            @dev.tenon.jobs.annotation.FromResults
            static Order ofRefund(Order draft, Refund refund) {
              return draft;
            }
          }
          """,
          "shop/Line.java",
          """
          package shop;

          record Line(@org.jspecify.annotations.Nullable String text) {}
          """,
          "shop/Note.java",
          "package shop;\n\nrecord Note(String text) {}\n",
          "shop/Refund.java",
          """
          package shop;

          @dev.tenon.jobs.annotation.JobType("shop.refund")
          record Refund(@org.jspecify.annotations.Nullable String reason,
              java.util.List<@jakarta.validation.constraints.NotBlank String> lines) {
            @dev.tenon.jobs.annotation.FromResults
            static Refund ofNotes(java.util.List<Note> notes) {
              return new Refund(null, java.util.List.of());
            }
          }
          """,
          "shop/OrderHandler.java",
          handler("Order"),
          "shop/RefundHandler.java",
          handler("Refund"));

  @TempDir Path directory;

  private final Map<String, Set<String>> origins = new TreeMap<>();

  @BeforeEach
  void compileAll() throws IOException {
    compile(SOURCES.keySet(), List.of());
  }

  @Test
  void aDefinitionDependsOnItsRecordAlone() {
    assertThat(origins)
        .containsEntry("shop.OrderJob", Set.of("shop.Order"))
        .containsEntry("shop.RefundJob", Set.of("shop.Refund"));
  }

  @Test
  void theModuleDependsOnEveryAnnotatedElement() {
    Set<String> all =
        Set.of("shop", "shop.Order", "shop.OrderHandler", "shop.Refund", "shop.RefundHandler");

    assertThat(origins)
        .containsEntry("shop.ShopJobs", all)
        .containsEntry("shop.ShopJobsModule", all)
        .containsEntry("shop.ShopJobsHandlers", all)
        .containsEntry("META-INF/services/dev.tenon.jobs.definition.ModuleDefinition", all)
        .containsEntry("META-INF/tenon/ShopJobs.asyncapi.json", all)
        .containsEntry("META-INF/tenon/ShopJobs.schemas.json", all)
        .containsEntry("META-INF/tenon/ShopJobs.module.json", all)
        .containsEntry("META-INF/tenon/module.index", all)
        .containsEntry("META-INF/native-image/tenon/ShopJobs/reachability-metadata.json", all);
    assertThat(origins.entrySet())
        .as("what depends on all, or on one record alone")
        .allMatch(
            output ->
                output.getValue().equals(all)
                    || output.getValue().equals(Set.of("shop.Order"))
                    || output.getValue().equals(Set.of("shop.Refund")))
        .hasSize(11);
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_22)
  void aChangedRecordIsCompiledWithTheClassFilesOfTheOthers() throws IOException {
    Map<String, String> before = generated();

    recompile();

    assertThat(generated()).isEqualTo(before);
    assertThat(origins).doesNotContainKey("shop.RefundJob").containsKey("shop.ShopJobsHandlers");
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_22)
  void theKindOfEachProcessorIsDeclaredForGradle() {
    assertThat(forGradle(new JobsProcessor()))
        .containsExactly("org.gradle.annotation.processing.isolating");
    assertThat(forGradle(new JobsModuleProcessor()))
        .containsExactly("org.gradle.annotation.processing.aggregating");
  }

  @Test
  @DisabledForJreRange(min = JRE.JAVA_22)
  void gradleCompilesEverythingWhereClassFilesDoNotShowTheirAnnotations() {
    assertThat(forGradle(new JobsProcessor())).isEmpty();
    assertThat(forGradle(new JobsModuleProcessor())).isEmpty();
  }

  private static List<String> forGradle(Processor processor) {
    return processor.getSupportedOptions().stream()
        .filter(option -> option.startsWith("org.gradle."))
        .toList();
  }

  @Test
  void gradleAsksBothProcessors() throws IOException {
    assertThat(
            Files.readString(
                Path.of("src/main/resources/META-INF/gradle/incremental.annotation.processors")))
        .isEqualTo(
            """
            dev.tenon.jobs.processor.JobsProcessor,dynamic
            dev.tenon.jobs.processor.JobsModuleProcessor,dynamic
            """);
  }

  /**
   * The steps of Gradle after a change of one record: it deletes the files that were made of that
   * record, and of all records.
   */
  private void recompile() throws IOException {
    for (String name : List.of("OrderJob", "ShopJobs", "ShopJobsModule", "ShopJobsHandlers")) {
      Files.delete(directory.resolve("generated/shop/" + name + ".java"));
      Files.delete(directory.resolve("classes/shop/" + name + ".class"));
    }
    Files.delete(directory.resolve("classes/shop/Order.class"));
    for (String resource : Compilation.files(directory.resolve("classes/META-INF")).keySet()) {
      Files.delete(directory.resolve("classes/META-INF").resolve(resource));
    }
    origins.clear();
    // A package-info is always compiled, because its class file cannot be handed over
    compile(
        Set.of(ORDER, "shop/package-info.java"),
        List.of("shop.OrderHandler", "shop.Refund", "shop.RefundHandler"));
  }

  private Map<String, String> generated() {
    Map<String, String> generated =
        new TreeMap<>(Compilation.files(directory.resolve("generated")));
    generated.putAll(Compilation.files(directory.resolve("classes/META-INF")));
    return generated;
  }

  private void compile(Set<String> sources, List<String> classNames) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String source : sources) {
      Path file = directory.resolve("sources").resolve(source);
      Files.createDirectories(file.getParent());
      files.add(Files.writeString(file, SOURCES.get(source)));
    }
    Path classes = Files.createDirectories(directory.resolve("classes"));
    Path generated = Files.createDirectories(directory.resolve("generated"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
      manager.setLocationFromPaths(
          StandardLocation.CLASS_PATH,
          Stream.concat(Stream.of(classes), TestPath.ofApplications().stream()).toList());
      manager.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
      manager.setLocationFromPaths(StandardLocation.SOURCE_OUTPUT, List.of(generated));
      JavaCompiler.CompilationTask task =
          compiler.getTask(
              null,
              manager,
              null,
              List.of("--release", "17", "-Xlint:all,-processing", "-Werror"),
              classNames,
              manager.getJavaFileObjectsFromPaths(files));
      task.setProcessors(
          List.of(recording(new JobsProcessor()), recording(new JobsModuleProcessor())));
      assertThat(task.call()).isTrue();
    }
  }

  /** The processor, with an environment that records the originating elements of its outputs. */
  private Processor recording(Processor processor) {
    return (Processor)
        Proxy.newProxyInstance(
            IncrementalTest.class.getClassLoader(),
            new Class<?>[] {Processor.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("init")) {
                processor.init(new RecordingEnvironment((ProcessingEnvironment) arguments[0]));
                return null;
              }
              return method.invoke(processor, arguments);
            });
  }

  private void record(CharSequence output, Element... elements) {
    Set<String> names = new TreeSet<>();
    Arrays.stream(elements)
        .map(element -> ((QualifiedNameable) element).getQualifiedName().toString())
        .forEach(names::add);
    origins.put(output.toString(), names);
  }

  private static String handler(String payload) {
    return """
    package shop;

    import dev.tenon.jobs.JobContext;
    import dev.tenon.jobs.JobHandler;

    @dev.tenon.jobs.annotation.JobType("shop.%2$s")
    final class %1$sHandler implements JobHandler<%1$s, Void> {
      @Override
      public Void execute(%1$s payload, JobContext context) {
        return null;
      }
    }
    """
        .formatted(payload, payload.toLowerCase(Locale.ROOT));
  }

  /** An environment in Gradle's wrapper. */
  private final class RecordingEnvironment implements ProcessingEnvironment, Filer {
    private final ProcessingEnvironment environment;

    RecordingEnvironment(ProcessingEnvironment environment) {
      this.environment = environment;
    }

    @Override
    public JavaFileObject createSourceFile(CharSequence name, Element... elements)
        throws IOException {
      record(name, elements);
      return environment.getFiler().createSourceFile(name, elements);
    }

    @Override
    public JavaFileObject createClassFile(CharSequence name, Element... elements)
        throws IOException {
      record(name, elements);
      return environment.getFiler().createClassFile(name, elements);
    }

    @Override
    public FileObject createResource(
        JavaFileManager.Location location,
        CharSequence moduleAndPkg,
        CharSequence relativeName,
        Element... elements)
        throws IOException {
      record(relativeName, elements);
      return environment.getFiler().createResource(location, moduleAndPkg, relativeName, elements);
    }

    @Override
    public FileObject getResource(
        JavaFileManager.Location location, CharSequence moduleAndPkg, CharSequence relativeName)
        throws IOException {
      if (location != StandardLocation.CLASS_OUTPUT) {
        throw new AssertionError("Gradle does not know that " + relativeName + " is read");
      }
      return environment.getFiler().getResource(location, moduleAndPkg, relativeName);
    }

    @Override
    public Filer getFiler() {
      return this;
    }

    @Override
    public Map<String, String> getOptions() {
      return environment.getOptions();
    }

    @Override
    public Messager getMessager() {
      return environment.getMessager();
    }

    @Override
    public Elements getElementUtils() {
      return environment.getElementUtils();
    }

    @Override
    public Types getTypeUtils() {
      return environment.getTypeUtils();
    }

    @Override
    public SourceVersion getSourceVersion() {
      return environment.getSourceVersion();
    }

    @Override
    public Locale getLocale() {
      return environment.getLocale();
    }
  }
}
