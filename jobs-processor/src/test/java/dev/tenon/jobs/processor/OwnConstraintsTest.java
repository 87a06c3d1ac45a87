package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The user's own constraints: runs the code that is generated for the corpus {@code own}, and
 * others.
 */
class OwnConstraintsTest {

  private static final String GOOD = "9780306406157";

  private static URLClassLoader loader;

  /** The components of a valid book, by their names. */
  private final Map<String, Object> components = new LinkedHashMap<>();

  OwnConstraintsTest() {
    components.put("isbn", GOOD);
    components.put("other", null);
    components.put("more", List.of(GOOD));
    components.put("copies", Map.of(GOOD, 2));
    components.put("former", Optional.empty());
    components.put("pages", 300);
    components.put("chapters", OptionalInt.empty());
    components.put("lines", null);
    components.put("sheets", null);
    components.put("volumes", List.of());
    components.put("sku", "ABC");
    components.put("weight", 8.0);
    components.put("constants", null);
  }

  @BeforeAll
  static void compile(@TempDir Path directory) {
    loader =
        Compilation.in(directory)
            .sources(Golden.RESOURCES.resolve("good/own"))
            .options("-Werror")
            .run()
            .clean()
            .load();
  }

  @AfterAll
  static void close() throws Exception {
    loader.close();
  }

  @Test
  void whatMeetsThemIsValid() throws Exception {
    components.put("weight", 4.0);
    assertThat(violations()).containsExactly("weight does not meet @Near");
    components.put("weight", 8.0);
    assertThat(violations()).containsExactly("weight does not meet @Near");
  }

  @Test
  void eachValueIsChecked() throws Exception {
    components.put("isbn", "978");
    components.put("other", "9790306406157");
    components.put("more", Arrays.asList(GOOD, "979", null));
    components.put("copies", Map.of("x", 3));
    components.put("former", Optional.of("y"));
    components.put("pages", 301);
    components.put("chapters", OptionalInt.of(7));
    components.put("lines", new long[] {2, 3});
    components.put("sheets", new Integer[] {1, null});
    components.put("volumes", List.<Integer[]>of(new Integer[] {4, 5}));
    components.put("sku", "abcdef");
    components.put("weight", 6.0);

    assertThat(violations())
        .containsExactly(
            "isbn does not meet @Isbn",
            "other starts with 978",
            "more[1] does not meet @Isbn",
            "more[2] is required",
            "copies<key> does not meet @Isbn",
            "copies[x] is odd",
            "former does not meet @Isbn",
            "pages is odd",
            "chapters is odd",
            "lines[1] is odd",
            "sheets[0] is odd",
            "sheets[1] is required",
            "volumes[0][1] is odd",
            "sku must have at most 5 characters, but has 6",
            "sku is not in capitals",
            "weight does not meet @Near",
            "weight does not meet @Near");
  }

  @Test
  void nullIsLeftToWhatIsRequired() throws Exception {
    components.put("isbn", null);
    components.put("former", null);
    components.put("sku", null);

    assertThat(violations())
        .contains("isbn is required", "sku is required")
        .noneMatch(text -> text.startsWith("former"));
  }

  @Test
  void attributesArrive() throws Exception {
    components.put("constants", "any");

    assertThat(violations()).contains("constants does not meet @Constants");

    Field seen = loader.loadClass("own.Constants$Check").getDeclaredField("seen");
    seen.setAccessible(true);
    assertThat((Object[]) seen.get(null))
        .isEqualTo(
            new Object[] {
              (byte) -1,
              (short) 300,
              new int[] {1, -2},
              1L << 40,
              1.5f,
              Float.POSITIVE_INFINITY,
              Float.NaN,
              new double[] {
                0.1, 1e300, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NaN
              },
              Float.NEGATIVE_INFINITY,
              new char[] {
                'a', '\'', '\\', '\n', '\u00e9', '\u20ac', '"', '~', ' ', '\u007f', '\u00ff'
              },
              true,
              "\"quoted\" \\ $T\n\u20ac",
              Map.Entry.class,
              new Class<?>[] {Integer.class},
              new Class<?>[] {int.class, long[].class, void.class, String[][].class},
              DayOfWeek.FRIDAY,
              new DayOfWeek[] {}
            });
  }

  @Test
  void annotationsOfALibraryAreRead(@TempDir Path directory) {
    Compilation.Result library = library(directory, "").run().clean();

    assertThat(
            Compilation.in(directory)
                .classPath(library)
                .source("shop/Import.java", IMPORT)
                .run()
                .clean()
                .generated()
                .get("shop/ImportJob.java"))
        .contains("if (!Checks.isValid(code, 3, \"A\", 4L)) {")
        .contains("violations.add(\"code\", \"has not 3 characters\");");
  }

  @Test
  void whatIsWrongInALibraryIsReportedAtTheUse(@TempDir Path directory) {
    Compilation.Result library =
        library(
                directory,
                """
                @Retention(RetentionPolicy.SOURCE)
                @Target({ElementType.METHOD, ElementType.RECORD_COMPONENT})
                """)
            .options("-proc:none")
            .run()
            .clean();

    Compilation.Result result =
        Compilation.in(directory).classPath(library).source("shop/Import.java", IMPORT).run();

    assertThat(result.diagnostics())
        .hasSize(2)
        .allMatch(text -> text.startsWith("Import.java:8:57: error: [JobsCheckAnnotation]"))
        .anyMatch(text -> text.contains("@Code has the retention SOURCE"))
        .anyMatch(text -> text.contains("@Code has a @Target without FIELD and TYPE_USE"));
  }

  @Test
  void aClassOfALaterRoundIsWaitedFor(@TempDir Path directory) {
    Compilation.Result result =
        Compilation.in(directory)
            .source("lib/Code.java", CODE.formatted(""))
            .source("shop/Import.java", IMPORT)
            .processor(new RoundsTest.Maker(1, "lib.Checks", CHECKS))
            .run()
            .clean();

    assertThat(result.generated().get("shop/ImportJob.java")).contains("Checks.isValid(");
  }

  @Test
  void aValueOfALaterRoundIsWaitedFor(@TempDir Path directory) {
    Compilation.Result result =
        library(directory, "")
            .source("shop/Import.java", IMPORT.replace("\"A\"", "lib.Letters.FIRST"))
            .processor(
                new RoundsTest.Maker(
                    1,
                    "lib.Letters",
                    "package lib;\n\npublic interface Letters {\n  String FIRST = \"B\";\n}\n"))
            .run()
            .clean();

    assertThat(result.generated().get("shop/ImportJob.java")).contains("(code, 3, \"B\", 4L)");
  }

  @Test
  void aMissingValueIsLeftToTheCompiler(@TempDir Path directory) {
    Compilation.Result result =
        library(directory, "").source("shop/Import.java", IMPORT.replace("length = 3, ", "")).run();

    assertThat(result.diagnostics())
        .singleElement()
        .asString()
        .contains("annotation @lib.Code is missing a default value for the element 'length'");
  }

  @Test
  void anAnnotationInTheSourcesIsCheckedWithoutAUse(@TempDir Path directory) {
    Compilation.Result result =
        Compilation.in(directory)
            .source("lib/Code.java", CODE.formatted(""))
            .source("lib/Checks.java", CHECKS.replace("static", ""))
            .run();

    assertThat(result.diagnostics())
        .singleElement()
        .asString()
        .startsWith("Code.java:10:18: error: [JobsCheckMethod]");
  }

  private static final String CODE =
      """
      package lib;

      import dev.tenon.jobs.annotation.CheckedBy;
      import java.lang.annotation.ElementType;
      import java.lang.annotation.Retention;
      import java.lang.annotation.RetentionPolicy;
      import java.lang.annotation.Target;

      %s
      @CheckedBy(Checks.class)
      public @interface Code {
        int length();
        String first() default "A";
        String message() default "has not {length} characters";
        long more() default 4;
      }
      """;

  private static final String CHECKS =
      """
      package lib;

      public class Checks {
        public static boolean isValid(Object value, int length, String first, long more) {
          return true;
        }
      }
      """;

  private static final String IMPORT =
      """
      package shop;

      import dev.tenon.jobs.annotation.JobModule;
      import dev.tenon.jobs.annotation.JobType;

      @JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
      @JobType("shop.import")
      record Import(@lib.Code(length = 3, first = "A") String code) {}
      """;

  private static Compilation library(Path directory, String annotations) {
    return Compilation.in(directory)
        .source("lib/Code.java", CODE.formatted(annotations.strip().replace("\n", " ")))
        .source("lib/Checks.java", CHECKS);
  }

  private List<String> violations() throws Exception {
    Constructor<?> constructor = loader.loadClass("own.Book").getDeclaredConstructors()[0];
    constructor.setAccessible(true);
    JobDefinition<?, ?> definition =
        ServiceLoader.load(ModuleDefinition.class, loader)
            .findFirst()
            .orElseThrow()
            .find("own.book")
            .orElseThrow();
    return validate(definition, constructor.newInstance(components.values().toArray()));
  }

  private static <P> List<String> validate(JobDefinition<P, ?> definition, Object payload) {
    return definition.validatePayload(definition.payloadType().cast(payload)).stream()
        .map(Object::toString)
        .toList();
  }
}
