package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("shop.import")
record Import(
    Optional<String> file,
    String code,
    int rows,
    Optional<@Pattern(regexp = "(?s).*\\S.*") String> note,
    Optional<@Size(min = 1) List<String>> tags,
    @Nullable String old) {}
