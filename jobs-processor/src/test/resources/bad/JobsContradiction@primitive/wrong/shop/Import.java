package shop;

import dev.tenon.jobs.annotation.JobType;
import java.util.List;
import org.jspecify.annotations.Nullable;

@JobType("shop.import")
record Import(
    @Nullable int count,
    @Nullable boolean force,
    @Nullable byte[] bytes,
    byte @Nullable [] fine,
    Part part,
    List<Part> parts) {

  record Part(@Nullable long number, @Nullable Long size) {}
}
