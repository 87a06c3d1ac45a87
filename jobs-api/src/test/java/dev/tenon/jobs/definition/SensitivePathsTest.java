package dev.tenon.jobs.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SensitivePathsTest {

  private static SensitivePaths of(String... paths) {
    return SensitivePaths.of(List.of(paths));
  }

  @Test
  void pathsLeadToValues() {
    SensitivePaths paths = of("/customer/iban", "/token");

    assertThat(paths.isNone()).isFalse();
    assertThat(paths.isWhole()).isFalse();
    assertThat(paths.in("token").isWhole()).isTrue();
    assertThat(paths.in("customer").isWhole()).isFalse();
    assertThat(paths.in("customer").in("iban").isWhole()).isTrue();
    assertThat(paths.in("customer").in("iban").in("anything").isWhole()).isTrue();
    assertThat(paths.in("customer").in("name").isNone()).isTrue();
    assertThat(paths.in("iban").isNone()).isTrue();
  }

  @Test
  void aStarStandsForEveryProperty() {
    SensitivePaths paths = of("/keys/*/secret", "/keys/main/id");

    assertThat(paths.in("keys").in("other").in("secret").isWhole()).isTrue();
    assertThat(paths.in("keys").in("other").in("id").isNone()).isTrue();
    assertThat(paths.in("keys").in("main").in("secret").isWhole()).isTrue();
    assertThat(paths.in("keys").in("main").in("id").isWhole()).isTrue();
  }

  @Test
  void theEmptyPathIsTheWholeDocument() {
    assertThat(of("")).isEqualTo(SensitivePaths.ALL);
    assertThat(of("", "/a").paths()).containsExactly("");
    assertThat(of()).isEqualTo(SensitivePaths.NONE);
    assertThat(of("/").in("").isWhole()).isTrue();
  }

  @Test
  void aLongerPathAddsNothingToAShorterOne() {
    assertThat(of("/a/b", "/a").paths()).containsExactly("/a");
    assertThat(of("/a", "/a/b")).isEqualTo(of("/a")).hasSameHashCodeAs(of("/a"));
  }

  @Test
  void pathsAreGivenAsTheyWereWritten() {
    String[] paths = {"/a~1b/c~0d", "/m/*/n", "/z~01"};

    assertThat(of(paths).paths()).containsExactly(paths);
    assertThat(of(paths).in("a/b").in("c~d").isWhole()).isTrue();
    assertThat(of(paths).in("z~1").isWhole()).isTrue();
    assertThat(of(paths)).hasToString("[/a~1b/c~0d, /m/*/n, /z~01]");
  }

  @Test
  void aPathBeginsWithASlash() {
    assertThatThrownBy(() -> of("iban"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The path 'iban' does not begin with a slash, such as /customer/iban.");
  }

  @Test
  void violationsInsideOfASensitiveValueAreAtTheValue() {
    Violations violations = new Violations();
    Violations inside = violations.at("notes");
    inside.add("notes[secret]", "must not be blank");
    inside.at("notes[secret].lines").add("notes[secret].lines[other]", "is required");
    violations.add("name", "is required");

    assertThat(violations.toList())
        .containsExactly(
            new Violation("notes", "must not be blank"),
            new Violation("notes", "is required"),
            new Violation("name", "is required"));
  }
}
