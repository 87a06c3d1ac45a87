package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.internal.values.StoredValues;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the code that is generated for the {@code versions} of the corpus. */
class VersionsTest {

  private static final UUID ID = UUID.randomUUID();

  private static URLClassLoader loader;
  private static ModuleDefinition module;

  @BeforeAll
  static void compile(@TempDir Path directory) throws Exception {
    loader =
        Compilation.in(directory)
            .sources(Golden.RESOURCES.resolve("good/versions"))
            .run()
            .clean()
            .load();
    module =
        (ModuleDefinition)
            loader.loadClass("versions.MailJobsModule").getConstructor().newInstance();
  }

  @AfterAll
  static void close() throws Exception {
    loader.close();
  }

  @Test
  void theRegistryKnowsEarlierNames() {
    JobDefinition<?, ?> definition = module.find("mail.send").orElseThrow();

    assertThat(definition.version()).isEqualTo(3);
    assertThat(definition.aliases()).containsExactly("post.send", "letter.send");
    assertThat(module.find("post.send")).containsSame(definition);
    assertThat(module.find("letter.send")).containsSame(definition);
    assertThat(module.find("aaa.print")).isEqualTo(module.find("mail.print")).isPresent();
    assertThat(module.definitions())
        .extracting(JobDefinition::type)
        .containsExactly("mail.print", "mail.send");
  }

  @Test
  void payloadsOfEachVersionAreRead() {
    assertThat(payload(1, "{\"to\":\"ann\",\"text\":\"hi\"}"))
        .isEqualTo("MailSend[to=[ann], text=hi]");
    assertThat(payload(2, "{\"x\":1}")).isEqualTo("MailSend[to=[all], text={\"x\":1}]");
    assertThat(payload(3, "{\"to\":[\"bob\"],\"text\":\"hi\"}"))
        .isEqualTo("MailSend[to=[bob], text=hi]");
  }

  @Test
  void resultsOfEachVersionAreRead() {
    assertThat(result("mail.send", 1, "{\"count\":2}")).isEqualTo("Done[summary=2 sent]");
    assertThat(result("mail.send", 2, "{\"type\":\"Failed\",\"code\":7}"))
        .isEqualTo("Failed[code=7]");
    assertThat(result("mail.send", 3, "{\"type\":\"Done\",\"summary\":\"x\"}"))
        .isEqualTo("Done[summary=x]");
  }

  @Test
  void theUpcasterOfAResultConcernsTheTypesThatHaveHadTheVersion() {
    JobDefinition<?, ?> print = module.find("mail.print").orElseThrow();

    assertThat(print.upcastVersions()).isEmpty();
    assertThat(result("mail.print", 1, "{\"type\":\"Failed\",\"code\":7}"))
        .isEqualTo("Failed[code=7]");
  }

  private String payload(int version, String json) {
    return StoredValues.payload(
            module.find("mail.send").orElseThrow(), ID, version, json, "of a test")
        .toString();
  }

  private String result(String type, int version, String json) {
    return StoredValues.result(module.find(type).orElseThrow(), ID, version, json, "of a test")
        .toString();
  }
}
