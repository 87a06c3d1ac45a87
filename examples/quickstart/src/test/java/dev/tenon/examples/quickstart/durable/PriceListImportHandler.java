package dev.tenon.examples.quickstart.durable;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.ResumesFrom;
import dev.tenon.jobs.annotation.Step;
import java.sql.Connection;
import java.util.List;
import java.util.function.Consumer;
import org.jooq.impl.DSL;

/** Imports prices, and continues where the last attempt stopped. */
@JobType("price-list.import")
@ResumesFrom(ImportPosition.class)
public class PriceListImportHandler implements JobHandler<PriceListImport, Long> {

  private final List<String> lines;
  private final Consumer<String> prices;

  PriceListImportHandler(List<String> lines, Consumer<String> prices) {
    this.lines = lines;
    this.prices = prices;
  }

  @Override
  public Long execute(PriceListImport list, JobContext context) {
    var steps = PriceListImportSteps.of(this, context);
    long next = steps.cursor().map(ImportPosition::line).orElse(0L);
    while (next < lines.size()) {
      prices.accept(lines.get((int) next));
      next++;
      steps.saveCursor(new ImportPosition(next));
    }
    steps.publish(list);
    return next;
  }

  @Step
  void publish(Connection transaction, PriceListImport list) {
    DSL.using(transaction).execute("INSERT INTO price_lists (file) VALUES (?)", list.file());
  }
}
