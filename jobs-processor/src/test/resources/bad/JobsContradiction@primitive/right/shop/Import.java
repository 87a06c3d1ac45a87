package shop;

import dev.tenon.jobs.annotation.JobType;
import java.util.List;
import org.jspecify.annotations.Nullable;

@JobType("shop.import")
record Import(
    @Nullable Integer count,
    boolean force,
    byte @Nullable [] bytes,
    byte @Nullable [] fine,
    Part part,
    List<Part> parts) {

  record Part(@Nullable Long number, @Nullable Long size) {}
}
