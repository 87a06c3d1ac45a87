package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import java.util.Map;

@JobType("shop.import")
record Import(@Valid Line line, @Valid Shape shape, Map<@Size(min = 2, max = 1) String, @Size(min = 3, max = 2) String> map, @SuppressWarnings("JobsMissingValid") Other unchecked) {
  record Line(@Size(min = 4, max = 3) String sku) {}

  sealed interface Shape {}

  record Point() implements Shape {}

  record Circle(@Size(min = 5, max = 4) String radius) implements Shape {}

  record Other(@Size(max = 6) String name) {}
}
