package shop;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
record Import(String sku, @JsonProperty("article") @JsonAlias("item") String text) {}
