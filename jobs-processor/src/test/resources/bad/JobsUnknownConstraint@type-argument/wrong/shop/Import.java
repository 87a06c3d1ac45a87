package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;

@JobType("shop.import")
record Import(
    @Valid Page<@NotBlank String> names,
    @Valid Page<List<@Size(max = 3) String>> lists,
    @Valid Page<@Valid Line> lines) {
  record Page<T>(List<T> entries) {}

  record Line(@NotBlank String text) {}
}
