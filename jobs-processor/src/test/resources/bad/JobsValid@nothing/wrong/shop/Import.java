package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@JobType("shop.import")
record Import(@Valid Size size, @Valid List<String> names, List<@Valid Size> sizes, @Valid Map<String, Size> map, @Valid Optional<Size> optional, @Valid Size[] array, @Valid List<Line> fine, @Valid Map<String, Line> fineMap, @Valid Optional<Line> fineOptional, @Valid Line[] fineArray, List<@Valid List<Size>> lists, @Valid Empty empty) {
  record Line(String sku) {}

  sealed interface Empty {}

  record Nothing() implements Empty {}

  record Size(int width, int height) {}
}
