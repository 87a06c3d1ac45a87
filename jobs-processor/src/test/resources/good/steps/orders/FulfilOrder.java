package orders;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Upcaster;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import java.util.List;
import java.util.UUID;

@JobType(value = "order.fulfil", result = Fulfilment.class, version = 2)
public record FulfilOrder(UUID orderId, @NotEmpty List<@Valid Line> lines) {

  public record Line(UUID id, @Positive int count) {}

  @Upcaster(from = 1)
  static FulfilOrder of(FulfilOrder order) {
    return order;
  }
}
