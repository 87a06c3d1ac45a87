package dev.tenon.jobs.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.quarkus.deployment.labels.LabelPrintHandler;
import dev.tenon.jobs.testservers.PostgresDatabase;
import io.quarkus.test.QuarkusDevModeTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** In dev mode, a changed handler runs the next job, on a runtime that was started again. */
class ReloadTest {

  private static final PostgresDatabase DATABASE = PostgresDatabase.shared();

  @RegisterExtension
  static final QuarkusDevModeTest APPLICATION =
      new QuarkusDevModeTest()
          .withApplicationRoot(jar -> Labels.addTo(jar, Labels.properties(DATABASE)));

  @AfterAll
  static void dropDatabase() {
    DATABASE.close();
  }

  @Test
  void aChangedHandlerRunsTheNextJob() throws Exception {
    assertThat(Labels.get("/print/first")).isEqualTo("printed first");

    APPLICATION.modifySourceFile(
        LabelPrintHandler.class, source -> source.replace("\"printed \"", "\"printed again \""));

    assertThat(Labels.get("/print/second")).isEqualTo("printed again second");
  }
}
