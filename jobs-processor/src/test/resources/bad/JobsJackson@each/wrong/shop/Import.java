package shop;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tenon.jobs.annotation.JobType;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.annotation.JsonSerialize;

@JobType("shop.import")
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record Import(
    @JsonProperty(value = "a", access = JsonProperty.Access.WRITE_ONLY) String a,
    @JsonUnwrapped Inner inner,
    @JsonSerialize(as = String.class) String b,
    @JsonAlias("old") String fine,
    Way way) {

  @JsonIgnoreProperties("b")
  record Inner(String b) {
    Inner(@JsonProperty("c") String b) {
      this.b = b;
    }

    @JsonCreator
    static Inner of(String b) {
      return new Inner(b);
    }

    @JsonValue
    String text() {
      return b;
    }

    @JsonIgnore
    String fine() {
      return b;
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  sealed interface Way {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Post(@JsonIgnore(false) String town) implements Way {
    @JsonCreator
    Post {}
  }
}
