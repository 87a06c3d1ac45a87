package dev.tenon.jobs.dashboard;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tenon.jobs.annotation.Description;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Unique;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Orders parts from a supplier, whose system handles it.
 *
 * @param number the number of the part
 * @param count how many are needed
 * @param notes what the supplier should know
 */
@JobType(
    value = "part.order",
    label = "Order of parts",
    external = true,
    result = PartOrder.Confirmation.class,
    timeout = "2m",
    maxAttempts = 4,
    retryDelays = {"10s", "1m"},
    unique = @Unique("number"),
    aliases = "part.purchase")
record PartOrder(
    @NotBlank @Size(max = 40) String number,
    @Min(1) @Max(500) int count,
    Urgency urgency,
    boolean express,
    @Nullable Boolean inspected,
    @Description("when it is needed at the latest") @Nullable Instant neededBy,
    @Nullable LocalDate contractOf,
    @Nullable UUID customer,
    @Nullable BigDecimal maxPrice,
    @Nullable @Valid Address address,
    List<@NotBlank String> notes,
    @Nullable Map<String, Integer> perPlant,
    @Nullable @Valid Delivery delivery,
    @Nullable @Valid Part spare) {

  /** How urgent it is. */
  enum Urgency {
    LOW,
    HIGH
  }

  /** What its surface is like, with what a page must not take as its own. */
  enum Finish {
    RAW,
    @JsonProperty("<b>coated</b>")
    COATED
  }

  /** Where it goes. */
  record Address(@NotBlank String street, @Nullable String city, boolean gated) {}

  /** How it is delivered. */
  sealed interface Delivery {}

  /** By a carrier. */
  record ByCarrier(@NotBlank String carrier) implements Delivery {}

  /** By nobody. */
  record Collected(@Nullable String by) implements Delivery {}

  /** Holds itself. */
  record Part(
      @NotBlank String number,
      @Description("Its surface, <script>alert(1)</script>.") @Nullable Finish finish,
      @Nullable @Valid Part inside) {}

  /** What the supplier answers. */
  record Confirmation(@NotBlank String reference, List<LocalDate> deliveries) {}
}
