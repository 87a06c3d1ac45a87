package dev.tenon.examples.quickstart.durable;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.UUID;

/** A payment service that recognizes a request by its key. */
interface Payments {

  /** Charges a customer. */
  Receipt charge(String idempotencyKey, UUID customerId, BigDecimal amount) throws IOException;

  /** The charge that was made under a key. */
  Optional<Receipt> find(String idempotencyKey) throws IOException;
}
