package dev.tenon.jobs.processor;

import dagger.internal.codegen.ComponentProcessor;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.annotation.processing.Processor;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * Compiles sources with the processors, and keeps the results. If there is a {@code
 * module-info.java} among them, everything else is on the module path.
 */
final class Compilation {

  /** Shows the annotations of class files, as the compilers of JDK 22 and newer do. */
  static final String SHOW_ANNOTATIONS = "-XDaddTypeAnnotationsToSymbol=true";

  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  /**
   * The file manager of all compilations, which run one after the other: it keeps the jars open.
   */
  private static final StandardJavaFileManager FILES =
      COMPILER.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);

  private final Path directory;
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final List<Path> classPath = new ArrayList<>();
  private List<Path> libraries = TestPath.entries();
  private final List<String> processedClasses = new ArrayList<>();
  private final List<Processor> processors = new ArrayList<>();
  private final List<String> options =
      new ArrayList<>(
          List.of("--release", "17", "-Xlint:all,-processing,-classfile", "-parameters"));

  private Compilation(Path directory) {
    this.directory = directory;
    // In the order that the jar names them in
    processors.add(new JobsModuleProcessor());
    processors.add(new JobsProcessor());
  }

  /** A compilation that writes to a new directory below this one. */
  static Compilation in(Path directory) {
    try {
      return new Compilation(Files.createTempDirectory(directory, "compilation"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A compilation of single sources after another one, like Maven's without its incremental mode:
   * it writes to the same directories, and sees the classes and sources in them.
   */
  static Compilation after(Result previous) {
    return afterWithoutClasses(previous).classPath(previous);
  }

  /** The same, but it does not see the classes. */
  static Compilation afterWithoutClasses(Result previous) {
    Path directory = previous.classes().getParent();
    return new Compilation(directory)
        .options("-sourcepath", directory.resolve("sources").toString());
  }

  /** Adds a source by its path, such as {@code shop/Widget.java}. */
  Compilation source(String path, String text) {
    sources.put(path, text);
    return this;
  }

  /** Adds all sources below a directory. */
  Compilation sources(Path root) {
    files(root).forEach((path, text) -> sources.put(path, text));
    return this;
  }

  /** Adds the output of another compilation to the class path. */
  Compilation classPath(Result other) {
    classPath.add(other.classes());
    return this;
  }

  /** Adds libraries to the class path. */
  Compilation classPath(List<Path> libraries) {
    classPath.addAll(libraries);
    return this;
  }

  /** Leaves the API of jobs out of the class path. */
  Compilation withoutApi() {
    libraries = TestPath.withoutApi();
    return this;
  }

  /** Adds Dagger to the class path, and its processor after the existing ones. */
  Compilation dagger() {
    return classPath(TestPath.dagger()).processor(new ComponentProcessor());
  }

  /** Processes a class again that was compiled earlier, as Gradle does. */
  Compilation processedClass(String name) {
    processedClasses.add(name);
    return this;
  }

  Compilation processor(Processor processor) {
    processors.add(processor);
    return this;
  }

  /** Runs only these processors. */
  Compilation onlyProcessors(Processor... these) {
    processors.clear();
    processors.addAll(List.of(these));
    return this;
  }

  Compilation options(String... more) {
    options.addAll(List.of(more));
    return this;
  }

  /** The text of all files below a directory, by path. */
  static Map<String, String> files(Path root) {
    Map<String, String> files = new TreeMap<>();
    if (!Files.isDirectory(root)) {
      return files;
    }
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        files.put(
            root.relativize(file).toString().replace(File.separatorChar, '/'),
            Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  Result run() {
    try {
      return compile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Result compile() throws IOException {
    Path input = Files.createDirectories(directory.resolve("sources"));
    List<Path> inputs = new ArrayList<>();
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = input.resolve(source.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue());
      inputs.add(file);
    }
    if (!sources.containsKey("module-info.java")) {
      return compile(FILES, StandardLocation.CLASS_PATH, inputs);
    }
    try (StandardJavaFileManager files =
        COMPILER.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
      return compile(files, StandardLocation.MODULE_PATH, inputs);
    }
  }

  private Result compile(
      StandardJavaFileManager files, StandardLocation kindOfPath, List<Path> inputs)
      throws IOException {
    Path classes = Files.createDirectories(directory.resolve("classes"));
    Path generated = Files.createDirectories(directory.resolve("generated"));
    List<Path> path = new ArrayList<>(classPath);
    path.addAll(libraries);
    files.setLocationFromPaths(kindOfPath, path);
    files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
    files.setLocationFromPaths(StandardLocation.SOURCE_OUTPUT, List.of(generated));
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    JavaCompiler.CompilationTask task =
        COMPILER.getTask(
            null,
            files,
            diagnostics,
            options,
            processedClasses,
            files.getJavaFileObjectsFromPaths(inputs));
    task.setLocale(Locale.ROOT);
    task.setProcessors(processors);
    boolean success = task.call();
    List<String> messages =
        diagnostics.getDiagnostics().stream().map(Compilation::message).toList();
    return new Result(success, messages, classes, generated);
  }

  /** A diagnostic as {@code File.java:line:column: error: text}. */
  private static String message(Diagnostic<? extends JavaFileObject> diagnostic) {
    String place =
        diagnostic.getSource() == null
            ? ""
            : Path.of(diagnostic.getSource().getName()).getFileName()
                + ":"
                + diagnostic.getLineNumber()
                + ":"
                + diagnostic.getColumnNumber()
                + ": ";
    String kind = diagnostic.getKind() == Diagnostic.Kind.ERROR ? "error" : "warning";
    return place + kind + ": " + diagnostic.getMessage(Locale.ROOT);
  }

  /**
   * The result of a compilation.
   *
   * @param success whether there was no error
   * @param diagnostics the messages, in the order they were printed
   * @param classes the directory of class files and resources
   * @param generatedSources the directory of generated sources
   */
  record Result(boolean success, List<String> diagnostics, Path classes, Path generatedSources) {

    /** The text of the generated sources, by path. */
    Map<String, String> generated() {
      return files(generatedSources);
    }

    /** This result, if it is a success without any diagnostic. */
    Result clean() {
      if (!success || !diagnostics.isEmpty()) {
        throw new AssertionError("Not clean: " + String.join("\n", diagnostics));
      }
      return this;
    }

    /** A class loader for the classes, and those of other compilations. */
    URLClassLoader load(Result... others) {
      return new URLClassLoader(
          Stream.concat(Stream.of(this), Arrays.stream(others))
              .map(Result::url)
              .toArray(URL[]::new),
          Compilation.class.getClassLoader());
    }

    private URL url() {
      try {
        return classes.toUri().toURL();
      } catch (MalformedURLException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
