package shop;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.annotation.JobType;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TimeZone;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@JobType("shop.import")
record Import(
    Timestamp timestamp,
    Calendar calendar,
    TimeZone zone,
    AtomicInteger count,
    AtomicReference<String> reference,
    DataSource database,
    JobContext context,
    ExecutorService threads,
    StringBuilder text,
    @Nullable Void nothing,
    Optional<Optional<String>> twice,
    Optional<OptionalInt> number,
    @Nullable String[] entries,
    Level level,
    Custom custom) {

  enum Level {
    LOW,
    HIGH;

    @JsonValue
    int number() {
      return ordinal();
    }
  }

  static final class Custom {
    @JsonCreator
    Custom(String text) {}

    @JsonValue
    String text() {
      return "";
    }
  }
}
