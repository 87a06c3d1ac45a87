package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("shop.import")
record Import(
    @NotNull Optional<String> file,
    Optional<@NotNull String> code,
    @NotNull OptionalInt rows,
    Optional<@NotBlank String> note,
    Optional<@NotEmpty List<String>> tags,
    @NotNull @Nullable String old) {}
