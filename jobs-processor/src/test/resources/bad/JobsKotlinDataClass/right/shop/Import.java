package shop;

import dev.tenon.jobs.annotation.JobType;
import java.util.List;
import org.jspecify.annotations.Nullable;

@JobType("shop.import")
record Import(String file, List<Integer> lines, @Nullable String owner) {}
