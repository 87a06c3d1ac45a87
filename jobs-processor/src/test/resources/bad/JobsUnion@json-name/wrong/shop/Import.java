package shop;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
record Import(Way way) {
  sealed interface Way {}

  record Post(@JsonProperty("type") String kind) implements Way {}

  record Mail(@JsonAlias("type") String kind) implements Way {}
}
