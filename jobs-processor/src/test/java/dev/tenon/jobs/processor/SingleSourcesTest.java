package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each source of a module with nested payloads, changed and compiled alone, as Maven does without
 * its incremental mode, with the class output on the class path or not: the output is the same as
 * if all sources were compiled together.
 */
class SingleSourcesTest {

  /** The sources, each with the string that a change replaces and its replacement. */
  private record Source(String text, String old, String changed) {
    String changedText() {
      if (!text.contains(old)) {
        throw new IllegalStateException("No " + old + " in " + text);
      }
      return text.replace(old, changed);
    }
  }

  private static final Map<String, Source> SOURCES = new LinkedHashMap<>();

  static {
    source(
        "package-info",
        """
        @dev.tenon.jobs.annotation.JobModule("ShopJobs")
        package shop;
        """,
        "@dev",
        "/** The shop. */\n@dev");
    source(
        "Order",
        """
        package shop;

        import dev.tenon.jobs.annotation.JobType;
        import dev.tenon.jobs.annotation.Upcaster;
        import jakarta.validation.Valid;
        import jakarta.validation.constraints.Max;

        @JobType(value = "shop.order", version = 2, result = Receipt.class)
        record Order(@Max(1) int count, @Valid Line line) {
          @Upcaster(from = 1)
          static Order of(OldOrder old) {
            return new Order(old.count(), new Line(1, new Note(1, Unit.PIECE)));
          }
        }
        """,
        "@Max(1)",
        "@Max(2)");
    source(
        "OldOrder", "package shop;\n\nrecord OldOrder(int count) {}\n", "count", "count, int more");
    source(
        "Line",
        """
        package shop;

        import jakarta.validation.Valid;
        import jakarta.validation.constraints.Max;

        record Line(@Max(1) int count, @Valid Note note) {}
        """,
        "@Max(1)",
        "@Max(2)");
    source(
        "Note",
        """
        package shop;

        import jakarta.validation.constraints.Max;

        record Note(@Max(1) int size, Unit unit) {}
        """,
        "@Max(1)",
        "@Max(2)");
    source("Unit", "package shop;\n\nenum Unit { PIECE }\n", "PIECE", "PIECE, METRE");
    source(
        "Receipt",
        """
        package shop;

        import jakarta.validation.Valid;
        import jakarta.validation.constraints.Max;

        record Receipt(@Max(1) int amount, @Valid Note note) {}
        """,
        "@Max(1)",
        "@Max(2)");
    source(
        "OrderHandler",
        """
        package shop;

        import dev.tenon.jobs.JobContext;
        import dev.tenon.jobs.JobHandler;
        import dev.tenon.jobs.annotation.JobType;

        @JobType("shop.order")
        final class OrderHandler implements JobHandler<Order, Receipt> {
          @Override
          public Receipt execute(Order order, JobContext context) {
            return new Receipt(1, order.line().note());
          }
        }
        """,
        "(1,",
        "(2,");
    source(
        "Refund",
        """
        package shop;

        @dev.tenon.jobs.annotation.JobType(value = "shop.refund", result = Currency.class)
        record Refund(int count) {}
        """,
        "int count",
        "int amount");
    source("Currency", "package shop;\n\nenum Currency { EUR }\n", "EUR", "EUR, USD");
    source(
        "RefundHandler",
        """
        package shop;

        import dev.tenon.jobs.JobContext;
        import dev.tenon.jobs.JobHandler;
        import dev.tenon.jobs.annotation.JobType;

        @JobType("shop.refund")
        final class RefundHandler implements JobHandler<Refund, Currency> {
          @Override
          public Currency execute(Refund refund, JobContext context) {
            return Currency.EUR;
          }
        }
        """,
        "final class",
        "@SuppressWarnings(\"unused\")\nfinal class");
    source("Other", "package shop;\n\nfinal class Other {}\n", "final ", "");
  }

  @TempDir static Path shared;

  /** The output of all sources together, by the name of the changed one. */
  private static final Map<String, Compilation.Result> WHOLE = new TreeMap<>();

  @TempDir Path directory;

  private static void source(String name, String text, String old, String changed) {
    SOURCES.put(name, new Source(text, old, changed));
  }

  static Stream<String> names() {
    return SOURCES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void aChangedSourceThatIsCompiledAlone(String name) throws IOException {
    nothingIsStale(name, name, true);
    nothingIsStale(name, name, false);
  }

  @Tag("thorough")
  @ParameterizedTest
  @MethodSource("names")
  void aSourceThatIsCompiledAloneAfterAChangeOfAnother(String compiled) throws IOException {
    for (String changed : SOURCES.keySet()) {
      if (!changed.equals(compiled)) {
        nothingIsStale(changed, compiled, true);
        nothingIsStale(changed, compiled, false);
      }
    }
  }

  private void nothingIsStale(String changed, String compiled, boolean classesAreThere)
      throws IOException {
    Compilation.Result result = copyOfBefore();
    String changedText = SOURCES.get(changed).changedText();
    Path file = result.classes().resolveSibling("sources/shop/" + changed + ".java");
    Files.writeString(file, changedText);
    Compilation partial =
        (classesAreThere ? Compilation.after(result) : Compilation.afterWithoutClasses(result))
            .options(Compilation.SHOW_ANNOTATIONS, "-implicit:class")
            .source(path(compiled), changed.equals(compiled) ? changedText : text(compiled));
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(3600)));

    partial.run().clean();

    assertThat(outputs(result))
        .as("%s changed, %s compiled, classes there: %s", changed, compiled, classesAreThere)
        .isEqualTo(outputs(whole(changed)));
  }

  private static Compilation.Result whole(String changed) {
    return WHOLE.computeIfAbsent(changed, SingleSourcesTest::compileAll);
  }

  private static Compilation.Result compileAll(String changed) {
    Compilation compilation = Compilation.in(shared);
    SOURCES.forEach(
        (name, source) ->
            compilation.source(
                path(name), name.equals(changed) ? source.changedText() : source.text()));
    return compilation.run().clean();
  }

  /** The output of the unchanged sources, in a separate directory. */
  private Compilation.Result copyOfBefore() throws IOException {
    Path from = whole("").classes().getParent();
    Path to = Files.createTempDirectory(directory, "copy");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return new Compilation.Result(true, List.of(), to.resolve("classes"), to.resolve("generated"));
  }

  private static String path(String name) {
    return "shop/" + name + ".java";
  }

  private static String text(String name) {
    return SOURCES.get(name).text();
  }

  /** Generated sources and exports, by path. */
  private static Map<String, String> outputs(Compilation.Result result) {
    Map<String, String> outputs = new TreeMap<>(result.generated());
    Compilation.files(result.classes().resolve("META-INF"))
        .forEach((path, text) -> outputs.put("META-INF/" + path, text));
    return outputs;
  }
}
