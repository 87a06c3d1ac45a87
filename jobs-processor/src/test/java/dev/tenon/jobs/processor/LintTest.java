package dev.tenon.jobs.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.Compiler;
import com.google.testing.compile.JavaFileObjects;
import dev.tenon.jobs.definition.ModuleDefinition;
import java.io.IOException;
import java.nio.file.Path;
import javax.tools.JavaFileObject;
import javax.tools.StandardLocation;
import org.junit.jupiter.api.Test;

/** Generated code compiles with the options that the guide names. */
class LintTest {

  private static Compilation compile(String lint, JavaFileObject... sources) {
    return Compiler.javac()
        .withProcessors(new JobsProcessor(), new JobsModuleProcessor())
        .withClasspath(TestPath.ofApplications().stream().map(Path::toFile).toList())
        .withOptions("--release", "17", lint, "-Werror")
        .compile(sources);
  }

  private static JavaFileObject widget(String name) {
    return JavaFileObjects.forResource("good/widgets/widgets/" + name + ".java");
  }

  @Test
  void generatedCodeCompilesWithAllWarningsButThatOfAnnotationsThatNobodyProcesses()
      throws IOException {
    Compilation compilation =
        compile(
            "-Xlint:all,-processing",
            widget("package-info"),
            widget("WidgetBatch"),
            widget("WidgetBatchHandler"),
            widget("WidgetReport"),
            widget("PurgeWidgets"),
            widget("PurgeWidgetsHandler"));

    assertThat(compilation).succeededWithoutWarnings();
    assertThat(compilation).generatedSourceFile("widgets.WidgetJobsHandlers");
    JavaFileObject services =
        compilation
            .generatedFile(
                StandardLocation.CLASS_OUTPUT,
                "META-INF/services/" + ModuleDefinition.class.getName())
            .orElseThrow();
    assertThat(services.getCharContent(false)).hasToString("widgets.WidgetJobsModule\n");
  }

  @Test
  void whatIsDeprecatedGivesNoWarningInGeneratedCode() {
    Compilation compilation =
        compile(
            "-Xlint:all,-processing",
            JavaFileObjects.forSourceString(
                "shop.Größe",
                """
                package shop;

                @Deprecated(forRemoval = true)
                public enum Größe {
                  KLEIN
                }
                """),
            JavaFileObjects.forSourceString(
                "shop.MailSend",
                """
                package shop;

                import dev.tenon.jobs.annotation.JobType;
                import java.util.List;

                @JobType(value = "mail.send", external = true, result = MailSend.Sent.class)
                public record MailSend(String to, List<Page> pages) {
                  @Deprecated
                  @Override
                  public String to() {
                    return to;
                  }

                  @Deprecated
                  public record Page(@SuppressWarnings("removal") Größe size) {}

                  @Deprecated(forRemoval = true)
                  public record Sent(int count) {}
                }
                """),
            JavaFileObjects.forSourceString(
                "shop.LetterSend",
                """
                package shop;

                import dev.tenon.jobs.annotation.JobType;

                @Deprecated
                @JobType(value = "letter.send", external = true)
                public record LetterSend(@SuppressWarnings("removal") Größe size) {}
                """));

    assertThat(compilation).succeededWithoutWarnings();
  }

  /** Otherwise the guide need not name a switch. */
  @Test
  void javacWarnsOfAnnotationsThatNobodyProcesses() {
    Compilation compilation =
        compile(
            "-Xlint:all",
            JavaFileObjects.forSourceString(
                "shop.MailSend",
                """
                package shop;

                import dev.tenon.jobs.annotation.JobType;
                import jakarta.validation.constraints.NotBlank;

                @JobType(value = "mail.send", external = true)
                public record MailSend(@NotBlank String to) {}
                """));

    assertThat(compilation).failed();
    assertThat(compilation).hadWarningContaining("No processor claimed any of these annotations");
  }
}
