package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names at the limits of file systems, and with characters that end a line for some tools. */
class UnusualNamesTest {

  @TempDir Path directory;

  private Compilation.Result compile(String module, String record) {
    return compile(module, "Import", record);
  }

  private Compilation.Result compile(String module, String file, String record) {
    return Compilation.in(directory)
        .source(
            "shop/package-info.java",
            """
            @JobModule(value = "%s", handlers = JobModule.Handlers.ELSEWHERE)
            package shop;

            import dev.tenon.jobs.annotation.JobModule;
            """
                .formatted(module))
        .source(
            "shop/" + file + ".java",
            """
            package shop;

            import com.fasterxml.jackson.annotation.JsonAlias;
            import com.fasterxml.jackson.annotation.JsonProperty;
            import dev.tenon.jobs.annotation.JobType;
            import jakarta.validation.constraints.NotBlank;
            import jakarta.validation.constraints.Pattern;

            %s
            """
                .formatted(record))
        .run();
  }

  @ParameterizedTest
  @CsvSource({"x, 239", "Ü, 119"})
  void theLongestNameOfAPayload(String letter, int length) {
    String name = letter.repeat(length);

    compile("ShopJobs", name, payload(name)).clean();
  }

  @ParameterizedTest
  @CsvSource({"x, 240, 256 bytes, 1", "x, 250, 266 bytes, 11", "Ü, 124, 264 bytes, 9"})
  void aPayloadWhoseFilesCannotBeNamed(String letter, int length, String bytes, int less) {
    String name = letter.repeat(length);

    assertThat(compile("ShopJobs", name, payload(name)).diagnostics())
        .singleElement()
        .asString()
        .startsWith(
            name + ".java:9:25: error: [JobsNameLength] The name of the payload is too long")
        .contains(bytes, "allow 255. Shorten it by %d.".formatted(less));
  }

  @Test
  void aPayloadWhoseFilesCannotBeNamedBecauseOfTheClassAroundIt() {
    String outer = "Jobs" + "x".repeat(200);
    String nested = "interface %s { %s }".formatted(outer, payload("X".repeat(50)));

    assertThat(compile("ShopJobs", outer, nested).diagnostics())
        .singleElement()
        .asString()
        .contains("[JobsNameLength] The name of the payload, with its enclosing classes,");
  }

  @Test
  void aSignalWhoseFilesCannotBeNamed() {
    String name = "x".repeat(237);
    String signal = "@dev.tenon.jobs.annotation.Signal(\"shop.paid\") record %s() {}";

    assertThat(compile("ShopJobs", name, signal.formatted(name)).diagnostics())
        .singleElement()
        .asString()
        .contains(
            "[JobsNameLength] The name of the signal is too long",
            "256 bytes",
            "allow 255. Shorten it by 1.");
    String longest = "x".repeat(236);
    compile("ShopJobs", longest, signal.formatted(longest)).clean();
  }

  @Test
  void theLongestNameOfAModule() {
    compile(
            "X".repeat(232),
            "@JobType(value = \"shop.import\", routingKey = \"x\") record Import() {}")
        .clean();
  }

  @ParameterizedTest
  @CsvSource({"233, 1", "245, 13"})
  void aModuleWhoseFilesCannotBeNamed(int length, int less) {
    assertThat(compile("X".repeat(length), payload("Import")).diagnostics())
        .singleElement()
        .asString()
        .startsWith("package-info.java:1:20: error: [JobsNameLength] The name of the module is")
        .contains("Shorten it by %d.".formatted(less));
  }

  @ParameterizedTest
  @CsvSource({"2028", "2029", "0085", "000b", "2424"})
  void aCharacterThatSeparatesLines(String code) {
    String text = "a\\u" + code + "b";
    String component =
        "@JsonProperty(\"%1$s\") @JsonAlias(\"%1$s2\") @NotBlank(message = \"%1$s\")"
                .formatted(text)
            + " @Pattern(regexp = \"%1$s\") String file, Kind kind".formatted(text);
    String record =
        "@JobType(\"shop.import\") record Import(%s) { enum Kind { @JsonProperty(\"%s\") ONE } }"
            .formatted(component, text);

    compile("ShopJobs", record).clean();
  }

  /** A constant of generated code that has the same name as the class around the enum. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "enum OS { LINUX, MAC; @JobType(\"shop.import\") record Import(OS os) {} }",
        "enum OS { @JsonProperty(\"x\") LINUX; @JobType(\"shop.import\") record Import(OS os) {} }",
        "@JobType(\"shop.import\") record OS(Kind kind) { enum Kind { LINUX } }"
      })
  void anEnumWhoseNameIsThatOfAConstant(String type) {
    compile("ShopJobs", "OS", type).clean();
  }

  private static String payload(String name) {
    return "@JobType(\"shop.import\") record %s(String file) {}".formatted(name);
  }
}
