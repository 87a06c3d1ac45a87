package dev.tenon.jobs.dashboard;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Sensitive;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pays for parts, with sensitive values of each kind, and names that JSON has otherwise. */
@JobType(value = "part.pay", external = true, result = PartPayment.Receipt.class)
record PartPayment(
    @JsonProperty("invoice_no") @NotBlank String invoice,
    @JsonProperty("deliver_to") @Nullable @Valid Place place,
    @Sensitive @NotBlank @Size(max = 40) String iban,
    @Sensitive String purpose,
    @Sensitive @Min(1) int amount,
    @Sensitive boolean urgent,
    @Sensitive Way way,
    @Sensitive @Nullable LocalDate born,
    @Sensitive @Nullable Instant until,
    @Sensitive List<String> codes,
    @Sensitive @Nullable @Valid Person payer,
    List<Share> shares) {

  /** How it is paid. */
  enum Way {
    CARD,
    CASH
  }

  /** Where the parts go. */
  record Place(String town, @JsonProperty("zip_code") @NotBlank String zip) {}

  /** Who pays. */
  record Person(@Size(max = 80) String name) {}

  /** Sensitive in part. */
  record Share(String of, @Sensitive String account) {}

  /** That it is paid. */
  record Receipt(@Sensitive String token) {}
}
