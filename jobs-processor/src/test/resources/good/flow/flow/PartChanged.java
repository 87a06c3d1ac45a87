package flow;

import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;
import dev.tenon.jobs.annotation.Unique;
import dev.tenon.jobs.annotation.UniqueScope;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Optional;

/** Unique by several components of several types; a worker in another language handles it. */
@JobType(
    value = "part.changed",
    unique =
        @Unique(
            value = {"partId", "plant", "day", "kind", "price"},
            scope = UniqueScope.UNTIL_STARTED,
            period = "PT10M",
            onDuplicate = DuplicatePolicy.REPLACE_TIME),
    limits = @Limit(by = "plant"),
    external = true)
public record PartChanged(
    String partId, Optional<Integer> plant, LocalDate day, Kind kind, BigDecimal price) {

  /** What has changed. */
  public enum Kind {
    /** Its price. */
    PRICE {
      @Override
      public String toString() {
        return "the price";
      }
    },
    /** Something else. */
    OTHER
  }
}
