package dev.tenon.examples.plm.handlers;

import dev.tenon.examples.plm.WidgetBatch;
import dev.tenon.examples.plm.WidgetReport;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes widgets, and packs them. */
@JobType("widget.process.batch")
public final class WidgetBatchHandler implements JobHandler<WidgetBatch, WidgetReport> {

  private static final int USUAL_QUALITY = 5;

  /** A handler. */
  @Inject
  public WidgetBatchHandler() {}

  @Override
  public WidgetReport execute(WidgetBatch batch, JobContext context) {
    WidgetBatch.Options options = batch.options();
    context
        .log()
        .info(
            "Batch started",
            Map.of("quality", options == null ? USUAL_QUALITY : options.quality()));
    int total = batch.items().stream().mapToInt(WidgetBatch.Item::count).sum();
    int made = 0;
    BigDecimal value = BigDecimal.ZERO;
    for (WidgetBatch.Item item : batch.items()) {
      context.checkCancelled();
      made += item.count();
      value = value.add(item.unitPrice().multiply(BigDecimal.valueOf(item.count())));
      context.progress(100 * made / total, made + " of " + total + " widgets");
    }
    return new WidgetReport(made, boxes(made, options), value);
  }

  private static int boxes(int widgets, WidgetBatch.@Nullable Options options) {
    if (options == null || options.packaging() == null) {
      return 0;
    }
    int perBox = options.packaging().perBox();
    return (widgets + perBox - 1) / perBox;
  }
}
