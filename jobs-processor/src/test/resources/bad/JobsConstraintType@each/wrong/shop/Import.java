package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;

@JobType("shop.import")
record Import(@NotNull int a, @Size(max = 3) Integer b, @Min(1) List<String> c, @Pattern(regexp = "a") UUID d, List<@Email Integer> e, @Positive String f) {}
