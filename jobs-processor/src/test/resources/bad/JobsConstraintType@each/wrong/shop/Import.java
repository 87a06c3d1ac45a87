package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.AssertFalse;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.UUID;

@JobType("shop.import")
record Import(@NotNull int a, @Size(max = 3) Integer b, @Min(1) List<String> c, @Pattern(regexp = "a") UUID d, List<@Email Integer> e, @Positive String f, @Size(min = 4, max = 3) Integer g, @NotEmpty Iterable<String> h, @NotEmpty Map<String, String> fine, @Digits(integer = 1, fraction = 1) String text, @DecimalMax("9") String number, @Max(9) OptionalInt optional, @Positive OptionalDouble sign, @AssertFalse Boolean flag, @Size(max = 2) int[] array, @Max(3) Optional<Integer> i, @Email(regexp = "[") Integer j) {}
