package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

@JobType(value = "shop.order", result = Receipt.class)
public record Order(
    @NotBlank String customer, List<Line> lines, Payment payment, @Nullable Instant deliverBy) {

  public record Line(String article, int count) {}

  public sealed interface Payment {
    record Card(String number) implements Payment {}

    record Invoice(BigDecimal limit) implements Payment {}
  }
}
