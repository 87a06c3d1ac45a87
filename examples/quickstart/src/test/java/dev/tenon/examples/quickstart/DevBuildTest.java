package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code ./dev} that run something build it only if they have to. */
class DevBuildTest {

  @TempDir private Path folder;
  private DevCheckout checkout;

  @BeforeEach
  void checkOut() throws IOException {
    checkout = DevCheckout.in(folder);
  }

  /** How often Maven is called by a command whose main class is missing in the end. */
  private int buildsOf(String... command) throws IOException, InterruptedException {
    int before = checkout.builds();
    checkout.dev(command);
    return checkout.builds() - before;
  }

  @Test
  void whatIsUnchangedIsNotBuiltAgain() throws Exception {
    assertThat(checkout.dev("demo")).contains("Building the quickstart", "Demo");
    assertThat(checkout.dev("demo")).doesNotContain("Building").contains("Demo");
    assertThat(checkout.builds()).isEqualTo(1);

    // Neither the time of a file nor a page or a test makes other classes
    Files.setLastModifiedTime(checkout.source(), FileTime.fromMillis(0));
    write("docs/handlers.md");
    write("README.md");
    write("jobs-runtime/src/test/java/ClaimTest.java");
    assertThat(buildsOf("demo")).isZero();
  }

  @Test
  void everySourceCounts() throws Exception {
    checkout.dev("demo");

    Files.writeString(checkout.source(), "CREATE TABLE job ();");
    assertThat(buildsOf("demo")).isEqualTo(1);
    write("jobs-runtime/pom.xml");
    assertThat(buildsOf("demo")).isEqualTo(1);
    write("jobs-dashboard/src/main/resources/layout.mustache");
    assertThat(buildsOf("demo")).isEqualTo(1);
    Path added = write("jobs-runtime/src/main/resources/V2__more.sql");
    assertThat(buildsOf("demo")).isEqualTo(1);
    Files.delete(added);
    assertThat(buildsOf("demo")).isEqualTo(1);
    write(".mvn/jvm.config");
    assertThat(buildsOf("demo")).isEqualTo(1);

    assertThat(buildsOf("demo")).isZero();
  }

  @Test
  void whatAnotherBuildHasLeftIsNotTaken() throws Exception {
    checkout.dev("demo");

    // Someone compiled a change, and took it back
    write("jobs-runtime/target/classes/All.class");
    assertThat(buildsOf("demo")).isEqualTo(1);
    Files.delete(checkout.root().resolve("jobs-runtime/target/classes/All.class"));
    assertThat(buildsOf("demo")).isEqualTo(1);
    Files.delete(folder.resolve("library.jar"));
    assertThat(buildsOf("demo")).isEqualTo(1);

    assertThat(buildsOf("demo")).isZero();
  }

  @Test
  void aBuildThatFailedIsTriedAgain() throws Exception {
    checkout.dev("demo");
    Files.writeString(checkout.source(), "CREATE TABL jobs ();");
    checkout.breakBuild();
    assertThat(checkout.dev("demo")).startsWith("1 ").contains("the quickstart does not build");

    checkout.repairBuild();
    assertThat(buildsOf("demo")).isEqualTo(1);
  }

  @Test
  void whatChangesDuringABuildIsBuiltAgain() throws Exception {
    checkout.dev("demo");
    Path built = checkout.root().resolve("jobs-runtime/target/classes/All.class");
    checkout.saveWhileItIsBuilt("CREATE TABLE work ();");
    Files.writeString(checkout.source(), "CREATE TABLE job ();");

    assertThat(checkout.dev("demo")).contains("Sources have changed in the meantime.");

    assertThat(built).hasContent("CREATE TABLE work ();");
    assertThat(checkout.builds()).isEqualTo(3);
    assertThat(buildsOf("demo")).isZero();
  }

  @Test
  void aSnapshotIsInstalledOnce() throws Exception {
    assertThat(checkout.dev("new", "one", folder.resolve("one").toString()))
        .startsWith("0 Installing Tenon");
    assertThat(checkout.dev("new", "two", folder.resolve("two").toString()))
        .startsWith("0 " + folder.resolve("two").toRealPath());

    Files.writeString(checkout.source(), "CREATE TABLE job ();");
    assertThat(buildsOf("new", "three", folder.resolve("three").toString())).isEqualTo(1);
    // Another checkout has installed its own
    Files.writeString(checkout.installed("jobs-runtime"), "of another");
    assertThat(buildsOf("new", "four", folder.resolve("four").toString())).isEqualTo(1);
    Files.delete(checkout.installed("jobs-runtime"));
    assertThat(buildsOf("new", "five", folder.resolve("five").toString())).isEqualTo(1);
  }

  @Test
  void theInstalledCommandLineIsUsedIfItIsOfTheseSources() throws Exception {
    checkout.dev("new", "one", folder.resolve("one").toString());
    // Java is called with the jar, which is none
    assertThat(checkout.dev("tenon", "list")).contains("jobs-cli-0.1.0-SNAPSHOT-all.jar");
    assertThat(checkout.builds()).isEqualTo(1);

    Files.writeString(checkout.source(), "CREATE TABLE job ();");
    assertThat(checkout.dev("tenon", "list")).contains("Building the command line");
    assertThat(checkout.dev("tenon", "list")).doesNotContain("Building");
    Files.writeString(checkout.source(), "CREATE TABLE work ();");
    assertThat(checkout.dev("tenon", "list")).contains("Building the command line");
  }

  private Path write(String file) throws IOException {
    Path path = checkout.root().resolve(file);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, file);
  }
}
