package dev.tenon.examples.quickstart;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import java.io.IOException;
import java.math.BigDecimal;

/** Fetches a price; the exception of a failed attempt is all that a retry needs. */
@JobType("price.update")
public final class PriceUpdateHandler implements JobHandler<PriceUpdate, BigDecimal> {

  @Override
  public BigDecimal execute(PriceUpdate update, JobContext context) throws IOException {
    if (context.attempt() <= update.outages()) {
      throw new IOException("The price service answered 503");
    }
    return new BigDecimal("2.50");
  }
}
