package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code ./dev new}. */
class DevNewTest {

  @TempDir private Path folder;
  private DevCheckout checkout;

  @BeforeEach
  void checkOut() throws IOException {
    checkout = DevCheckout.in(folder);
  }

  @Test
  void theOptionMayStandAfterTheName() throws Exception {
    Path application = folder.resolve("app");

    assertThat(checkout.dev("new", "my-shop", "--no-install", application.toString()))
        .startsWith("0 ");

    assertThat(checkout.builds()).isZero();
    assertThat(application.resolve("pom.xml"))
        .content()
        .contains("<artifactId>my-shop</artifactId>")
        .doesNotContain("@");
    assertThat(application.resolve("src/main/java/com/example/app/Main.java")).exists();
  }

  @Test
  void anUnknownOptionIsRefusedBeforeAnythingIsBuilt() throws Exception {
    Path application = folder.resolve("app");

    assertThat(checkout.dev("new", "my-shop", application.toString(), "--no-instal"))
        .isEqualTo(
            "1 dev: there is no option --no-instal. Usage: ./dev new [--no-install] NAME "
                + "[FOLDER]\n");
    assertThat(checkout.dev("new", "my-shop", application.toString(), "another"))
        .isEqualTo(
            "1 dev: 'another' is one argument too many. Usage: ./dev new [--no-install] NAME "
                + "[FOLDER]\n");

    assertThat(checkout.builds()).isZero();
    assertThat(application).doesNotExist();
  }

  @Test
  void theMainClassCanBeNamedOnTheCommandLine() throws IOException {
    // What stands in the plugin's configuration would win over -Dexec.mainClass
    assertThat(Document.ROOT.resolve("build/templates/my-app/pom.xml"))
        .content()
        .contains("<exec.mainClass>com.example.app.Main</exec.mainClass>")
        .doesNotContain("<mainClass>");
  }
}
