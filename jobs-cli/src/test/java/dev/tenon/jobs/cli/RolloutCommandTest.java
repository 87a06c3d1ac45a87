package dev.tenon.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.cli.mcp.NoteWrite;
import dev.tenon.jobs.internal.rollout.BuildDescription;
import dev.tenon.jobs.internal.rollout.DescriptionJson;
import dev.tenon.jobs.options.WorkerOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The check of rollouts from the command line, by the files that the annotation processor writes.
 */
class RolloutCommandTest {

  /** The folder with the description of this package's module, as it was compiled. */
  private static final Path COMPILED = compiledFolder();

  private static final SubmitOptions TOMORROW = SubmitOptions.by("t").withDelay(Duration.ofDays(1));

  @TempDir private Path folder;
  private Installation installation;

  @BeforeEach
  void start() {
    installation = new Installation();
  }

  @AfterEach
  void stop() {
    installation.close();
  }

  private static Path compiledFolder() {
    URL file =
        Objects.requireNonNull(
            RolloutCommandTest.class.getResource("/META-INF/tenon/MailJobs.module.json"));
    try {
      return Objects.requireNonNull(Path.of(file.toURI()).getParent());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private Command tenon(String... arguments) {
    return Command.run(installation.environment(), arguments);
  }

  private static String compiled() throws IOException {
    return Files.readString(COMPILED.resolve("MailJobs.module.json"));
  }

  private void work(String version) {
    var unused =
        installation.runtime.startWorker(
            new MailJobsHandlers(new MailSend.Handler(), new NoteWrite.Handler()),
            WorkerOptions.defaults().withApplicationVersion(version));
  }

  private UUID submit() {
    return new MailJobs(installation.jobs())
        .mailSend()
        .submit(new MailSend("ann"), TOMORROW)
        .jobId();
  }

  /** A build like the compiled one, with other JSON for the type mail.send. */
  private Path build(String find, String replacement) throws IOException {
    String text = compiled();
    assertThat(text).contains(find);
    return Files.writeString(folder.resolve("build.module.json"), text.replace(find, replacement));
  }

  @Test
  void theSameBuildMayGoOut() {
    work("1.0");
    submit();

    assertThat(tenon("rollout", "check", COMPILED.toString()).succeeds().out()).isEqualTo("Go.\n");
    assertThat(tenon("rollout", "check", COMPILED.toString(), "--json").succeeds().out())
        .isEqualTo("{\"verdict\":\"go\",\"findings\":[]}\n");
  }

  @Test
  void aBuildThatCannotReadWhatWaitsGoesAfterIt() throws IOException {
    work("1.0");
    UUID job = submit();
    Path build = build("\"version\": 1", "\"version\": 2");

    Command after = tenon("rollout", "check", build.toString()).exitsWith(4);

    assertThat(after.out())
        .startsWith(
            "Go after:\nafter: 1 job of 'mail.send' with version 1: the build has version 2")
        .contains("[no_upcaster]\n       oldest: " + job)
        .contains("[version_gap]");
    assertThat(tenon("rollout", "check", build.toString(), "--json").exitsWith(4).out())
        .startsWith(
            "{\"verdict\":\"after\",\"findings\":[{\"verdict\":\"after\",\"kind\":\"no_upcaster\",\"subject\":\"mail.send\",\"jobs\":1,\"oldest\":[\""
                + job);
  }

  @Test
  void aBuildThatNobodyCanHelpMayNotGoOut() throws IOException {
    submit();
    Path build = build("\"version\": 1", "\"version\": 2");

    assertThat(tenon("rollout", "check", build.toString()).exitsWith(3).out())
        .startsWith("No:\nno:    1 job of 'mail.send' with version 1");
  }

  @Test
  void jarsInsideOfJarsAreRead() throws IOException {
    work("1.0");
    Path inner = folder.resolve("inner.jar");
    try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(inner))) {
      entry(
          jar, "META-INF/tenon/MailJobs.module.json", compiled().getBytes(StandardCharsets.UTF_8));
    }
    Path application = folder.resolve("application.jar");
    try (OutputStream file = Files.newOutputStream(application);
        ZipOutputStream jar = new ZipOutputStream(file)) {
      entry(jar, "BOOT-INF/lib/inner.jar", Files.readAllBytes(inner));
    }

    assertThat(tenon("rollout", "check", application.toString()).succeeds().out())
        .isEqualTo("Go.\n");
  }

  private static void entry(ZipOutputStream jar, String name, byte[] content) throws IOException {
    jar.putNextEntry(new ZipEntry(name));
    jar.write(content);
    jar.closeEntry();
  }

  @Test
  void whatIsNoBuildIsRefused() throws IOException {
    assertThat(tenon("rollout", "check", folder.toString()).exitsWith(1).err())
        .contains("contains no META-INF/tenon/*.module.json");
    assertThat(tenon("rollout", "check", folder.resolve("gone.jar").toString()).exitsWith(1).err())
        .contains("Cannot read");
    Path nonsense = Files.writeString(folder.resolve("nonsense.json"), "{}");
    assertThat(tenon("rollout", "check", nonsense.toString()).exitsWith(2).err())
        .contains("This is not the description of a module");
    assertThat(tenon("rollout", "check").exitsWith(2).err()).contains("BUILD");
  }

  @Test
  void missingRightsAreFound() throws SQLException {
    String user = installation.database().name() + "_user";
    try (Connection connection = installation.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE " + user);
      try {
        assertThat(
                tenon("rollout", "check", COMPILED.toString(), "--as=" + user).exitsWith(3).out())
            .contains("The user '%s' lacks rights to the schema 'tenon'".formatted(user))
            .contains("GRANT USAGE ON SCHEMA tenon TO %s;".formatted(user))
            .contains("[rights]");
      } finally {
        statement.execute("DROP ROLE " + user);
      }
    }
  }

  @Test
  void theRunningVersionsAreListed() {
    assertThat(tenon("rollout").succeeds().out())
        .isEqualTo("No workers of Java applications are live.\n");
    work("1.0");
    work("1.1");

    assertThat(tenon("rollout").succeeds().columns())
        .contains(
            List.of("MODULE", "VERSION", "WORKERS", "RUNNING", "ALONE"),
            List.of("dev.tenon.jobs.cli.MailJobsModule", "1.0", "1", "0", "go"),
            List.of("dev.tenon.jobs.cli.MailJobsModule", "1.1", "1", "0", "go"));
    assertThat(tenon("rollout", "--json").succeeds().out())
        .contains("\"version\":\"1.1\"")
        .contains("\"alone\":{\"verdict\":\"go\",\"findings\":[]}");
  }

  /** What a process registers is what the annotation processor has written for its build. */
  @Test
  void theDescriptionOfAProcessIsThatOfItsBuild() throws IOException, SQLException {
    work("1.0");

    BuildDescription registered;
    try (Connection connection = installation.database().connect();
        Statement statement = connection.createStatement();
        ResultSet build = statement.executeQuery("SELECT build::text FROM tenon.workers")) {
      assertThat(build.next()).isTrue();
      registered = DescriptionJson.read(build.getString(1));
    }

    assertThat(registered).isEqualTo(DescriptionJson.read(compiled()));
    assertThat(registered.types().get("mail.send").keys().limits())
        .containsEntry("maxConcurrent", "5");
  }
}
