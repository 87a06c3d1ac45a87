package orders;

import dev.tenon.jobs.annotation.Description;
import dev.tenon.jobs.annotation.Sensitive;
import dev.tenon.jobs.annotation.Signal;
import dev.tenon.jobs.annotation.Upcaster;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The customer has paid. */
@Signal(value = "order.paid", version = 2)
public record PaymentSettled(
    UUID paymentId,
    @Positive BigDecimal amount,
    @Description("The account that the money came from") @Sensitive @Nullable String account,
    List<@Valid Note> notes) {

  public record Note(@NotBlank String text) {}

  record Version1(UUID paymentId, @Sensitive String iban) {}

  @Upcaster(from = 1)
  static PaymentSettled fromVersion1(Version1 old) {
    return new PaymentSettled(old.paymentId(), BigDecimal.ONE, old.iban(), List.of());
  }
}
