package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.persistence.Entity;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

@JobType("shop.import")
record Import(Options options, List<Map<String, Options>> more, Path path, Map<String, Thread> threads, Shape shape) {
  record Options(Supplier<String> callback, Customer customer, Callable<String> call, Convert convert, Inner inner) {}

  sealed interface Shape {}

  record Point() implements Shape {}

  record Circle(Thread thread) implements Shape {}

  record Inner(Old old, Runnable[] tasks) {}

  @Entity
  static class Customer {}

  @javax.persistence.Entity
  static class Old {}

  @FunctionalInterface
  interface Convert {
    String convert(String text);
  }
}
