package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Positive;
import java.util.List;

@JobType("shop.import")
record Import(List<@Valid Line> lines) {
  record Line(String sku, @Positive int count) {}
}
