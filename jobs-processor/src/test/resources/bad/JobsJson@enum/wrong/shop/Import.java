package shop;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tenon.jobs.annotation.JobType;
import java.util.Map;

@JobType("shop.import")
record Import(Way way, Map<Way, Integer> costs, Map<Level, Integer> levels, Map<String, Size> sizes) {
  enum Way {
    @JsonProperty("POST")
    MAIL,
    POST
  }

  enum Level {
    LOW,
    HIGH;

    @JsonValue
    int number() {
      return ordinal();
    }
  }

  enum Size {
    @JsonAlias("S")
    SMALL
  }
}
