package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores payloads and results, and reads them back, with generated codecs and validators. */
class CodecsTest {

  @TempDir Path directory;
  private String generated = "";

  /** A test of the only job type of a compilation. */
  private interface Use {
    void with(JobDefinition<?, ?> definition, URLClassLoader classes) throws Exception;
  }

  private void compile(String source, Use use) throws Exception {
    Compilation.Result result =
        Compilation.in(directory)
            .source(
                "shop/package-info.java",
                """
                @JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
                package shop;

                import dev.tenon.jobs.annotation.JobModule;
                """)
            .source("shop/MailSend.java", source)
            .run()
            .clean();
    generated = result.generated().getOrDefault("shop/MailSendJob.java", "");
    try (URLClassLoader classes = result.load()) {
      ModuleDefinition module =
          ServiceLoader.load(ModuleDefinition.class, classes).iterator().next();
      use.with(module.definitions().get(0), classes);
    }
  }

  @SuppressWarnings("unchecked")
  private static <P> Stream<String> payloadViolations(
      JobDefinition<P, ?> definition, Object payload) {
    return definition.validatePayload((P) payload).stream().map(Object::toString);
  }

  @SuppressWarnings("unchecked")
  private static <R> Stream<String> resultViolations(
      JobDefinition<?, R> definition, Object result) {
    return definition.validateResult((R) result).stream().map(Object::toString);
  }

  @Test
  void aGetterIsNeitherStoredNorCalled() throws Exception {
    compile(
        """
        package shop;

        import dev.tenon.jobs.annotation.JobType;

        @JobType("mail.send")
        public record MailSend(String to) {
          public String getTo() {
            return to + " of the getter";
          }

          public int getLength() {
            throw new IllegalStateException("No getter is called");
          }

          public boolean isUrgent() {
            throw new IllegalStateException("No getter is called");
          }
        }
        """,
        (definition, classes) -> {
          Object payload =
              classes.loadClass("shop.MailSend").getConstructor(String.class).newInstance("ada");

          assertThat(StoredForm.write(definition, payload)).isEqualTo("{\"to\":\"ada\"}");
          assertThat(StoredForm.read(definition, "{\"to\":\"ada\",\"length\":3,\"urgent\":true}"))
              .isEqualTo(payload);
        });
  }

  @Test
  void aGenericRecordIsCheckedByTheAnnotationsOfItsArguments() throws Exception {
    compile(
        """
        package shop;

        import dev.tenon.jobs.annotation.JobType;
        import jakarta.validation.Valid;
        import jakarta.validation.constraints.Positive;
        import java.util.List;
        import org.jspecify.annotations.Nullable;

        @SuppressWarnings("JobsMissingValid")
        @JobType("mail.send")
        public record MailSend(
            Page<String> full,
            Page<@Nullable String> gaps,
            @Valid Page<Item> unchecked,
            @Valid Page<@Valid Item> checked,
            Page<List<@Nullable String>> lists) {
          public record Page<T>(List<T> entries) {}
          public record Item(@Positive int number) {}
        }
        """,
        (definition, classes) -> {
          String json =
              "{\"full\":{\"entries\":[\"a\"]},\"gaps\":{\"entries\":[null,\"b\"]},"
                  + "\"unchecked\":{\"entries\":[{\"number\":0}]},"
                  + "\"checked\":{\"entries\":[{\"number\":0}]},"
                  + "\"lists\":{\"entries\":[[null]]}}";

          assertThat(payloadViolations(definition, StoredForm.read(definition, json)))
              .containsExactly("checked.entries[0].number must be positive");
          assertThat(writtenAgain(definition, json)).isEqualTo(json);
          assertThatThrownBy(() -> StoredForm.read(definition, json.replace("\"a\"", "null")))
              .hasMessageContaining("at full.entries[0], a string is expected");
        });
  }

  @Test
  void anArrayOfAGenericTypeIsReadBack() throws Exception {
    compile(
        """
        package shop;

        import dev.tenon.jobs.annotation.JobType;
        import java.util.List;
        import java.util.Map;
        import java.util.Optional;

        @JobType("mail.send")
        public record MailSend(
            Map<String, Integer>[] maps,
            List<String>[][] lists,
            Map<String, int[]>[][][] deep,
            Optional<String>[] optionals,
            Pair<String, Integer>[] pairs) {
          public record Pair<A, B>(A first, B second) {}
        }
        """,
        (definition, classes) -> {
          String json =
              "{\"maps\":[{\"a\":1}],\"lists\":[[[\"b\"],[]],[]],\"deep\":[[[{\"d\":[4]}]]],"
                  + "\"optionals\":[\"e\",null],\"pairs\":[{\"first\":\"c\",\"second\":2}]}";

          assertThat(writtenAgain(definition, json)).isEqualTo(json);
        });
  }

  private static <P> String writtenAgain(JobDefinition<P, ?> definition, String json) {
    return StoredForm.write(definition, StoredForm.read(definition, json));
  }

  @Test
  void theLabelOfAConstantInARowOfAnEarlierVersionIsRead() throws Exception {
    compile(
        """
        package shop;

        import dev.tenon.jobs.annotation.JobType;
        import java.util.Map;

        @JobType("mail.send")
        public record MailSend(Way way, Map<Way, Integer> costs) {
          public enum Way {
            AIR,
            POST;

            @Override
            public String toString() {
              return "By " + name().charAt(0) + name().substring(1).toLowerCase();
            }
          }
        }
        """,
        (definition, classes) -> {
          String now = "{\"way\":\"POST\",\"costs\":{\"AIR\":3}}";
          Object payload = StoredForm.read(definition, now);
          String earlier = EarlierJson.write(payload, definition.payloadType());

          assertThat(earlier).contains("\"way\":\"By Post\"");
          assertThat(StoredForm.read(definition, earlier)).isEqualTo(payload);
          assertThat(StoredForm.read(definition, "{\"way\":\"By Post\",\"costs\":{\"By Air\":3}}"))
              .isEqualTo(payload);
          assertThat(StoredForm.write(definition, payload)).isEqualTo(now);
        });
  }

  @Test
  void aRecordMayImplementTwoInterfacesOfOneUnion() throws Exception {
    compile(
        """
        package shop;

        import dev.tenon.jobs.annotation.JobType;

        @JobType("mail.send")
        public record MailSend(Part part) {
          public sealed interface Part permits Printed, Stamped {}

          public sealed interface Printed extends Part permits Letter, Flyer {}

          public sealed interface Stamped extends Part permits Letter {}

          public record Letter(String text) implements Printed, Stamped {}

          public record Flyer(int pages) implements Printed {}
        }
        """,
        (definition, classes) -> {
          String json = "{\"part\":{\"type\":\"Letter\",\"text\":\"a\"}}";

          assertThat(StoredForm.write(definition, StoredForm.read(definition, json)))
              .isEqualTo(json);
          assertThat(generated).containsOnlyOnce("case \"Letter\"");
        });
  }

  @Test
  void theValidatorOfAResultThatThePayloadHoldsIsWrittenOnce() throws Exception {
    compile(
        """
        package shop;

        import dev.tenon.jobs.annotation.JobType;
        import jakarta.validation.Valid;
        import jakarta.validation.constraints.NotBlank;
        import jakarta.validation.constraints.Positive;

        @JobType(value = "mail.send", result = MailSend.Letter.class)
        public record MailSend(@Positive int copies, @Valid Letter letter) {
          public record Letter(@NotBlank String text) {}
        }
        """,
        (definition, classes) -> {
          Object letter =
              classes
                  .loadClass("shop.MailSend$Letter")
                  .getConstructor(String.class)
                  .newInstance("");
          Object payload =
              classes
                  .loadClass("shop.MailSend")
                  .getConstructor(int.class, letter.getClass())
                  .newInstance(0, letter);

          assertThat(payloadViolations(definition, payload))
              .containsExactly("copies must be positive", "letter.text must not be blank");
          assertThat(resultViolations(definition, letter))
              .containsExactly("text must not be blank");
          assertThat(generated)
              .containsOnlyOnce("isNotBlank(")
              .contains("validateMailSendLetter(result, \"\", violations);");
        });
  }

  @Test
  void aResultThatIsAPayloadTooHasItsValidator() throws Exception {
    compile(
        """
        package shop;

        import dev.tenon.jobs.annotation.JobType;
        import jakarta.validation.constraints.NotBlank;

        @JobType(value = "mail.send", result = MailSend.class)
        public record MailSend(@NotBlank String text) {}
        """,
        (definition, classes) -> {
          Object mail =
              classes.loadClass("shop.MailSend").getConstructor(String.class).newInstance(" ");

          assertThat(payloadViolations(definition, mail)).containsExactly("text must not be blank");
          assertThat(resultViolations(definition, mail)).containsExactly("text must not be blank");
          assertThat(generated)
              .containsOnlyOnce("isNotBlank(")
              .contains(".resultValidator(MailSendJob::validate)");
        });
  }

  @Test
  void aRecordThatHoldsItselfHasOneValidator() throws Exception {
    compile(
        """
        package shop;

        import dev.tenon.jobs.annotation.JobType;
        import jakarta.validation.Valid;
        import jakarta.validation.constraints.NotBlank;
        import java.util.List;

        @JobType("mail.send")
        public record MailSend(@NotBlank String text, List<@Valid MailSend> answers) {}
        """,
        (definition, classes) -> {
          Object mail =
              StoredForm.read(
                  definition, "{\"text\":\"a\",\"answers\":[{\"text\":\"\",\"answers\":null}]}");

          assertThat(payloadViolations(definition, mail))
              .containsExactly(
                  "answers[0].text must not be blank", "answers[0].answers is required");
          assertThat(generated).containsOnlyOnce("isNotBlank(");
        });
  }
}
