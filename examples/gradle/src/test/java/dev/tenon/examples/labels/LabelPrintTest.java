package dev.tenon.examples.labels;

import static dev.tenon.jobs.testing.JobAssertions.assertThat;

import dev.tenon.jobs.testing.HandlerTest;
import org.junit.jupiter.api.Test;

class LabelPrintTest {

  @Test
  void threeLabelsFitOnASheet() {
    HandlerTest<LabelPrint, LabelPrinted> handler =
        HandlerTest.of(LabelPrintJob.DEFINITION, new LabelPrintHandler());

    assertThat(handler.run(new LabelPrint("Fragile", 3))).isCompletedWith(new LabelPrinted(1));
    assertThat(handler.run(new LabelPrint("Fragile", 4))).isCompletedWith(new LabelPrinted(2));
  }
}
