package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import java.util.List;

@JobType("shop.import")
record Import(@Valid Size size, @Valid List<String> names, List<@Valid Size> sizes) {
  record Size(int width, int height) {}
}
