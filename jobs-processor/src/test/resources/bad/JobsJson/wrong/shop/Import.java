package shop;

import dev.tenon.jobs.annotation.JobType;
import java.util.function.Consumer;

@JobType("shop.import")
record Import(String file, Options options) {
  record Options(Consumer<String> callback) {}
}
