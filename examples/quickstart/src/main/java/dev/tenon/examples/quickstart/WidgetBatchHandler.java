package dev.tenon.examples.quickstart;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Makes the widgets of a batch, one after the other. */
@JobType("widget.process.batch")
public final class WidgetBatchHandler implements JobHandler<WidgetBatch, WidgetReport> {

  private final Duration timePerWidget;

  /** A handler that takes so long for a widget. */
  public WidgetBatchHandler(Duration timePerWidget) {
    this.timePerWidget = timePerWidget;
  }

  @Override
  public WidgetReport execute(WidgetBatch batch, JobContext context) throws InterruptedException {
    int total = batch.items().stream().mapToInt(WidgetItem::count).sum();
    int quality = batch.options() == null ? 5 : batch.options().quality();
    context.log().info("Batch started", Map.of("widgets", total, "quality", quality));
    int made = 0;
    BigDecimal value = BigDecimal.ZERO;
    for (WidgetItem item : batch.items()) {
      for (int i = 0; i < item.count(); i++) {
        context.checkCancelled();
        Thread.sleep(timePerWidget.toMillis());
        made++;
        value = value.add(item.unitPrice());
        context.progress(100 * made / total, made + " of " + total + " made");
      }
      context.log().debug("Item finished", Map.of("item", item));
    }
    context.log().info("Batch finished", Map.of("value", value));
    return new WidgetReport(made, value, Instant.now());
  }
}
