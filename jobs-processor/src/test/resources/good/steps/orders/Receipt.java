package orders;

import dev.tenon.jobs.annotation.Sensitive;
import dev.tenon.jobs.annotation.Upcaster;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import java.math.BigDecimal;

public record Receipt(
    @NotBlank String number, @Positive BigDecimal amount, @Sensitive String account) {

  /** As it was recorded at version 1. */
  record Before(String number, int cents) {}

  @Upcaster(from = 1)
  static Receipt of(Before before) {
    return new Receipt(before.number(), BigDecimal.valueOf(before.cents(), 2), "");
  }
}
