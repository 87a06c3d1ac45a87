package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.Header;
import java.util.UUID;

/** The headers of the application, each once. */
final class ShopHeaders {

  static final Header<UUID> TENANT = Header.ofUuid("tenant");
  static final Header<String> USER = Header.ofString("user");
  static final Header<OrderSource> SOURCE = Header.ofEnum("shop.order-source", OrderSource.class);

  /** Where an order comes from. */
  enum OrderSource {
    WEB,
    APP
  }

  private ShopHeaders() {}
}
