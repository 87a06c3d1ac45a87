package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Positive;
import java.util.List;

@JobType("shop.import")
record Import(List<Line> lines) {
  record Line(String sku, @Positive int count) {}
}
