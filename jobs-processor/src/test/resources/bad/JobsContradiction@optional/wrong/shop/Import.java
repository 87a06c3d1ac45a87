package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

@JobType("shop.import")
record Import(Optional<@NotBlank String> a, @NotNull Optional<String> b, List<@Nullable @NotEmpty String> c, @NotNull OptionalInt d) {}
