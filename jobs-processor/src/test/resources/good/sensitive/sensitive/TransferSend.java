package sensitive;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Sensitive;
import dev.tenon.jobs.annotation.Unique;
import dev.tenon.jobs.annotation.Upcaster;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sensitive values everywhere. */
@JobType(
    value = "transfer.send",
    version = 2,
    result = TransferSend.Receipt.class,
    unique = @Unique({"account", "iban"}))
public record TransferSend(
    UUID account,
    @Sensitive String iban,
    @Sensitive @JsonProperty("pay/ee") @JsonAlias("payee~old") @Nullable Party payee,
    @Sensitive Map<String, @NotBlank String> notes,
    @Sensitive @Valid Address address,
    List<@Valid Part> parts,
    Map<UUID, Optional<Part>> others,
    Way way,
    @Nullable Tree tree) {

  @Upcaster(from = 1)
  static TransferSend fromVersion1(Old old) {
    throw new IllegalArgumentException(old.account());
  }

  /** The payload of version 1. */
  public record Old(String account, @Sensitive String accountNumber) {}

  /** Hidden as a whole. */
  public record Party(String name, int year) {}

  /** Its maps are hidden, too. */
  public record Address(@NotBlank String city, Map<String, @NotBlank String> lines) {}

  /** Sensitive in part. */
  public record Part(@Sensitive BigDecimal amount, String currency) {}

  /** One of two. */
  public sealed interface Way {}

  /** With a number. */
  public record Card(@Sensitive String number) implements Way {}

  /** With nothing to hide. */
  public record Cash(int coins) implements Way {}

  /** Has no end. */
  public record Tree(@Sensitive String leaf, List<Tree> branches) {}

  /** The result. */
  public record Receipt(@Sensitive String token, String number) {}
}
