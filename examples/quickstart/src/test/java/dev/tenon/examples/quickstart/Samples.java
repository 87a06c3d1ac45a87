package dev.tenon.examples.quickstart;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What several tests need. */
final class Samples {

  private Samples() {}

  static WidgetBatch batch() {
    return new WidgetBatch(
        UUID.randomUUID(),
        "Gear wheels",
        new WidgetOptions(7, Optional.of("foreman@example.com")),
        List.of(
            new WidgetItem("GW-12", 4, new BigDecimal("2.50")),
            new WidgetItem("GW-40", 6, new BigDecimal("7.90"))));
  }

  /** Handlers that take so long for each step. */
  static WidgetJobsHandlers handlers(Duration step) {
    return new WidgetJobsHandlers(
        new CatalogExportHandler(step),
        new LabelPrintHandler(),
        new PriceUpdateHandler(),
        new WidgetBatchHandler(step));
  }
}
