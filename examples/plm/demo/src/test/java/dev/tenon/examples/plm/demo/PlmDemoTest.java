package dev.tenon.examples.plm.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.examples.plm.PlmJobsModule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.testservers.JavaProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code ./dev plm} runs. The tag leaves it out of the second round of tests, on another JDK.
 */
@Tag("thorough")
@Tag("servers")
class PlmDemoTest {

  @TempDir private Path folder;

  @Test
  void everyTypeCompletesAndIsShown() {
    try (JavaProcess demo =
        JavaProcess.of(PlmDemo.class)
            .systemProperty("tenon.root", TestStage.root().toString())
            .environment("PLM_DB_URL", "")
            .arguments("--no-rabbitmq", "--folder=" + folder)
            .start()) {
      assertThat(demo.awaitExit(TestStage.PATIENCE)).as("%s", demo.lines()).isZero();

      assertThat(demo.lines()).contains("All jobs have completed.");
      assertThat(demo.lines())
          .anyMatch(line -> line.matches("Web page +http://127.0.0.1:\\d+/ in TypeScript"));
      for (JobDefinition<?, ?> definition : new PlmJobsModule().definitions()) {
        assertThat(demo.lines())
            .anyMatch(line -> line.matches(definition.type() + " +completed +#{10} 100% .*"));
      }
      assertThat(demo.lines()).filteredOn(line -> line.endsWith(" triangles, closed")).hasSize(8);
      assertThat(demo.lines())
          .anyMatch(line -> line.contains("waits for the signal 'design.approved'"))
          .anyMatch(line -> line.contains("pressed the button: Thank you."))
          .anyMatch(line -> line.matches("Continued +at line [1-9]\\d*; attempts that counted: 1"));
    }
    assertThat(folder.resolve("files/converted")).isDirectoryContaining("glob:**.glb");
  }

  @Test
  void aBrokerThatIsNotThereIsSaidInOneLine() {
    try (JavaProcess demo =
        JavaProcess.of(PlmDemo.class)
            .environment("TENON_AMQP_URI", "amqp://guest:guest@127.0.0.1:1")
            .start()) {
      assertThat(demo.awaitExit(TestStage.PATIENCE)).isEqualTo(2);
      assertThat(demo.lines())
          .contains(
              "plm: RabbitMQ does not answer where TENON_AMQP_URI says. Correct it, or use --no-rabbitmq.");
    }
  }
}
