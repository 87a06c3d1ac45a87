package dev.tenon.examples.quickstart.durable;

import dev.tenon.examples.quickstart.guide.AccountEventHandler;
import dev.tenon.examples.quickstart.guide.CacheCleanupHandler;
import dev.tenon.examples.quickstart.guide.DesignImportHandler;
import dev.tenon.examples.quickstart.guide.DesignPublishHandler;
import dev.tenon.examples.quickstart.guide.InvoiceSendHandler;
import dev.tenon.examples.quickstart.guide.MailSendHandler;
import dev.tenon.examples.quickstart.guide.MailServer;
import dev.tenon.examples.quickstart.guide.PageViewStore;
import dev.tenon.examples.quickstart.guide.PageViewStoreHandler;
import dev.tenon.examples.quickstart.guide.PageViews;
import dev.tenon.examples.quickstart.guide.PartConvertHandler;
import dev.tenon.examples.quickstart.guide.PartReindexHandler;
import dev.tenon.examples.quickstart.guide.SitePublishHandler;
import dev.tenon.examples.quickstart.guide.StockFeedImportHandler;
import dev.tenon.examples.quickstart.guide.StockReconcileHandler;
import dev.tenon.examples.quickstart.guide.TestJobsHandlers;
import dev.tenon.examples.quickstart.roundtrip.RoundTripTest.ArraysHandler;
import dev.tenon.examples.quickstart.roundtrip.RoundTripTest.EverythingHandler;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Handlers for tests of the module: the durable ones, and those of the other packages. */
public final class DurableHandlers {

  private DurableHandlers() {}

  /** All handlers of the module, with these durable ones. */
  static TestJobsHandlers of(
      FulfilOrderHandler fulfilOrder,
      TrialRemindHandler trialRemind,
      PriceListImportHandler priceListImport) {
    return new TestJobsHandlers(
        new AccountEventHandler(),
        new DesignImportHandler(),
        new DesignPublishHandler(),
        new InvoiceSendHandler((id, invoice) -> MailServer.Reply.SENT, Duration.ZERO),
        new MailSendHandler(),
        new CacheCleanupHandler(),
        fulfilOrder,
        new PageViewStoreHandler(noPageViews()),
        new PartConvertHandler(),
        new PartReindexHandler(),
        priceListImport,
        new SitePublishHandler(),
        new StockFeedImportHandler(),
        new StockReconcileHandler(),
        new EverythingHandler(),
        new ArraysHandler(),
        trialRemind);
  }

  /** A table of page views that has no page. */
  public static PageViews noPageViews() {
    return new PageViews() {
      @Override
      public boolean isKnown(String page) {
        return false;
      }

      @Override
      public void insertAll(List<PageViewStore> views) {}
    };
  }

  /** A handler of orders whose payments are never refused. */
  public static FulfilOrderHandler fulfilOrder() {
    return new FulfilOrderHandler(
        new Payments() {
          @Override
          public Receipt charge(String idempotencyKey, UUID customerId, BigDecimal amount) {
            return new Receipt(idempotencyKey, "4111 1111 1111 1111");
          }

          @Override
          public Optional<Receipt> find(String idempotencyKey) throws IOException {
            return Optional.empty();
          }
        },
        line -> {});
  }

  /** A handler of trials that sends no mail. */
  public static TrialRemindHandler trialRemind() {
    return new TrialRemindHandler((id, to, link) -> {});
  }

  /** A handler of price lists without a line. */
  public static PriceListImportHandler priceListImport() {
    return new PriceListImportHandler(List.of(), line -> {});
  }
}
