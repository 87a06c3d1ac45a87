package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles against the code that is generated for methods with {@code @FromResults}, and runs it.
 */
class TaskInputsTest {

  /** A workflow of two tasks, and a last one. */
  private static String flow(String last) {
    return """
    package design;

    import dev.tenon.jobs.workflow.Workflow;
    import java.util.UUID;

    final class Flow {
      Workflow make(DesignJobs jobs, DesignMail draft) {
        Workflow workflow = Workflow.named("design.release");
        var clone = workflow.add(jobs.designClone(), new DesignClone(UUID.randomUUID()));
        var parts = workflow.addEach(jobs.partConvert(), PartConvertJob.OF_CLONE, clone);
        %s
        return workflow;
      }
    }
    """
        .formatted(last);
  }

  private static Compilation compilation(Path directory) {
    return Compilation.in(directory)
        .sources(Golden.RESOURCES.resolve("good/workflows"))
        .options("-Werror");
  }

  @Test
  void aWorkflowCompilesIfTheTasksBeforeHaveTheResults(@TempDir Path directory) {
    compilation(directory)
        .source(
            "design/Flow.java",
            flow(
                """
                workflow.add(jobs.designMail(), DesignMailJob.OF_PARTS.with(draft), parts);
                workflow.add(jobs.designMail(), DesignMailJob.IF_INCOMPLETE, clone, parts);
                """))
        .run()
        .clean();
  }

  @Test
  void aTaskWithAnotherResultDoesNotCompile(@TempDir Path directory) {
    Compilation.Result result =
        compilation(directory)
            .source(
                "design/Flow.java",
                flow("workflow.add(jobs.designMail(), DesignMailJob.TO_PATTERN, parts);"))
            .run();

    assertThat(result.success()).isFalse();
    assertThat(result.diagnostics())
        .filteredOn(text -> text.contains("error: "))
        .singleElement()
        .asString()
        .contains(
            "Flow.java:11:",
            "inference variable A has incompatible equality constraints",
            "java.util.List<byte[]>,design.DesignClone.Report");
  }

  @Test
  void aDraftThatIsMissingDoesNotCompile(@TempDir Path directory) {
    Compilation.Result result =
        compilation(directory)
            .source(
                "design/Flow.java",
                flow("workflow.add(jobs.designMail(), DesignMailJob.OF_PARTS, parts);"))
            .run();

    assertThat(result.success()).isFalse();
    assertThat(result.diagnostics())
        .filteredOn(text -> text.contains("error: "))
        .singleElement()
        .asString()
        .contains("Flow.java:11:", "Draft<design.DesignMail,", "cannot be converted to");
  }

  @Test
  void makesPayloads(@TempDir Path directory) throws Exception {
    Compilation.Result result =
        compilation(directory)
            .source(
                "design/Program.java",
                """
                package design;

                import java.time.Instant;
                import java.util.List;
                import java.util.UUID;

                public final class Program {

                  private static final UUID ID = UUID.fromString("0190a000-0000-7000-8000-000000000001");

                  private Program() {}

                  public static List<String> run() {
                    DesignClone.Report clone = new DesignClone.Report(ID, List.of(ID, ID));
                    DesignMail draft = new DesignMail("ann@example.com", "");
                    List<byte[]> parts = List.of(new byte[1], new byte[2]);
                    return List.of(
                        PartConvertJob.OF_CLONE.payloads(null, List.of(clone)).size() + " converted",
                        PartConvertJob.AGAIN_FROM
                            .with(new PartConvert(ID, "stl"))
                            .payloads(new PartConvert(ID, "obj"), List.of(clone))
                            .get(1)
                            .format(),
                        DesignMailJob.OF_PARTS.with(draft).payloads(draft, List.of(parts)).toString(),
                        DesignMailJob.IF_INCOMPLETE.payloads(null, List.of(clone, parts)).toString(),
                        DesignMailJob.IF_INCOMPLETE
                            .payloads(null, List.of(clone, List.of()))
                            .toString(),
                        DesignMailJob.OF_EACH
                                .with(draft)
                                .payloads(draft, List.of(clone, parts, List.of(Instant.EPOCH)))
                                .size()
                            + " mail",
                        DesignMailJob.OF_THREE
                            .payloads(null, List.of(clone, new byte[3], Instant.EPOCH))
                            .get(0)
                            .text()
                            .replaceFirst(".*]", ""));
                  }
                }
                """)
            .run()
            .clean();

    try (URLClassLoader loader = result.load()) {
      assertThat(loader.loadClass("design.Program").getMethod("run").invoke(null))
          .isEqualTo(
              List.of(
                  "2 converted",
                  "obj",
                  "[DesignMail[to=ann@example.com, text=2 parts]]",
                  "[]",
                  "[DesignMail[to=shop@example.com, text=Parts are missing]]",
                  "1 mail",
                  " 3 1970-01-01T00:00:00Z"));
      ModuleDefinition module =
          (ModuleDefinition)
              loader.loadClass("design.DesignJobsModule").getConstructor().newInstance();
      JobDefinition<?, ?> mail = module.find("design.mail").orElseThrow();
      assertThat(mail.input("ofParts").orElseThrow().draft()).isEmpty();
      assertThat(mail.input("of_three").orElseThrow().isForEach()).isFalse();
      assertThat(mail.input("ofLongAgo")).isPresent();
      assertThat(mail.input("OF_PARTS")).isEmpty();
      JobDefinition<?, ?> convert = module.find("part.convert").orElseThrow();
      assertThat(convert.input("ofClone").orElseThrow().isForEach()).isTrue();
      assertThat(convert.input("againFrom").orElseThrow().isForEach()).isTrue();
    }
  }
}
