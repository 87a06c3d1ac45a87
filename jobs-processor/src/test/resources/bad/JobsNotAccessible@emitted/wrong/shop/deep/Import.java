package shop.deep;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", result = Import.Total[].class, emits = Import.Row.class)
public record Import(String file) {

  record Total(int rows) {}

  record Row(int number) {}
}
