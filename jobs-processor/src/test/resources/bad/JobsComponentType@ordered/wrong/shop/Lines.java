package shop;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Ordered;
import java.util.List;

@JobType(value = "shop.lines", ordered = @Ordered(by = "lines"))
record Lines(List<String> lines) {}
