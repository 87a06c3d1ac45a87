package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Unique;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    unique =
        @Unique(
            {"share", "at", "lines", "item", "options", "content", "date", "pause", "address", "count", "price"}))
record Import(
    double share,
    Optional<Instant> at,
    Optional<List<String>> lines,
    Item item,
    Map<String, String> options,
    byte[] content,
    Date date,
    Duration pause,
    URI address,
    OptionalInt count,
    BigDecimal price) {

  record Item(String sku) {}
}
